"""What was uploaded, and the message each file stands in."""

from __future__ import annotations

import mimetypes
import secrets

from bot.workspace.facts.journal import Journal


class Files:
    """What was uploaded, and the message each file stands in."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def expect(self, name: str, length: int) -> tuple[str, str]:
        """The ID of a file to come, and the secret of the address it is uploaded to."""
        file_id, secret = f"F{secrets.token_hex(5).upper()}", secrets.token_urlsafe(18)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        self._journal.change(
            "INSERT INTO files (id, secret, name, mimetype, length) VALUES (?, ?, ?, ?, ?)",
            file_id,
            secret,
            name,
            kind,
            length,
        )
        return file_id, secret

    def receive(self, secret: str, content: bytes) -> bool:
        """Keep what was uploaded. False when nothing of this length is expected at this address."""
        return bool(
            self._journal.change(
                "UPDATE files SET content = ? WHERE secret = ? AND length = ? AND ts IS NULL",
                content,
                secret,
                len(content),
            )
        )

    def arrived(self, file_id: str) -> bool:
        """Whether this file was uploaded and is not shared yet."""
        row = self._journal.row(
            "SELECT 1 FROM files WHERE id = ? AND content IS NOT NULL AND ts IS NULL", file_id
        )
        return row is not None

    def share(self, file_id: str, title: str, place: tuple[str, str]) -> None:
        channel, ts = place
        self._journal.change(
            "UPDATE files SET title = ?, channel = ?, ts = ? WHERE id = ?", title, channel, ts, file_id
        )

    def content(self, file_id: str) -> tuple[bytes, str] | None:
        """(bytes, MIME type) of a file that was shared."""
        row = self._journal.row(
            "SELECT content, mimetype FROM files WHERE id = ? AND ts IS NOT NULL", file_id
        )
        return (row["content"], row["mimetype"]) if row else None
