"""What people do that the bot hears of as events: say, react, join, look at App Home."""

from collections.abc import Callable
from typing import Any

from bot.workspace.api import wire
from bot.workspace.facts.directory import Channel, User
from bot.workspace.facts.messages import Content, Draft, Message
from bot.workspace.local.mentions import refer
from bot.workspace.seed import BOT_USER_ID
from bot.workspace.state import State

Json = dict[str, Any]


class RefusedActError(Exception):
    """The act is not possible: `error` is its name, the text says what to do instead."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error = error


class Deeds:
    def __init__(self, state: State, clock: Callable[[], float]) -> None:
        self._state = state
        self._clock = clock

    def say(self, user: User, channel: Channel, text: str, thread_ts: str | None) -> Json:
        """A person's message. The bot hears it where it is a member; a mention there it hears twice."""
        said = Content(refer(text, self._state.directory, with_labels=False))
        draft = Draft(user.id, said, thread_ts=thread_ts)
        message = self._state.messages.post(channel.id, draft)
        event = {
            **wire.message(message),
            "channel": channel.id,
            "event_ts": message.ts,
            "channel_type": {"im": "im", "groups": "group", "channels": "channel"}[channel.kind],
        }
        if self._state.directory.is_member(channel.id, BOT_USER_ID):
            self._state.deliveries.add(event)
            if f"<@{BOT_USER_ID}>" in message.text and not channel.is_im:
                mention = {name: value for name, value in event.items() if name != "channel_type"}
                self._state.deliveries.add({**mention, "type": "app_mention"})
        return {"ok": True, "ts": message.ts, "channel": channel.id}

    def react(self, user: User, message: Message, name: str) -> Json:
        """An emoji on a message; the bot hears of it where it is a member."""
        if not self._state.messages.react(message, name, user.id):
            raise RefusedActError("already_reacted", f"{user.name} has given :{name}: already")
        self._tell_of_reaction("reaction_added", user, message, name)
        return {"ok": True}

    def unreact(self, user: User, message: Message, name: str) -> Json:
        """An emoji is taken back."""
        if not self._state.messages.unreact(message, name, user.id):
            raise RefusedActError("no_reaction", f"{user.name} has not given :{name}:")
        self._tell_of_reaction("reaction_removed", user, message, name)
        return {"ok": True}

    def _tell_of_reaction(self, kind: str, user: User, message: Message, name: str) -> None:
        if self._state.directory.is_member(message.channel, BOT_USER_ID):
            self._state.deliveries.add(
                {
                    "type": kind,
                    "user": user.id,
                    "reaction": name,
                    "item_user": message.user,
                    "item": {"type": "message", "channel": message.channel, "ts": message.ts},
                    "event_ts": f"{self._clock():.6f}",
                }
            )

    def move(self, user: User, channel: Channel, deed: str) -> Json:
        """Somebody joins or leaves a channel, or archives it."""
        directory = self._state.directory
        match deed:
            case "join" | "leave":
                moved = (directory.join if deed == "join" else directory.leave)(channel.id, user.id)
                kind = "member_joined_channel" if deed == "join" else "member_left_channel"
            case _:
                moved = directory.archive(channel.id, archived=deed == "archive")
                kind = f"{'group' if channel.is_private else 'channel'}_{deed}"
        if moved:
            self._state.feed.publish("channel", channel=channel.id)
            told = {"type": kind, "user": user.id, "channel": channel.id, "event_ts": f"{self._clock():.6f}"}
            if directory.is_member(channel.id, BOT_USER_ID):
                self._state.deliveries.add(told)
        return {"ok": True}

    def create(self, user: User, name: str, *, private: bool) -> Json:
        """A channel with nobody in it but who made it."""
        made = self._state.directory.create(name, user.id, private=private)
        if made is None:
            raise RefusedActError("name_taken", f"there is a channel {name!r} already")
        self._state.feed.publish("channel", channel=made.id)
        return {"ok": True, "channel": made.id}

    def go(self, user: User, presence: str) -> Json:
        """Away, or active again. No event tells the bot: it may ask."""
        self._state.go(user.id, away=presence == "away")
        return {"ok": True}

    def open_home(self, user: User) -> Json:
        direct = self._state.directory.open_direct(user.id)
        view = self._state.views.home(user.id)
        event: Json = {
            "type": "app_home_opened",
            "user": user.id,
            "channel": direct.id,
            "tab": "home",
            "event_ts": f"{self._clock():.6f}",
        }
        self._state.deliveries.add(event | ({"view": view} if view else {}))
        return {"ok": True}
