"""Which channel a name means, and membership in it."""

from __future__ import annotations

import re

from bot.engine.ports import Refused
from bot.slack.outcomes import MENDS
from bot.slack.wire import Exchange, Failure

# Names of channels are in lower case, so this can be nothing else.
_ID = re.compile(r"[CGDU][A-Z0-9]{2,}")
_PAGE = 1000


def is_id(channel: str) -> bool:
    """Whether this is an ID of Slack's and not a name."""
    return _ID.fullmatch(channel) is not None


class Directory:
    """Channel names with their IDs, kept for the life of the process: an ID outlives a renaming."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}
        self._nameless: set[str] = set()

    def known(self, channel: str) -> str | None:
        """The ID of a channel given by name (with or without #) or by ID, if no call is needed to tell."""
        name = channel.removeprefix("#")
        return self._ids.get(name) or (name if is_id(name) else None)

    def learn(self, channel: str, channel_id: str) -> None:
        """Note what a name has turned out to mean."""
        self._ids[channel.removeprefix("#")] = channel_id

    def name_of(self, channel: str, exchange: Exchange | None) -> str:
        """The name of a channel given by name or ID; "" for one without a name, such as direct messages.

        Without an exchange nobody is asked: "" for what is not known yet.
        """
        if not is_id(channel):
            return channel.removeprefix("#")
        known = next((name for name, its in self._ids.items() if its == channel), "")
        if known or channel in self._nameless or exchange is None:
            return known
        answer = exchange.call("conversations.info", {"channel": channel})
        if isinstance(answer, Failure):
            return ""
        name = str((answer.get("channel") or {}).get("name") or "")
        if not name:
            self._nameless.add(channel)
            return ""
        self.learn(name, channel)
        return name

    def resolve(self, exchange: Exchange, channel: str) -> str | Failure:
        """The ID of a channel. Lists the public and private channels that the bot can see, if it must."""
        known = self.known(channel)
        if known is not None:
            return known
        cursor = ""
        while True:
            answer = exchange.call(
                "conversations.list",
                {
                    "types": "public_channel,private_channel",
                    "exclude_archived": True,
                    "limit": _PAGE,
                    "cursor": cursor,
                },
            )
            if isinstance(answer, Failure):
                return answer
            for each in answer.get("channels", ()):
                self._ids[each["name"]] = each["id"]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor", "")
            found = self.known(channel)
            if found is not None:
                return found
            if not cursor:
                reason = f"there is no channel #{channel.removeprefix('#')} here that the bot can see"
                return Failure("channel_not_found", Refused(f"{reason}: {MENDS['channel_not_found']}"))

    def join(self, exchange: Exchange, channel: str) -> Failure | None:
        """Make the bot a member of a public channel, so that what it posts can be looked up again."""
        channel_id = self.resolve(exchange, channel)
        if isinstance(channel_id, Failure):
            return channel_id
        answer = exchange.call("conversations.join", {"channel": channel_id})
        return answer if isinstance(answer, Failure) else None
