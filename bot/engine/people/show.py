"""Fill in what is shown: facts from the rows become the values that cards are drawn from."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.alerts.alert import Alert, Page, Subject
from bot.domain.card import (
    AlertCard,
    GroupCard,
    HomeView,
    PageMessage,
    PlaybookCard,
    ReportCard,
    RoundCard,
    VerdictCard,
    WatchCard,
)
from bot.domain.incident.state import Incident
from bot.domain.measures.reading import Reading
from bot.domain.oncall.chain import next_step
from bot.domain.oncall.rotation import on_call
from bot.domain.setup import Person, Setup
from bot.domain.text import Quantity
from bot.domain.watches.listing import Listed
from bot.domain.watches.plan import FOLLOW_UP, Entry, EntryKind, EntryState
from bot.domain.watches.progress import progress
from bot.domain.watches.verdict import Outcome
from bot.domain.watches.watch import Watch
from bot.engine.delivery.ways import tried
from bot.engine.ledger import Ledger
from bot.engine.measures.past import newness, trend
from bot.engine.oncall.standing import roster, standing
from bot.engine.people.overview import panel

_MOMENT = timedelta(microseconds=1)


def alert_card(ledger: Ledger, setup: Setup, alert: Alert) -> AlertCard:
    """The live card of an alert with the newest value of its series."""
    subject = alert.subject
    service = setup.services.get(subject.service)
    metric = service.metrics.get(subject.key) if service else None
    newest = _newest(ledger, subject)
    return AlertCard(
        alert=alert,
        trend=trend(ledger, alert, metric, newest.at if newest else None) if metric else None,
        novelty=newness(ledger, alert, metric),
        value=_quantity(newest) or alert.value,
        levels=len(subject.policy.levels),
        tried=tried(ledger, alert),
        next=next_step(alert, roster(ledger, setup)),
        links=(*(metric.links.items() if metric else ()), *subject.links),
    )


ON_CARD = 8
"""So many alerts of a group are shown on its card; the rest are counted."""


def card_of(ledger: Ledger, setup: Setup, card: str) -> AlertCard | GroupCard | None:
    """The live card of an alert that stands alone, or of the group that began with it."""
    group, alert = ledger.groups.get(card), ledger.alerts.get(card)
    if group is None or group.size == 1:
        return alert_card(ledger, setup, alert) if alert else None
    shown = ledger.alerts.on_card(card, ON_CARD)
    at = roster(ledger, setup)
    steps = [step for each in shown if (step := next_step(each, at))]
    return GroupCard(
        id=card,
        service=group.service,
        since=group.since,
        alerts=shown,
        counts=tuple(
            (state, severity, count) for (state, severity), count in ledger.alerts.counts(card).items()
        ),
        next=min(steps, key=lambda step: step.at, default=None),
    )


def page_message(setup: Setup, alert: Alert, page: Page, others: int = 0) -> PageMessage:
    """The message that wakes the people of a page; from level 2 on the channel sees it too."""
    return PageMessage(
        others=others,
        alert=alert,
        people=tuple(setup.people.get(key) or Person(key=key, name=key) for key in page.people),
        usergroups=page.usergroups,
        level=page.level,
        levels=len(alert.subject.policy.levels),
        reason=page.reason,
        broadcast=page.level > 1 or page.cycle > 0,
    )


def watch_card(ledger: Ledger, setup: Setup, watch: Watch, now: datetime) -> WatchCard | None:
    """The live card of a watch; None when its service is configured no more."""
    service = setup.services.get(watch.service)
    if service is None:
        return None
    listed = _next_round(ledger, watch, now)
    return WatchCard(
        watch=watch,
        panel=panel(ledger, setup, service, now),
        next_round=listed.entry if listed else None,
        progress=progress(watch, ledger.entries.outline(watch.id), now),
    )


def _next_round(ledger: Ledger, watch: Watch, now: datetime) -> Listed | None:
    """The next round that will be held: none is while the watch is paused."""
    # A round at the very end of the pause is held.
    since = max(now, watch.paused_until - _MOMENT) if watch.paused_until else now
    return ledger.entries.next_round(watch.service, since, watch.id)


def playbook_card(ledger: Ledger, incident: Incident) -> PlaybookCard:
    """The live card of an incident, beside the newest value of its alert's series."""
    alert = ledger.alerts.get(incident.alert) if incident.alert else None
    value = _value(ledger, alert.subject) if alert else None
    return PlaybookCard(incident=incident, alert=alert, value=value or (alert.value if alert else None))


def _value(ledger: Ledger, subject: Subject) -> Quantity | None:
    return _quantity(_newest(ledger, subject))


