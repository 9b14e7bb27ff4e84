"""What people do, as it is written down before anything else happens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class InboundKind(StrEnum):
    COMMAND = "command"
    ACTION = "action"
    MENTION = "mention"
    FORM = "form"
    HOME = "home"
    SHORTCUT = "shortcut"
    REACTION = "reaction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One command, click or mention.

    `identity` is the same for the same click delivered twice. `person` and `channel` are Slack's IDs,
    `person_name` is the name Slack gave with it.
    `text` is what was typed after the command; `action` and `value` are a button's; `message_ts` is the
    message that was clicked or the mention itself, `thread_ts` its thread. `trigger_id` opens a form
    within three seconds; a form sent back has its `verb subject` in `value` and its fields in `values`.
    HOME: the person looks at App Home. SHORTCUT: a message (`text`) was chosen for what `action` says.
    REACTION: a message was marked with `value`, an emoji's name; what it says is not known yet.
    """

    identity: str
    kind: InboundKind
    at: datetime
    person: str
    person_name: str = ""
    channel: str
    text: str = ""
    action: str = ""
    value: str = ""
    message_ts: str = ""
    thread_ts: str = ""
    response_url: str = ""
    trigger_id: str = ""
    values: tuple[tuple[str, str], ...] = ()
