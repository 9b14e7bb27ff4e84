"""The workspace's memory: one SQLite file, written through at each change."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.workspace.seed import WorkspaceError

_VERSION = 5
_SCHEMA = """
CREATE TABLE IF NOT EXISTS channels (
    id TEXT PRIMARY KEY, name TEXT, is_im INTEGER, user TEXT, is_archived INTEGER DEFAULT 0,
    is_private INTEGER DEFAULT 0
);
CREATE TABLE IF NOT EXISTS members (channel TEXT, user TEXT, PRIMARY KEY (channel, user)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS users (
    id TEXT PRIMARY KEY, name TEXT, real_name TEXT, is_bot INTEGER, is_away INTEGER DEFAULT 0
);
CREATE TABLE IF NOT EXISTS usergroups (id TEXT PRIMARY KEY, handle TEXT, members TEXT);
CREATE TABLE IF NOT EXISTS messages (
    channel TEXT, ts TEXT, thread_ts TEXT, user TEXT, text TEXT, blocks TEXT, metadata TEXT,
    edits INTEGER DEFAULT 0, edited_ts TEXT, broadcast INTEGER DEFAULT 0, ephemeral_to TEXT,
    reactions TEXT DEFAULT '[]', deleted INTEGER DEFAULT 0, attachments TEXT DEFAULT '[]',
    PRIMARY KEY (channel, ts)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS thread_replies ON messages (channel, thread_ts, deleted);
CREATE TABLE IF NOT EXISTS posts (
    n INTEGER PRIMARY KEY, method TEXT, channel TEXT, ts TEXT, thread_ts TEXT, text TEXT, metadata TEXT,
    ephemeral_to TEXT
);
CREATE TABLE IF NOT EXISTS files (
    id TEXT PRIMARY KEY, secret TEXT UNIQUE, name TEXT, title TEXT, mimetype TEXT, length INTEGER,
    content BLOB, channel TEXT, ts TEXT
);
CREATE INDEX IF NOT EXISTS files_of_message ON files (channel, ts);
CREATE TABLE IF NOT EXISTS views (
    id TEXT PRIMARY KEY, user TEXT, position INTEGER, external_id TEXT, view TEXT
);
CREATE TABLE IF NOT EXISTS homes (user TEXT PRIMARY KEY, view TEXT);
CREATE TABLE IF NOT EXISTS responses (
    secret TEXT PRIMARY KEY, channel TEXT, user TEXT, message_ts TEXT, uses INTEGER DEFAULT 0, expires REAL
);
CREATE TABLE IF NOT EXISTS events (
    id TEXT PRIMARY KEY, body TEXT, attempts INTEGER DEFAULT 0, due REAL, reason TEXT DEFAULT ''
);
"""


class Journal:
    """A change is on disk, as far as a killed process goes, when its method returns."""

    def __init__(self, path: Path | None) -> None:
        """Raises WorkspaceError when the file cannot be used."""
        try:
            self._open(path)
        except sqlite3.Error as wrong:
            raise WorkspaceError(f"cannot use {path} as the workspace's database: {wrong}") from wrong

    def _open(self, path: Path | None) -> None:
        self._connection = sqlite3.connect(
            path or ":memory:", isolation_level=None, check_same_thread=False, cached_statements=256
        )
        self._connection.row_factory = sqlite3.Row
        self._expect_version(path)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(f"{_SCHEMA} PRAGMA user_version = {_VERSION};")

    def _expect_version(self, path: Path | None) -> None:
        """Raises WorkspaceError for a file of another program or of another version of this one."""
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        tables = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if tables and version != _VERSION:
            self._connection.close()
            raise WorkspaceError(
                f"{path} was not written by this version of the workspace; move it away to start anew"
            )

    def rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        return self._connection.execute(query, values).fetchall()

    def row(self, query: str, *values: Any) -> sqlite3.Row | None:
        found: sqlite3.Row | None = self._connection.execute(query, values).fetchone()
        return found

    def change(self, statement: str, *values: Any) -> int:
        """The number of rows that changed."""
        return self._connection.execute(statement, values).rowcount

    @contextmanager
    def together(self) -> Iterator[None]:
        """All changes inside are kept, or none."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()
