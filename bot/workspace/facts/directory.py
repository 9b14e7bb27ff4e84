"""The people, user groups and channels of the workspace, and who is in which channel."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Literal

from bot.workspace.facts.journal import Journal
from bot.workspace.seed import BOT_NAME, BOT_USER_ID, Seed, conversation_id


@dataclass(frozen=True)
class Channel:
    """`user` is the person of a direct message with the bot, else None."""

    id: str
    name: str
    is_im: bool
    user: str | None
    is_archived: bool = False
    is_private: bool = False

    @classmethod
    def of(cls, row: sqlite3.Row) -> "Channel":
        return cls(
            row["id"],
            row["name"],
            bool(row["is_im"]),
            row["user"],
            bool(row["is_archived"]),
            bool(row["is_private"]),
        )

    @property
    def kind(self) -> Literal["im", "groups", "channels"]:
        """What scopes and events call this kind of conversation."""
        return "im" if self.is_im else "groups" if self.is_private else "channels"

    @property
    def told_name(self) -> str:
        """What commands and clicks say it is called: of what is not public, no more than what it is."""
        return {"im": "directmessage", "groups": "privategroup", "channels": self.name}[self.kind]


@dataclass(frozen=True)
class User:
    id: str
    name: str
    real_name: str
    is_bot: bool
    is_away: bool = False

    @classmethod
    def of(cls, row: sqlite3.Row) -> "User":
        return cls(row["id"], row["name"], row["real_name"], bool(row["is_bot"]), bool(row["is_away"]))


@dataclass(frozen=True)
class Group:
    id: str
    handle: str
    members: tuple[str, ...]


class Directory:
    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def sow(self, seed: Seed) -> None:
        """Adds what the seed has and the workspace does not have yet; people are in every channel."""
        with self._journal.together():
            self._add_user(User(BOT_USER_ID, BOT_NAME, BOT_NAME.capitalize(), is_bot=True))
            for member in seed.members:
                self._add_user(User(member.id, member.name, member.real_name, is_bot=False))
                self.open_direct(member.id)
            for group in seed.usergroups:
                self._journal.change(
                    "INSERT OR REPLACE INTO usergroups VALUES (?, ?, ?)",
                    group.id,
                    group.handle,
                    json.dumps(group.members),
                )
            for name in seed.channels:
                channel = conversation_id("C", name.removeprefix("#"))
                self._journal.change(
                    "INSERT OR IGNORE INTO channels (id, name, is_im) VALUES (?, ?, 0)",
                    channel,
                    name.removeprefix("#"),
                )
                for user in self.users():
                    if not user.is_bot:
                        self.join(channel, user.id)

    def _add_user(self, user: User) -> None:
        self._journal.change(
            "INSERT INTO users (id, name, real_name, is_bot) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET name = excluded.name, real_name = excluded.real_name",
            user.id,
            user.name,
            user.real_name,
            int(user.is_bot),
        )

    def open_direct(self, user: str) -> Channel:
        """The direct message between the bot and this person, made when there is none."""
        channel = conversation_id("D", user)
        self._journal.change(
            "INSERT OR IGNORE INTO channels (id, name, is_im, user) VALUES (?, '', 1, ?)", channel, user
        )
        self.join(channel, user)
        self.join(channel, BOT_USER_ID)
        return Channel(channel, "", is_im=True, user=user)

    def create(self, name: str, user: str, *, private: bool) -> Channel | None:
        """A new channel with one member; None when there is one of this name."""
        channel = conversation_id("C", name)
        made = self._journal.change(
            "INSERT OR IGNORE INTO channels (id, name, is_im, is_private) VALUES (?, ?, 0, ?)",
            channel,
            name,
            int(private),
        )
        if not made:
            return None
        self.join(channel, user)
        return Channel(channel, name, is_im=False, user=None, is_private=private)

    def join(self, channel: str, user: str) -> bool:
        """False when they were in it already."""
        return bool(self._journal.change("INSERT OR IGNORE INTO members VALUES (?, ?)", channel, user))

    def leave(self, channel: str, user: str) -> bool:
        """False when they were not in it."""
        return bool(self._journal.change("DELETE FROM members WHERE channel = ? AND user = ?", channel, user))

    def archive(self, channel: str, *, archived: bool) -> bool:
        """False when it was so already."""
        changes = "UPDATE channels SET is_archived = ? WHERE id = ? AND is_archived != ?"
        return bool(self._journal.change(changes, int(archived), channel, int(archived)))

    def is_member(self, channel: str, user: str) -> bool:
        query = "SELECT 1 FROM members WHERE channel = ? AND user = ?"
        return self._journal.row(query, channel, user) is not None

    def members(self, channel: str) -> list[str]:
        query = "SELECT user FROM members WHERE channel = ? ORDER BY user"
        return [row["user"] for row in self._journal.rows(query, channel)]

    def channel(self, channel: str) -> Channel | None:
        row = self._journal.row("SELECT * FROM channels WHERE id = ?", channel)
        return Channel.of(row) if row else None

    def channel_called(self, name: str) -> Channel | None:
        """By name, with or without the sign."""
        row = self._journal.row(
            "SELECT id FROM channels WHERE name = ? AND NOT is_im", name.removeprefix("#")
        )
        return self.channel(row["id"]) if row else None

    def seen_by(self, user: str, channel: str) -> Channel | None:
        """The channel of this ID, but a private one only for its members: for others there is none."""
        found = self.channel(channel)
        hidden = found is not None and found.is_private and not self.is_member(found.id, user)
        return None if hidden else found

    def channels(self) -> list[Channel]:
        rows = self._journal.rows("SELECT * FROM channels ORDER BY is_im, rowid")
        return [Channel.of(row) for row in rows]

    def user(self, user: str) -> User | None:
        row = self._journal.row("SELECT * FROM users WHERE id = ?", user)
        return User.of(row) if row else None

    def user_called(self, name: str) -> User | None:
        """By name, with or without the sign."""
        row = self._journal.row("SELECT id FROM users WHERE name = ?", name.removeprefix("@"))
        return self.user(row["id"]) if row else None

    def users(self) -> list[User]:
        rows = self._journal.rows("SELECT * FROM users ORDER BY is_bot, rowid")
        return [User.of(row) for row in rows]

    def go(self, user: str, *, away: bool) -> bool:
        """Away, or active again. False when they were so already."""
        changes = "UPDATE users SET is_away = ? WHERE id = ? AND is_away != ?"
        return bool(self._journal.change(changes, int(away), user, int(away)))

    def groups(self) -> list[Group]:
        rows = self._journal.rows("SELECT * FROM usergroups ORDER BY rowid")
        return [Group(row["id"], row["handle"], tuple(json.loads(row["members"]))) for row in rows]

    def change_group(self, group: str, members: tuple[str, ...]) -> Group | None:
        """With these members; None when there is no such group."""
        changes = "UPDATE usergroups SET members = ? WHERE id = ?"
        if not self._journal.change(changes, json.dumps(members), group):
            return None
        return next(each for each in self.groups() if each.id == group)
