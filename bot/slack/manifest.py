"""The app that Slack is to make: its manifest, and each permission with what it is for. Pure.

Slack's schema: https://github.com/slackapi/manifest-schema, schemas/manifest.schema.2.0.0.json.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

COMMAND = "/monitor"
EVENTS_PATH = "/slack/events"


@dataclass(frozen=True, slots=True)
class Scope:
    """A permission of the bot token: why it is asked for, and what Slack gives only with it.

    `needed_by` are methods of the Web API, bot events and features. What keeps user groups in step asks
    for `usergroups`.
    """

    why: str
    needed_by: tuple[str, ...]
    usergroups: bool = False


_LIST = ("conversations.list", "conversations.info")
_READ = ("conversations.history", "conversations.replies")

SCOPES: Mapping[str, Scope] = {
    "app_mentions:read": Scope("hear commands that begin with @Vigil", ("app_mention",)),
    "channels:history": Scope("look a message up before it is sent again, in public channels", _READ),
    "channels:join": Scope("join the public channels that config.yaml names", ("conversations.join",)),
    "channels:read": Scope("find the ID of a public channel by its name", _LIST),
    "chat:write": Scope(
        "post cards, pages and answers, and redraw them",
        ("chat.postMessage", "chat.postEphemeral", "chat.update"),
    ),
    "commands": Scope(
        "offer `/monitor` and the shortcuts in a message's menu", ("slash_commands", "shortcuts")
    ),
    "files:write": Scope(
        "put charts, reports and post-mortems into threads",
        ("files.getUploadURLExternal", "files.completeUploadExternal"),
    ),
    "groups:history": Scope("look a message up in private channels the bot was invited to", _READ),
    "groups:read": Scope("find the ID of a private channel the bot was invited to", _LIST),
    "reactions:read": Scope("see the :memo: that puts a message into the timeline", ("reaction_added",)),
    "users:read": Scope("let `vigil doctor` say which Slack IDs are nobody's", ("users.info",)),
    "usergroups:read": Scope(
        "see whether a user group is there", ("usergroups.list", "usergroups.users.list"), usergroups=True
    ),
    "usergroups:write": Scope(
        "make whoever is on call the members of a user group", ("usergroups.users.update",), usergroups=True
    ),
}
"""The least that Vigil works with, in alphabetical order but for the user groups."""

WITHOUT_SCOPE = frozenset(
    {"auth.test", "chat.getPermalink", "views.open", "views.publish", "app_home_opened"}
)
"""What Slack gives to every installed app."""

EVENTS = ("app_home_opened", "app_mention", "reaction_added")


def scopes(*, usergroups: bool) -> tuple[str, ...]:
    """The scopes to ask for; those about user groups only where some are kept in step."""
    return tuple(name for name, scope in SCOPES.items() if usergroups or not scope.usergroups)


def manifest(url: str = "", *, usergroups: bool = False) -> dict[str, Any]:
    """The manifest of an app in Socket Mode, or with `url` (https://…, Vigil's own) in HTTP mode."""
    address = f"{url.rstrip('/')}{EVENTS_PATH}" if url else ""
    request = {"request_url": address} if address else {}
    return {
        "display_information": {
            "name": "Vigil",
            "description": "Keeps watch after you deploy",
            "background_color": "#1d3557",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                # private answers go to the direct messages; nothing is read there
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "Vigil", "always_online": True},
            "shortcuts": [
                {
                    "name": "Add to the timeline",
                    "type": "message",
                    "callback_id": "note",
                    "description": "Keep this message in the timeline of its incident",
                },
                {
                    "name": "Make this an alert",
                    "type": "message",
                    "callback_id": "alert",
                    "description": "Page whoever is on call about this message",
                },
            ],
            "slash_commands": [
                {
                    "command": COMMAND,
                    **({"url": address} if address else {}),
                    "description": "Watches, alerts and who is on call",
                    "usage_hint": "status | ack | plan | oncall | help",
                    # people and channels then come as IDs, not as names that anybody may change
                    "should_escape": True,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": list(scopes(usergroups=usergroups))}},
        "settings": {
            "event_subscriptions": {**request, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **request},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not address,
            "token_rotation_enabled": False,
        },
    }
