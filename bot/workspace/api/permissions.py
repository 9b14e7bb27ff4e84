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
    "users.getPresence": ("users:read",),
    "users.info": ("users:read",),
    "users.list": ("users:read",),
    "users.setPresence": ("users:write",),
}
"""What is not here asks for none: auth.test, blocks.validate, chat.getPermalink and the views."""

KINDS = {"public_channel": "channels", "private_channel": "groups", "mpim": "mpim", "im": "im"}
"""What `conversations.list` calls a kind of conversation, and what scopes call it."""


def expect(method: str, granted: Sequence[str], channel: Channel | None, types: str = "") -> None:
    """Raises ApiError `missing_scope`.

    In a channel that the bot can see, and of the `types` that it wants to be listed, each kind has its own.
    """
    needed = NEEDED.get(method, ())
    kinds: list[str] = [channel.kind] if channel else []
    if method == "conversations.list":
        asked = types or "public_channel"
        kinds = [KINDS[each.strip()] for each in asked.split(",") if each.strip() in KINDS]
    for kind in kinds:
        own = tuple(one for one in needed if one.startswith(f"{kind}:"))
        _expect_one_of(own or needed, granted)
    if not kinds:
        _expect_one_of(needed, granted)


def _expect_one_of(needed: Sequence[str], granted: Sequence[str]) -> None:
    if needed and not set(needed) & set(granted):
        raise ApiError("missing_scope", needed=needed[0], provided=",".join(granted))
