"""Messages as facts: who said what where, and every change to it."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.workspace.facts.journal import Journal
from bot.workspace.feed import Feed

Json = dict[str, Any]

# SQLite would take the primary key here, and read the whole channel for each of its messages.
_IN_THREAD = """FROM messages r INDEXED BY thread_replies WHERE r.channel = m.channel AND r.thread_ts = m.ts
    AND NOT r.deleted AND r.ephemeral_to IS NULL"""
_SELECT = f"""SELECT m.*, (SELECT count(*) {_IN_THREAD}) AS reply_count,
    (SELECT max(ts) {_IN_THREAD}) AS latest_reply,
    (SELECT json_group_array(json_object('id', f.id, 'name', f.name, 'title', f.title, 'mimetype', f.mimetype,
        'size', f.length)) FROM files f WHERE f.channel = m.channel AND f.ts = m.ts) AS files
    FROM messages m WHERE m.channel = ? AND NOT m.deleted"""  # noqa: S608 constants only


@dataclass(frozen=True)
class Content:
    """What a message shows."""

    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)


@dataclass(frozen=True)
class Draft:
    """What somebody wants to say."""

    user: str
    content: Content
    metadata: Json | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    ephemeral_to: str | None = None


@dataclass(frozen=True)
class Message:
    channel: str
    ts: str
    thread_ts: str | None
    user: str
    text: str
    blocks: list[Json]
    metadata: Json | None
    edits: int
    edited_ts: str | None
    broadcast: bool
    ephemeral_to: str | None
    reactions: list[Json]
    reply_count: int = 0
    latest_reply: str | None = None
    files: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)

    @classmethod
    def of(cls, row: sqlite3.Row) -> "Message":
        return cls(
            channel=row["channel"],
            ts=row["ts"],
            thread_ts=row["thread_ts"],
            user=row["user"],
            text=row["text"],
            blocks=json.loads(row["blocks"]),
            metadata=json.loads(row["metadata"]) if row["metadata"] else None,
            edits=row["edits"],
            edited_ts=row["edited_ts"],
            broadcast=bool(row["broadcast"]),
            ephemeral_to=row["ephemeral_to"],
            reactions=json.loads(row["reactions"]),
            reply_count=row["reply_count"],
            latest_reply=row["latest_reply"],
            files=json.loads(row["files"]),
            attachments=json.loads(row["attachments"]),
        )

    def all_blocks(self) -> list[Json]:
        """Its own blocks and those of its attachments."""
        return [*self.blocks, *(block for each in self.attachments for block in each.get("blocks") or ())]

    def for_page(self) -> Json:
        return {
            "ts": self.ts,
            "thread_ts": self.thread_ts,
            "channel": self.channel,
            "user": self.user,
            "text": self.text,
            "blocks": self.blocks,
            "metadata": self.metadata,
            "edits": self.edits,
            "edited_ts": self.edited_ts,
            "broadcast": self.broadcast,
            "ephemeral_to": self.ephemeral_to,
            "reply_count": self.reply_count,
            "reactions": self.reactions,
            "files": self.files,
            "attachments": self.attachments,
            "deleted": False,
        }


class Messages:
    def __init__(self, journal: Journal, feed: Feed, clock: Callable[[], float]) -> None:
        self._journal = journal
        self._feed = feed
        self._clock = clock

    def next_ts(self, channel: str) -> str:
        """Now, or just after the channel's last message when the clock stands still or went back."""
        now = round(self._clock() * 1_000_000)
        row = self._journal.row("SELECT max(ts) AS last FROM messages WHERE channel = ?", channel)
        if row and row["last"]:
            now = max(now, int(row["last"].replace(".", "")) + 1)
        return f"{now // 1_000_000:010d}.{now % 1_000_000:06d}"

    def post(
        self,
        channel: str,
        draft: Draft,
        method: str | None = None,
        beside: Callable[[str], None] = lambda ts: None,
    ) -> Message:
        """`method` is how the bot posted, which is noted for ever; None for a person.

        `beside` is written together with the message; it is told its `ts`.
        """
        ts = self.next_ts(channel)
        metadata = json.dumps(draft.metadata) if draft.metadata else None
        with self._journal.together():
            self._journal.change(
                "INSERT INTO messages (channel, ts, thread_ts, user, text, blocks, attachments, metadata,"
                " broadcast, ephemeral_to) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                channel,
                ts,
                draft.thread_ts,
                draft.user,
                draft.content.text,
                json.dumps(draft.content.blocks),
                json.dumps(draft.content.attachments),
                metadata,
                int(draft.broadcast),
                draft.ephemeral_to,
            )
            if method:
                self._journal.change(
                    "INSERT INTO posts (method, channel, ts, thread_ts, text, metadata, ephemeral_to)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    method,
                    channel,
                    ts,
                    draft.thread_ts,
                    draft.content.text,
                    metadata,
                    draft.ephemeral_to,
                )
            beside(ts)
        message = self.get(channel, ts)
        if message is None:
            raise LookupError(f"message {ts} was just written to {channel} and is not there")
        self._tell("ephemeral" if draft.ephemeral_to else "message", message)
        if draft.thread_ts:
            self._tell_again(channel, draft.thread_ts)
        return message

    def edit(self, message: Message, content: Content, metadata: Json | None) -> None:
        now = round(self._clock() * 1_000_000)
        self._journal.change(
            "UPDATE messages SET text = ?, blocks = ?, attachments = ?, metadata = ?, edits = edits + 1,"
            " edited_ts = ? WHERE channel = ? AND ts = ?",
            content.text,
            json.dumps(content.blocks),
            json.dumps(content.attachments),
            json.dumps(metadata) if metadata else None,
            f"{now // 1_000_000:010d}.{now % 1_000_000:06d}",
            message.channel,
            message.ts,
        )
        self._tell_again(message.channel, message.ts)

    def delete(self, message: Message) -> None:
        self._journal.change(
            "UPDATE messages SET deleted = 1 WHERE channel = ? AND ts = ?", message.channel, message.ts
        )
        self._feed.publish(
            "delete", channel=message.channel, ts=message.ts, message={**message.for_page(), "deleted": True}
        )

    def react(self, message: Message, name: str, user: str) -> bool:
        """False when this user has given this reaction already."""
        reactions = _by_name(message)
        if user in reactions.get(name, ()):
            return False
        self._mark(message, {**reactions, name: [*reactions.get(name, ()), user]})
        return True

    def unreact(self, message: Message, name: str, user: str) -> bool:
        """False when this user has not given this reaction."""
        reactions = _by_name(message)
        if user not in reactions.get(name, ()):
            return False
        left = [each for each in reactions[name] if each != user]
        self._mark(message, {n: us for n, us in {**reactions, name: left}.items() if us})
        return True

    def _mark(self, message: Message, reactions: dict[str, list[str]]) -> None:
        listed = [{"name": name, "users": users, "count": len(users)} for name, users in reactions.items()]
        changes = "UPDATE messages SET reactions = ? WHERE channel = ? AND ts = ?"
        self._journal.change(changes, json.dumps(listed), message.channel, message.ts)
        self._tell_again(message.channel, message.ts)

    def get(self, channel: str, ts: str) -> Message | None:
        row = self._journal.row(f"{_SELECT} AND m.ts = ?", channel, ts)
        return Message.of(row) if row else None

    def visible(self, channel: str, user: str | None, thread_ts: str | None) -> list[Message]:
        """Everything in the channel or thread; with a user, only the ephemeral messages that are theirs."""
        query, values = _SELECT, [channel]
        if thread_ts:
            query += " AND (m.thread_ts = ? OR m.ts = ?)"
            values += [thread_ts, thread_ts]
        if user:
            query += " AND (m.ephemeral_to IS NULL OR m.ephemeral_to = ?)"
            values.append(user)
        return [Message.of(row) for row in self._journal.rows(f"{query} ORDER BY m.ts", *values)]

    def history(self, channel: str, between: tuple[str, str], limit: int) -> list[Message]:
        """The newest first: what stands in the channel itself, `between` exclusive instants."""
        query = (
            f"{_SELECT} AND m.ephemeral_to IS NULL AND (m.thread_ts IS NULL OR m.broadcast)"
            " AND m.ts > ? AND m.ts < ? ORDER BY m.ts DESC LIMIT ?"
        )
        return [Message.of(row) for row in self._journal.rows(query, channel, *between, limit)]

    def replies(self, channel: str, thread_ts: str, between: tuple[str, str], limit: int) -> list[Message]:
        """The oldest first, without the thread's head."""
        query = (
            f"{_SELECT} AND m.ephemeral_to IS NULL AND m.thread_ts = ?"
            " AND m.ts > ? AND m.ts < ? ORDER BY m.ts LIMIT ?"
        )
        return [Message.of(row) for row in self._journal.rows(query, channel, thread_ts, *between, limit)]

    def posts(self) -> list[Json]:
        """Every post of the bot that was ever accepted, whatever became of it."""
        return [
            {**dict(row), "metadata": json.loads(row["metadata"]) if row["metadata"] else None}
            for row in self._journal.rows("SELECT * FROM posts ORDER BY n")
        ]

    def _tell_again(self, channel: str, ts: str) -> None:
        now = self.get(channel, ts)
        if now:
            self._tell("update", now)

    def _tell(self, kind: str, message: Message) -> None:
        self._feed.publish(kind, channel=message.channel, message=message.for_page())


def _by_name(message: Message) -> dict[str, list[str]]:
    """Who has given each reaction."""
    return {reaction["name"]: list(reaction["users"]) for reaction in message.reactions}
