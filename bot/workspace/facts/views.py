"""Open modals, in stacks of up to three, and home pages."""

import json
import secrets
from collections.abc import Callable
from typing import Any

from bot.workspace.facts.interactive import with_ids
from bot.workspace.facts.journal import Journal
from bot.workspace.feed import Feed
from bot.workspace.seed import APP_ID, BOT_ID, TEAM_ID

Json = dict[str, Any]

_OPTIONAL = {
    "private_metadata": "",
    "callback_id": "",
    "external_id": "",
    "submit": None,
    "close": None,
    "clear_on_close": False,
    "notify_on_close": False,
}


class Views:
    def __init__(self, journal: Journal, feed: Feed, clock: Callable[[], float]) -> None:
        self._journal = journal
        self._feed = feed
        self._clock = clock

    def stack(self, user: str) -> list[Json]:
        """The user's open modals, the lowest first."""
        rows = self._journal.rows("SELECT view FROM views WHERE user = ? ORDER BY position", user)
        return [json.loads(row["view"]) for row in rows]

    def find(self, view_id: str | None, external_id: str | None) -> tuple[str, Json] | None:
        """(user, view) of an open modal or a home page."""
        row = self._journal.row(
            "SELECT user, view FROM views WHERE id = ? OR external_id = ?", view_id, external_id or None
        )
        if row:
            return row["user"], json.loads(row["view"])
        for home in self._journal.rows("SELECT user, view FROM homes"):
            view = json.loads(home["view"])
            if view["id"] == view_id:
                return home["user"], view
        return None

    def external_id_taken(self, external_id: str, but: str = "") -> bool:
        """Whether another open modal than `but` goes by this ID."""
        row = self._journal.row("SELECT 1 FROM views WHERE external_id = ? AND id != ?", external_id, but)
        return row is not None

    def open(self, user: str, asked: Json) -> Json:
        """A new stack with one modal: what was open before is gone."""
        self._journal.change("DELETE FROM views WHERE user = ?", user)
        return self._put(user, asked, below=None)

    def push(self, user: str, asked: Json) -> Json:
        stack = self.stack(user)
        return self._put(user, asked, below=stack[-1] if stack else None)

    def update(self, user: str, old: Json, asked: Json) -> Json:
        view = self._shape(asked, old["id"], old["root_view_id"], old["previous_view_id"])
        if old["type"] == "home":
            return self._publish(user, view)
        self._journal.change(
            "UPDATE views SET view = ?, external_id = ? WHERE id = ?",
            json.dumps(view),
            view["external_id"] or None,
            old["id"],
        )
        self._feed.publish("view", user=user, view=view)
        return view

    def close(self, user: str, view_id: str) -> None:
        self._journal.change("DELETE FROM views WHERE id = ?", view_id)
        self._feed.publish("view", user=user, view=None)

    def clear(self, user: str) -> None:
        self._journal.change("DELETE FROM views WHERE user = ?", user)
        self._feed.publish("view", user=user, view=None)

    def home(self, user: str) -> Json | None:
        row = self._journal.row("SELECT view FROM homes WHERE user = ?", user)
        return json.loads(row["view"]) if row else None

    def publish(self, user: str, asked: Json) -> Json:
        old = self.home(user)
        identity = old["id"] if old else _new_id()
        return self._publish(user, self._shape(asked, identity, identity, None))

    def _publish(self, user: str, view: Json) -> Json:
        self._journal.change("INSERT OR REPLACE INTO homes VALUES (?, ?)", user, json.dumps(view))
        self._feed.publish("home", user=user, view=view)
        return view

    def _put(self, user: str, asked: Json, below: Json | None) -> Json:
        identity = _new_id()
        root = below["root_view_id"] if below else identity
        view = self._shape(asked, identity, root, below["id"] if below else None)
        self._journal.change(
            "INSERT INTO views SELECT ?, ?, coalesce(max(position), 0) + 1, ?, ? FROM views WHERE user = ?",
            identity,
            user,
            view["external_id"] or None,
            json.dumps(view),
            user,
        )
        self._feed.publish("view", user=user, view=view)
        return view

    def _shape(self, asked: Json, identity: str, root: str, previous: str | None) -> Json:
        return {
            "id": identity,
            "team_id": TEAM_ID,
            **_OPTIONAL,
            **asked,
            "blocks": with_ids(asked["blocks"]),
            "state": {"values": {}},
            "hash": f"{int(self._clock())}.{secrets.token_hex(4)}",
            "root_view_id": root,
            "previous_view_id": previous,
            "app_id": APP_ID,
            "app_installed_team_id": TEAM_ID,
            "bot_id": BOT_ID,
        }


def _new_id() -> str:
    return "V" + secrets.token_hex(5).upper()
