"""What a request under /local names: a person, a channel, a view."""

from typing import Any

from bot.workspace.facts.directory import Channel, User
from bot.workspace.local.deeds import RefusedActError
from bot.workspace.state import State

Json = dict[str, Any]


def user_of(state: State, id_or_name: str) -> User:
    user = state.directory.user(id_or_name) or state.directory.user_called(id_or_name)
    if user is None:
        known = ", ".join(user.name for user in state.directory.users())
        raise RefusedActError("user_not_found", f"no user {id_or_name!r}: send one of {known}, or an ID")
    return user


def channel_of(state: State, id_or_name: str) -> Channel:
    channel = state.directory.channel(id_or_name) or state.directory.channel_called(id_or_name)
    if channel is None:
        known = ", ".join(c.name for c in state.directory.channels() if not c.is_im)
        raise RefusedActError(
            "channel_not_found", f"no channel {id_or_name!r}: send one of {known}, or an ID"
        )
    return channel


def view_of(state: State, view_id: str) -> Json:
    found = state.views.find(view_id, None)
    if found is None:
        raise RefusedActError("view_not_found", f"no view {view_id!r} is open")
    return found[1]
