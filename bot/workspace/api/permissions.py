"""Which scope of the bot token each method asks for."""

from collections.abc import Mapping, Sequence

from bot.workspace.api.arguments import ApiError
from bot.workspace.facts.directory import Channel

_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
_READ = ("channels:read", "groups:read", "im:read", "mpim:read")

# https://docs.slack.dev/reference/methods/METHOD: one of them is enough.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "bots.info": ("users:read",),
    "chat.delete": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.archive": ("channels:manage", "groups:write"),
    "conversations.history": _HISTORY,
    "conversations.info": _READ,
    "conversations.join": ("channels:join",),
    "conversations.leave": ("channels:manage", "channels:write.invites", "groups:write"),
    "conversations.list": _READ,
    "conversations.members": _READ,
    "conversations.open": ("im:write", "mpim:write"),
    "conversations.replies": _HISTORY,
    "files.completeUploadExternal": ("files:write",),
    "files.getUploadURLExternal": ("files:write",),
    "reactions.add": ("reactions:write",),
    "reactions.get": ("reactions:read",),
    "reactions.remove": ("reactions:write",),
    "usergroups.list": ("usergroups:read",),
    "usergroups.users.list": ("usergroups:read",),
    "usergroups.users.update": ("usergroups:write",),
    "users.info": ("users:read",),
    "users.list": ("users:read",),
}
"""What is not here asks for none: auth.test, blocks.validate, chat.getPermalink and the views."""

_PREFIXES = {"C": "channels", "D": "im"}


def expect(method: str, granted: Sequence[str], channel: Channel | None) -> None:
    """Raises ApiError `missing_scope`. In a known channel, what reads asks for its own kind's scope."""
    needed = NEEDED.get(method, ())
    if channel and needed in (_HISTORY, _READ):
        needed = tuple(one for one in needed if one.startswith(_PREFIXES[channel.id[0]]))
    if needed and not set(needed) & set(granted):
        raise ApiError("missing_scope", needed=needed[0], provided=",".join(granted))
