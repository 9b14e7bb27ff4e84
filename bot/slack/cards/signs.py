"""How a state is shown: by a picture and a word, never by colour alone; and which is worse."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.alerts.alert import Alert, AlertKind, AlertState, Severity
from bot.domain.panel import Standing
from bot.domain.text import Text, say
from bot.domain.watches.plan import EntryState
from bot.domain.watches.verdict import Outcome
from bot.slack.cards.pen import Pen
from checks.result import State


@dataclass(frozen=True, slots=True)
class Sign:
    """`rank` grows with urgency; 0 is well."""

    emoji: str
    word: Text
    rank: int = 0

    def write(self, pen: Pen) -> str:
        return f":{self.emoji}: {pen.write(self.word)}"

    def mark(self, pen: Pen) -> str:
        """At the start of a line: what is well needs no word."""
        return f":{self.emoji}:" if self.rank == 0 else f":{self.emoji}: *{pen.write(self.word)}*"

    def title(self, pen: Pen, words: str) -> str:
        """`:red_circle: CRITICAL – P99 latency`; what is well is a green light here."""
        emoji = "large_green_circle" if self.rank == 0 else self.emoji
        return f":{emoji}: {pen.write(self.word)} – {words}"


WELL = Sign("white_check_mark", say("OK"))
WARNING = Sign("large_yellow_circle", say("WARNING"), 1)
STALE = Sign("white_circle", say("STALE"), 2)
NO_DATA = Sign("white_circle", say("NO DATA"), 3)
COULD_NOT_MEASURE = Sign("white_circle", say("COULD NOT MEASURE"), 3)
CRITICAL = Sign("red_circle", say("CRITICAL"), 4)
NOT_DONE = Sign("large_yellow_circle", say("NOT DONE"), 1)
TO_CONFIRM = Sign("white_square_button", say("TO CONFIRM"), 1)

STANDINGS = {
    Standing.OK: WELL,
    Standing.WARNING: WARNING,
    Standing.CRITICAL: CRITICAL,
    Standing.STALE: STALE,
    Standing.NO_DATA: NO_DATA,
}

STATES = {
    State.OK: WELL,
    State.WARNING: WARNING,
    State.CRITICAL: CRITICAL,
    State.UNKNOWN: COULD_NOT_MEASURE,
}

ENTRIES = {
    EntryState.NOT_APPLICABLE: Sign("heavy_minus_sign", say("not applicable")),
    EntryState.PENDING: Sign("hourglass_flowing_sand", say("pending")),
    EntryState.RUNNING: Sign("arrows_counterclockwise", say("running")),
    EntryState.PASSED: Sign("white_check_mark", say("passed")),
    EntryState.FAILED: Sign("x", say("failed"), 2),
    EntryState.MISSED: Sign("warning", say("missed"), 1),
}

OUTCOMES = {
    Outcome.PASSED: Sign("white_check_mark", say("PASSED")),
    Outcome.INCONCLUSIVE: Sign("white_circle", say("INCONCLUSIVE"), 1),
    Outcome.FAILED: Sign("red_circle", say("FAILED"), 2),
}

_SEVERITIES = {Severity.WARNING: WARNING, Severity.CRITICAL: CRITICAL}
_BLIND = {AlertKind.NO_DATA: NO_DATA, AlertKind.ERROR: COULD_NOT_MEASURE}


def of_problem(alert: Alert) -> Sign:
    """How bad an alert is, whoever has taken it."""
    return _BLIND.get(alert.subject.kind) or _SEVERITIES[alert.severity]


def of_alert(alert: Alert) -> Sign:
    """How bad an alert is, and what has become of it."""
    problem = of_problem(alert)
    match alert.state:
        case AlertState.RESOLVED:
            return Sign("large_green_circle", say("RESOLVED"))
        case AlertState.ACKNOWLEDGED if alert.snoozed_until:
            return Sign("zzz", say("{severity}, SNOOZED", severity=problem.word), problem.rank)
        case AlertState.ACKNOWLEDGED:
            return Sign("eyes", say("{severity}, ACKNOWLEDGED", severity=problem.word), problem.rank)
        case AlertState.FIRING if alert.quiet:
            return Sign("no_bell", say("{severity}, QUIET", severity=problem.word), problem.rank)
        case AlertState.FIRING if alert.flapping is not None:
            return Sign(problem.emoji, say("{severity}, FLAPPING", severity=problem.word), problem.rank)
        case AlertState.PENDING:
            return Sign("hourglass_flowing_sand", say("{severity}, PENDING", severity=problem.word), 1)
        case _:
            return problem
