"""The slash commands that are Slack's own, not an app's: who is in a channel, and who is away."""

import re
from collections.abc import Callable
from typing import Any

from bot.workspace.facts.directory import Channel, User
from bot.workspace.local.deeds import Deeds, RefusedActError
from bot.workspace.local.finding import user_of
from bot.workspace.state import State

Json = dict[str, Any]
Command = Callable[["OwnCommands", User, Channel, str], Json]

_NAME = re.compile(r"<@(\w+)(?:\|[^>]*)?>|@?([\w.\-]+)")


class OwnCommands:
    def __init__(self, state: State, deeds: Deeds) -> None:
        self._state = state
        self._deeds = deeds

    def carry_out(self, user: User, channel: Channel, text: str) -> Json | None:
        """What came of it; None when it is an app's command."""
        word, _, rest = text.strip().partition(" ")
        command = _COMMANDS.get(word)
        return command(self, user, channel, rest) if command else None

    def _invite(self, user: User, channel: Channel, names: str) -> Json:
        """Whoever is named, the bot too, is in the channel then."""
        if channel.is_im:
            raise RefusedActError("method_not_supported_for_channel_type", "nobody else fits in here")
        invited = [user_of(self._state, found[1] or found[2]) for found in _NAME.finditer(names)]
        if not invited:
            raise RefusedActError("no_user", "say whom: /invite @name")
        for each in invited:
            self._deeds.move(each, channel, "join")
        return {"ok": True}

    def _leave(self, user: User, channel: Channel, _: str) -> Json:
        if channel.is_im:
            raise RefusedActError("method_not_supported_for_channel_type", "this is yours alone")
        return self._deeds.move(user, channel, "leave")

    def _away(self, user: User, channel: Channel, _: str) -> Json:
        """Away; typed again, active."""
        return self._deeds.go(user, "active" if user.is_away else "away")

    def _active(self, user: User, channel: Channel, _: str) -> Json:
        return self._deeds.go(user, "active")


_COMMANDS: dict[str, Command] = {
    "/invite": OwnCommands._invite,
    "/leave": OwnCommands._leave,
    "/away": OwnCommands._away,
    "/active": OwnCommands._active,
}
