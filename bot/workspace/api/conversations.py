"""The Web API's conversations methods."""

from typing import Any

from bot.workspace.api import wire
from bot.workspace.api.arguments import ApiError, Arguments, invalid
from bot.workspace.api.chat import channel_of
from bot.workspace.api.paging import LARGEST_PAGE, page, read_cursor, write_cursor
from bot.workspace.api.permissions import KINDS
from bot.workspace.facts.directory import Channel
from bot.workspace.facts.messages import Message
from bot.workspace.seed import BOT_USER_ID
from bot.workspace.state import State

Json = dict[str, Any]

_FIRST, _LAST = "0", "9999999999.999999"


def _known(state: State, arguments: Arguments) -> Channel:
    """Any channel that the bot can see, whether it is in it or not."""
    channel = state.directory.seen_by(BOT_USER_ID, arguments.text("channel"))
    if channel is None:
        raise ApiError("channel_not_found")
    return channel


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
        "response_metadata": {"next_cursor": write_cursor(shown[-1].ts) if more else ""},
    }
    return answer


def history(state: State, arguments: Arguments) -> Json:
    channel = channel_of(state, arguments)
    oldest, latest = _between(arguments)
    limit = arguments.number("limit", 100, LARGEST_PAGE)
    found = state.messages.history(
        channel.id, (oldest, min(latest, read_cursor(arguments) or latest)), limit + 1
    )
    return {**_page(found, limit, arguments), "pin_count": 0}


def replies(state: State, arguments: Arguments) -> Json:
    """The thread's head comes first on every page, as Slack has it."""
    channel = channel_of(state, arguments)
    head = state.messages.get(channel.id, arguments.text("ts"))
    if head is None or head.ephemeral_to:
        raise ApiError("thread_not_found")
    oldest, latest = _between(arguments)
    limit = arguments.number("limit", 1000, LARGEST_PAGE)
    found = state.messages.replies(
        channel.id, head.ts, (max(oldest, read_cursor(arguments) or oldest), latest), limit + 1
    )
    answer = _page(found, limit, arguments)
    with_metadata = arguments.flag("include_all_metadata")
    answer["messages"].insert(0, wire.message(head, with_metadata=with_metadata))
    return answer


def list_channels(state: State, arguments: Arguments) -> Json:
    """Public channels, and of what is private that in which the bot is."""
    types = [each.strip() for each in arguments.text("types", "public_channel").split(",")]
    if any(each not in KINDS for each in types):
        raise ApiError("invalid_types")
    wanted = [
        channel
        for channel in state.directory.channels()
        if channel.kind in [KINDS[each] for each in types]
        and state.directory.seen_by(BOT_USER_ID, channel.id)
        and not (channel.is_archived and arguments.flag("exclude_archived"))
    ]
    shapes = [wire.channel(channel, state.directory.members(channel.id)) for channel in wanted]
    return page("channels", shapes, [channel.id for channel in wanted], arguments, default=100)


def show(state: State, arguments: Arguments) -> Json:
    channel = _known(state, arguments)
    shape = wire.channel(channel, state.directory.members(channel.id))
    if not arguments.flag("include_num_members"):
        shape.pop("num_members", None)
    return {"channel": shape}


def join(state: State, arguments: Arguments) -> Json:
    channel = _known(state, arguments)
    if channel.kind != "channels":
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
    found = state.directory.members(channel.id)
    return page("members", found, found, arguments, default=100)


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
