"""From what a decision wrote, and what left because of it, to events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.domain.action import ActionRun
from bot.domain.alerts.alert import Alert, Page, Transition, Try
from bot.domain.card import AlertCard, CoverageCard, GroupCard, HandoffCard, Line, Message, Reminder, Told
from bot.domain.incident.state import Change
from bot.domain.replay.event import Event, event
from bot.domain.report.report import Report
from bot.domain.text import say
from bot.domain.watches.listing import Listed
from bot.domain.watches.plan import EntryKind, EntryState
from bot.domain.watches.watch import WatchChange

_SETTLED = frozenset({EntryState.PASSED, EntryState.FAILED, EntryState.MISSED})

_DEADLINE = frozenset({"clock.demanded", "clock.warned"})


def of_alert(change: Transition) -> Iterator[Event]:
    """What became of an alert, and whom that wakes."""
    alert = change.alert
    tries = next((each.action for each in change.effects if isinstance(each, Try)), None)
    if change.event != "alert.escalated":
        yield event(
            change.at,
            change.event,
            change.reason,
            alert=alert.subject.fingerprint,
            severity=alert.severity.value,
            value=alert.value.value if alert.value and alert.open else None,
            by=change.by,
            action=tries,
        )
    for each in change.effects:
        if isinstance(each, Page):
            yield event(
                change.at,
                "page",
                each.reason,
                alert=alert.subject.fingerprint,
                level=each.level,
                cycle=each.cycle or None,
                to=(*each.people, *each.usergroups, *each.channels),
                by=each.by,
            )


def of_entry(listed: Listed) -> Iterator[Event]:
    """How a line of the execution list came out; a report is told where it is filed."""
    entry = listed.entry
    if entry.kind is EntryKind.REPORT:
        return
    settled = entry.state in _SETTLED or (entry.kind is EntryKind.GATE and listed.verdict is not None)
    if settled or listed.ran_at:
        yield event(
            listed.ran_at or entry.at,
            entry.kind.value,
            listed.remark,
            due=entry.at,
            state=_state(listed),
            phase=", ".join(entry.phases),
            label=entry.label.en if entry.label else None,
            after_s=int(entry.after.total_seconds()) if entry.after else None,
            criteria=entry.criteria,
        )


def _state(listed: Listed) -> str:
    undecided = listed.entry.kind is EntryKind.GATE and listed.entry.state is EntryState.RUNNING
    if listed.verdict and undecided:
        return listed.verdict.outcome.value
    return listed.outcome.value if listed.outcome else listed.entry.state.value


def of_incident(change: Change) -> Iterator[Event]:
    if change.quiet:
        return
    name = "playbook.deadline" if change.event in _DEADLINE else change.event
    yield event(
        change.at,
        name if name.startswith("playbook.") else f"playbook.{name}",
        change.reason,
        playbook=change.incident.playbook.key,
        service=change.incident.service,
        by=change.by,
    )


def of_run(run: ActionRun) -> Iterator[Event]:
    """An action that would have been run."""
    if run.ended and run.ended_at:
        yield event(
            run.ended_at, "action", run.reason, action=run.action, service=run.service, state=run.state.value
        )


def of_report(report: Report) -> Iterator[Event]:
    yield event(
        report.composed_at,
        "report",
        report.title,
        report=report.kind.value,
        service=report.service,
        since=report.since,
        until=report.until,
    )


def of_watch(change: WatchChange) -> Iterator[Event]:
    watch = change.watch
    yield event(
        change.at, change.event, change.reason, service=watch.service, version=watch.version, by=change.by
    )


def of_post(message: Message, channel: str, at: datetime) -> Iterator[Event]:
    """What a new message in a channel tells people; what has an event of its own is not told twice."""
    match message:
        case AlertCard(alert=alert):
            yield _notified(alert, (f"channel:{channel}",), "slack", at)
        case GroupCard(alerts=(first, *_)):
            yield _notified(first, (f"channel:{channel}",), "slack", at)
        case Line(text=text):
            yield event(at, "notify", text, to=(f"channel:{channel}",), by=("slack",))
        case Reminder(person=person, text=text):
            yield event(at, "notify", text, to=(person.key,), by=("slack",))
        case HandoffCard(shift=shift, before=before):
            yield event(at, "handoff", schedule=shift.schedule, to=shift.on_call, before=before)
        case CoverageCard(coverage=coverage) if coverage.gaps:
            told = say("{count} stretches of time in which nobody would be paged", count=len(coverage.gaps))
            yield event(at, "coverage", told, to=(f"channel:{channel}",), gaps=len(coverage.gaps))


def of_call(told: Told, channel: str, at: datetime) -> Iterator[Event]:
    """A warning that goes to a person beside Slack; a page has told of its ways already."""
    if told.level == 0:
        yield _notified(told.alert, (told.person.key,), channel, at)


def _notified(alert: Alert, to: tuple[str, ...], by: str, at: datetime) -> Event:
    return event(
        at,
        "notify",
        alert.reason,
        alert=alert.subject.fingerprint,
        severity=alert.severity.value,
        to=to,
        by=(by,),
    )