def _quantity(newest: Reading | None) -> Quantity | None:
    return Quantity(newest.value, newest.unit) if newest else None


def _newest(ledger: Ledger, subject: Subject) -> Reading | None:
    """The newest value of the series that an alert is about."""
    for each in ledger.readings.newest(subject.service):
        if each.metric == subject.key and each.labels == subject.labels:
            return each
    return None


def execution_list(ledger: Ledger, watch: Watch) -> tuple[Entry, ...]:
    """The list of a watch as people read it: what was planned, what became of it, what people added."""
    return tuple(
        replace(each.entry, remark=each.remark, notes=tuple(note.text for note in each.remarks))
        for each in ledger.entries.of_watch(watch.id)
    )


def round_card(ledger: Ledger, listed: Listed, now: datetime) -> RoundCard:
    """The card of a round that ran, with its manual items as they stand."""
    watch = ledger.watches.get(listed.watch) if listed.watch else None
    following = _next_round(ledger, watch, now) if watch else ledger.entries.next_round(listed.service, now)
    return RoundCard(
        id=listed.id,
        service=listed.service,
        version=watch.version if watch else "",
        at=listed.entry.at,
        checklists=listed.entry.checklists,
        rows=listed.rows,
        manuals=listed.manuals,
        asked_by=listed.asked_by,
        next_round=following.entry if following else None,
        gone=listed.gone,
        between=listed.between,
        remarks=listed.remarks,
        follows=listed.entry.phases == (FOLLOW_UP,) or listed.entry.kind is EntryKind.CHECKPOINT,
    )


GATE_CHOICES = {
    Outcome.FAILED: ("densify", "go-on", "roll-back"),
    Outcome.INCONCLUSIVE: ("pass", "fail"),
}
"""What people may decide when a gate has not passed."""


def verdict_card(ledger: Ledger, listed: Listed) -> VerdictCard | None:
    """The card of a judged entry, with the choices that are still open."""
    watch = ledger.watches.get(listed.watch) if listed.watch else None
    if watch is None or listed.verdict is None:
        return None
    waits = any(each.asks and each.outcome is Outcome.INCONCLUSIVE for each in listed.verdict.findings)
    open_gate = listed.entry.kind is EntryKind.GATE and listed.decided is None
    if waits and listed.verdict.outcome is Outcome.INCONCLUSIVE:
        open_gate = False
    return VerdictCard(
        id=listed.id,
        watch=watch,
        entry=listed.entry,
        verdict=listed.verdict,
        asks=GATE_CHOICES.get(listed.verdict.outcome, ()) if open_gate else (),
        decided=listed.decided,
        remarks=listed.remarks,
    )


def report_card(ledger: Ledger, report_id: str) -> ReportCard | None:
    """The card of the newest version of a report."""
    filed = ledger.reports.get(report_id)
    return ReportCard(filed=replace(filed, report=replace(filed.report, charts=()))) if filed else None


def home_view(ledger: Ledger, setup: Setup, person: str, now: datetime) -> HomeView:
    """App Home of a person (a key of `people`)."""
    watches = ledger.watches.open_all()
    lists = [ledger.entries.of_watch(watch.id) for watch in watches]
    ahead = sorted(
        (each.entry for listed in lists for each in listed if each.entry.state is EntryState.PENDING),
        key=lambda entry: entry.at,
    )
    alerts = tuple(alert for alert in ledger.alerts.open_all() if alert.fired_at)
    shifts = (on_call(schedule, now) for schedule in standing(ledger, setup).schedules.values())
    return HomeView(
        at=now,
        panels=tuple(panel(ledger, setup, service, now) for service in setup.services.values()),
        watches=tuple((watch, progress(watch, ledger.entries.outline(watch.id), now)) for watch in watches),
        next_entries=tuple(ahead[:NEXT_ENTRIES]),
        manuals=tuple(
            (each.id, number, manual)
            for listed in lists
            for each in listed
            for number, manual in enumerate(each.manuals)
            if manual.open
        ),
        alerts=alerts,
        mine=tuple(alert for alert in alerts if alert.acknowledged_by == person),
        shifts=tuple(shift for shift in shifts if person in shift.on_call),
        gates=tuple(
            (watch, replace(each.entry, remark=each.remark))
            for watch, listed in zip(watches, lists, strict=True)
            for each in listed
            if undecided(each)
        ),
    )


def undecided(listed: Listed) -> bool:
    """A gate that was judged and has not passed, and nobody has said what comes of it."""
    passed = listed.entry.state is EntryState.PASSED
    is_gate = listed.entry.kind is EntryKind.GATE
    return is_gate and listed.verdict is not None and listed.decided is None and not passed


NEXT_ENTRIES = 5
