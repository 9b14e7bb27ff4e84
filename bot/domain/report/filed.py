"""A report that is kept: hashed, signed by people, reminded of, and corrected only by a new version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.alerts.alert import Refusal
from bot.domain.oncall.escalation import Target
from bot.domain.report.report import Report, Signature
from bot.domain.text import Instant, Name, say

Reach = Callable[[Target], tuple[str, ...]]
"""Who is meant by a target now."""

REMIND = timedelta(hours=4)
"""How long a report may stay unsigned before somebody is reminded, if the plan does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """`evidence` is the hash (SHA-256, hexadecimal) of the report as it is kept.

    `remind_at` is when to remind of what is unsigned (None: nothing is due). `superseded` is true once
    there is a later version.
    """

    report: Report
    evidence: str
    signatures: tuple[Signature, ...] = ()
    remind_at: datetime | None = None
    superseded: bool = False

    def unsigned(self) -> tuple[Target, ...]:
        """The roles that have not signed."""
        signed = {each.role for each in self.signatures}
        return tuple(role for role in self.report.roles if str(role) not in signed)


def sign(filed: Filed, by: str, reach: Reach, now: datetime) -> Filed | Refusal:
    """`by` signs for every open role that is theirs; where no role is asked for, anybody may, each once."""
    if filed.superseded:
        return Refusal(say("There is a later version of this report: sign that one; nothing was changed"))
    earlier = next((each for each in filed.signatures if each.by == by), None)
    roles = [str(role) for role in filed.unsigned() if by in reach(role)]
    if filed.report.roles and not roles:
        if earlier:
            return Refusal(say("{person} signed at {at} already", person=Name(by), at=Instant(earlier.at)))
        asked = ", ".join(str(role) for role in filed.unsigned())
        if not asked:
            return Refusal(say("This report is signed by everybody who has to; nothing was changed"))
        return Refusal(say("This report is to be signed by {roles}; nothing was changed", roles=asked))
    if not filed.report.roles and earlier:
        return Refusal(say("{person} signed at {at} already", person=Name(by), at=Instant(earlier.at)))
    signed = [Signature(role=role, by=by, at=now, evidence=filed.evidence) for role in roles or [""]]
    after = replace(filed, signatures=(*filed.signatures, *signed))
    return after if after.unsigned() else replace(after, remind_at=None)


def first_reminder(report: Report, remind: timedelta | None, now: datetime) -> datetime | None:
    """When to remind of a report that somebody has to sign."""
    return now + (remind or REMIND) if report.roles else None


def to_remind(filed: Filed, reach: Reach) -> tuple[tuple[Target, str], ...]:
    """The open roles, and for each one person to remind."""
    return tuple((role, people[0]) for role in filed.unsigned() if (people := reach(role)))
