"""The Web API's conversations methods."""

import base64
from typing import Any

from bot.workspace.api import wire
from bot.workspace.api.arguments import ApiError, Arguments, invalid
from bot.workspace.api.chat import channel_of
from bot.workspace.facts.directory import Channel
from bot.workspace.facts.messages import Message
from bot.workspace.seed import BOT_USER_ID
from bot.workspace.state import State

Json = dict[str, Any]

_FIRST, _LAST = "0", "9999999999.999999"
_PAGE = 999


def _known(state: State, arguments: Arguments) -> Channel:
    """Any channel, whether the bot is in it or not."""
    channel = state.directory.channel(arguments.text("channel"))
    if channel is None:
        raise ApiError("channel_not_found")
    return channel


def _cursor(ts: str) -> str:
    return base64.b64encode(f"next_ts:{ts}".encode()).decode()


def _read_cursor(arguments: Arguments) -> str | None:
    cursor = arguments.optional("cursor")
    if cursor is None:
        return None
    try:
        return base64.b64decode(cursor, validate=True).decode().removeprefix("next_ts:")
    except ValueError:
        raise ApiError("invalid_cursor") from None


def _stamp(arguments: Arguments, name: str, default: str, *, nudge: int) -> str:
    """The time as a `ts`, moved by `nudge` microseconds where it is to be inclusive."""
    given = arguments.optional(name)
    if given is None:
        return default
    seconds, _, fraction = given.partition(".")
    if not seconds.isdigit() or not (fraction or "0").isdigit():
        raise invalid(f"must be a timestamp [json-pointer:/{name}]", name=f"invalid_ts_{name}")
    micros = int(seconds) * 1_000_000 + int(fraction.ljust(6, "0")[:6])
    if arguments.flag("inclusive"):
        micros += nudge
    return f"{micros // 1_000_000:010d}.{micros % 1_000_000:06d}"


def _between(arguments: Arguments) -> tuple[str, str]:
    return _stamp(arguments, "oldest", _FIRST, nudge=-1), _stamp(arguments, "latest", _LAST, nudge=1)


def _page(found: list[Message], limit: int, arguments: Arguments) -> Json:
    shown, more = found[:limit], len(found) > limit
    with_metadata = arguments.flag("include_all_metadata")
    answer: Json = {
        "messages": [wire.message(message, with_metadata=with_metadata) for message in shown],
        "has_more": more,
        "response_metadata": {"next_cursor": _cursor(shown[-1].ts) if more else ""},
    }
    return answer


def history(state: State, arguments: Arguments) -> Json:
    channel = channel_of(state, arguments)
    oldest, latest = _between(arguments)
    limit = arguments.number("limit", 100, _PAGE)
    found = state.messages.history(
        channel.id, (oldest, min(latest, _read_cursor(arguments) or latest)), limit + 1
    )
    return {**_page(found, limit, arguments), "pin_count": 0}


def replies(state: State, arguments: Arguments) -> Json:
    """The thread's head comes first on every page, as Slack has it."""
    channel = channel_of(state, arguments)
    head = state.messages.get(channel.id, arguments.text("ts"))
    if head is None or head.ephemeral_to:
        raise ApiError("thread_not_found")
    oldest, latest = _between(arguments)
    limit = arguments.number("limit", 1000, _PAGE)
    found = state.messages.replies(
        channel.id, head.ts, (max(oldest, _read_cursor(arguments) or oldest), latest), limit + 1
    )
    answer = _page(found, limit, arguments)
    with_metadata = arguments.flag("include_all_metadata")
    answer["messages"].insert(0, wire.message(head, with_metadata=with_metadata))
    return answer


def list_channels(state: State, arguments: Arguments) -> Json:
    kinds = arguments.text("types", "public_channel").split(",")
    wanted = [
        channel
        for channel in state.directory.channels()
        if ("im" if channel.is_im else "public_channel") in kinds
        and not (channel.is_archived and arguments.flag("exclude_archived"))
    ]
    return {
        "channels": [wire.channel(channel, state.directory.members(channel.id)) for channel in wanted],
        "response_metadata": {"next_cursor": ""},
    }


def show(state: State, arguments: Arguments) -> Json:
    channel = _known(state, arguments)
    return {"channel": wire.channel(channel, state.directory.members(channel.id))}


def join(state: State, arguments: Arguments) -> Json:
    channel = _known(state, arguments)
    if channel.is_im:
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise ApiError("is_archived")
    new = state.directory.join(channel.id, BOT_USER_ID)
    if new:
        state.feed.publish("channel", channel=channel.id)
    answer: Json = {"channel": wire.channel(channel, state.directory.members(channel.id))}
    if not new:
        answer |= {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    return answer


def leave(state: State, arguments: Arguments) -> Json:
    channel = _known(state, arguments)
    if channel.is_im:
        raise ApiError("method_not_supported_for_channel_type")
    if not state.directory.leave(channel.id, BOT_USER_ID):
        return {"not_in_channel": True}
    state.feed.publish("channel", channel=channel.id)
    return {}


def archive(state: State, arguments: Arguments) -> Json:
    channel = channel_of(state, arguments)
    if channel.is_im:
        raise ApiError("method_not_supported_for_channel_type")
    if not state.directory.archive(channel.id, archived=True):
        raise ApiError("already_archived")
    state.feed.publish("channel", channel=channel.id)
    return {}


def members(state: State, arguments: Arguments) -> Json:
    channel = _known(state, arguments)
    return {"members": state.directory.members(channel.id), "response_metadata": {"next_cursor": ""}}


def open_direct(state: State, arguments: Arguments) -> Json:
    """One person, or the channel of an earlier direct message."""
    if arguments.optional("channel"):
        channel = _known(state, arguments)
    else:
        users = [user for user in arguments.text("users").split(",") if user]
        if len(users) != 1:
            raise ApiError("method_not_supported_for_channel_type" if users else "no_users_provided")
        person = state.directory.user(users[0])
        if person is None:
            raise ApiError("user_not_found")
        channel = state.directory.open_direct(person.id)
    shape = wire.channel(channel, state.directory.members(channel.id))
    return {"channel": shape if arguments.flag("return_im") else {"id": channel.id}}


METHODS = {
    "conversations.history": history,
    "conversations.replies": replies,
    "conversations.list": list_channels,
    "conversations.info": show,
    "conversations.join": join,
    "conversations.leave": leave,
    "conversations.archive": archive,
    "conversations.members": members,
    "conversations.open": open_direct,
}
