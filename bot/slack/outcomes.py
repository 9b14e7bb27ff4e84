"""What an answer of Slack, or the lack of one, means for the message that was sent."""

from __future__ import annotations

import errno
import http.client
import re
import socket
import ssl
from collections.abc import Mapping
from urllib.error import URLError

from bot.engine.ports import Later, Refused, Unsure

UNREACHED_S = 2.0
RATE_LIMIT_S = 5.0
MIGRATION_S = 30.0

BROKEN_WIRE = (OSError, http.client.HTTPException, ValueError, LookupError, AttributeError)
"""All that the SDK lets through when there is no usable answer.

OSError has URLError, timeouts and resets; the last three are answers it could not decode.
"""

LATER: Mapping[str, float] = {
    "ratelimited": RATE_LIMIT_S,
    "rate_limited": RATE_LIMIT_S,
    "request_timeout": UNREACHED_S,  # the body was cut off on its way in: nothing was done
    "team_added_to_org": MIGRATION_S,
    "org_login_required": MIGRATION_S,
}
"""Not accepted, and trying again helps: error → seconds to wait when Slack names none."""

UNSURE = frozenset({"fatal_error", "internal_error", "service_unavailable"})
"""Slack's own failures: by its documentation, part of the work may be done."""

BOT_TOKEN_MEND = "set SLACK_BOT_TOKEN to the bot token (xoxb-…) of the installed app"  # noqa: S105
APP_TOKEN_MEND = "set SLACK_APP_TOKEN to an app-level token (xapp-…) with the scope connections:write"  # noqa: S105
TOKEN_ERRORS = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_expired", "token_revoked"})

_REPORT = "this is a fault of Vigil: please report it"
_TOO_LATE = "a form opens only within three seconds of the click: click again"

MENDS: Mapping[str, str] = {
    "channel_not_found": "create the channel, correct its name in config.yaml, or invite the bot (`/invite`)",
    "not_in_channel": "invite the bot to the channel with `/invite`",
    "is_archived": "unarchive the channel or name another one in config.yaml",
    "no_such_subteam": "correct the ID of the user group in config.yaml",
    "permission_denied": "let apps change user groups (workspace settings), or leave `usergroup` out",
    "plan_upgrade_required": "user groups need a paid plan of Slack: leave `usergroup` out",
    "user_not_found": "correct the person's Slack ID in config.yaml",
    "user_not_in_channel": "the person has to join the channel to see private answers there",
    "channel_type_not_supported": "name an ordinary channel in config.yaml",
    "method_not_supported_for_channel_type": "a private channel cannot be joined: invite the bot",
    "restricted_action": "let the app post in this channel (workspace settings, posting permissions)",
    "restricted_action_read_only_channel": "the channel is read-only: name another one in config.yaml",
    "restricted_action_thread_only_channel": "the channel takes replies only: name another one",
    "restricted_action_thread_locked": "the thread is locked: unlock it in Slack",
    "ekm_access_denied": "an administrator has suspended posting: ask them",
    "access_denied": "ask an administrator of the workspace to allow the app",
    "no_permission": "make the bot a member of the channel and reinstall the app",
    "missing_scope": "add the scope to the app (OAuth & Permissions) and reinstall it",
    "not_allowed_token_type": "SLACK_BOT_TOKEN must begin with xoxb-, SLACK_APP_TOKEN with xapp-",
    **dict.fromkeys(TOKEN_ERRORS, BOT_TOKEN_MEND),
    "messages_tab_disabled": "switch on the messages tab of the app's home",
    "invalid_blocks": _REPORT,
    "invalid_blocks_format": _REPORT,
    "msg_blocks_too_long": _REPORT,
    "msg_too_long": _REPORT,
    "no_text": _REPORT,
    "invalid_arguments": _REPORT,
    "invalid_metadata_format": _REPORT,
    "invalid_metadata_schema": _REPORT,
    "metadata_too_large": _REPORT,
    "unknown_method": "SLACK_API_URL points to a server that lacks this method",
    "message_not_found": "the message was deleted; a new one is needed",
    "thread_not_found": "the message that began the thread was deleted",
    "cannot_reply_to_message": "this message takes no replies",
    "cant_update_message": "the message belongs to another app or bot; was the app reinstalled?",
    "edit_window_closed": "allow editing messages at any time (workspace settings)",
    **dict.fromkeys(("expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"), _TOO_LATE),
    "not_enabled": "switch on the home tab of the app (App Home)",
    "view_too_large": _REPORT,
    "used_url": "the answer came too late: type the command again",
    "expired_url": "the answer came too late: type the command again",
    "no_service": "the answer came too late: type the command again",
}
"""Permanent errors, each with what to mend."""

ALREADY_IN = frozenset({"already_in_channel", "method_not_supported_for_channel_type"})
"""A private channel that the bot can see is one that it is in: it cannot and need not join it."""

BAD_VIEW = frozenset({"invalid_arguments", "view_too_large"})
"""Slack takes offence at a modal or a home page: its detail names the places."""

PLAIN_TEXT_HELPS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})

NO_THREAD = frozenset(
    {"thread_not_found", "message_not_found", "cannot_reply_to_message", "restricted_action_thread_locked"}
)
"""Nothing can be said in this thread, but perhaps in the channel."""

_ERROR_NAME = re.compile(r"[a-z][a-z0-9_]*")


def from_error(
    error: str, status: int, headers: Mapping[str, str], token_mend: str = BOT_TOKEN_MEND
) -> Later | Unsure | Refused:
    """Judge an answer that is not ok: Slack's error name, the HTTP status, and the headers.

    `token_mend` says how to mend the token that this call was made with.
    """
    if status == 429 or error in LATER:
        wait = _retry_after(headers) or LATER.get(error, RATE_LIMIT_S)
        return Later(wait, f"Slack asks to wait {wait:g} s ({error or 'ratelimited'})")
    if status >= 500:
        return Unsure(f"Slack answered HTTP {status}")
    if not _ERROR_NAME.fullmatch(error):
        return Unsure(f"the answer (HTTP {status}) is not one of Slack's")
    if error in UNSURE:
        return Unsure(f"Slack failed with {error}")
    known = token_mend if error in TOKEN_ERRORS else MENDS.get(error)
    mend = known or "see Slack's documentation of this error"
    return Refused(f"Slack refused it with {error}: {mend}")


def from_exception(error: Exception) -> Later | Unsure:
    """Judge a call without a usable answer. Only what certainly never left may simply be sent again."""
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(error, URLError) and _never_left(cause):
        return Later(UNREACHED_S, f"Slack could not be reached: {cause}", reached=False)
    if isinstance(cause, TimeoutError):
        return Unsure("no answer in time")
    return Unsure(f"the connection broke before the answer: {type(cause).__name__}: {cause}")


def _never_left(cause: object) -> bool:
    if isinstance(cause, ConnectionRefusedError | socket.gaierror | ssl.SSLCertVerificationError):
        return True
    # The proxy's tunnel was not opened: urllib says so with a plain OSError that has no number.
    return type(cause) is OSError and (cause.errno is None or cause.errno in _NO_ROUTE)


_NO_ROUTE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH})


def _retry_after(headers: Mapping[str, str]) -> float | None:
    for name, value in headers.items():
        if name.lower() == "retry-after":
            try:
                wait = float(value)
            except ValueError:
                return None
            return wait if 0 < wait < 3600 else None
    return None
