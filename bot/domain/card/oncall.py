"""Who is on call, hand-offs, and what is missing ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.alerts.alert import Alert
from bot.domain.oncall.coverage import Coverage, WouldPage
from bot.domain.oncall.override import Kept
from bot.domain.oncall.rotation import Shift
from bot.domain.text import Text
from bot.domain.watches.plan import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCallList:
    """Who is on call by schedule, who would be paged right now, and what people have changed by hand."""

    shifts: tuple[Shift, ...]
    would_page: tuple[WouldPage, ...] = ()
    overrides: tuple[Kept, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffCard:
    """A hand-off, with what whoever takes over must know: `shift` is the new one, `before` left.

    `fired` are the alerts of the shift that ended, `open` those that still are; `silenced` what is quiet
    until when, `undone` what people or the bot have not done, `ahead` what comes next.
    """

    shift: Shift
    before: tuple[str, ...]
    since: datetime | None
    fired: tuple[Alert, ...] = ()
    open: tuple[Alert, ...] = ()
    silenced: tuple[Text, ...] = ()
    undone: tuple[Text, ...] = ()
    ahead: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageCard:
    """What is missing in a stretch to come; `facts` are what Slack says: channels, user groups."""

    coverage: Coverage
    facts: tuple[Text, ...] = ()
