"""Rounds: a checklist is asked, judged and shown on one card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot.domain.alerts.alert import Alert, AlertState, Severity
from bot.domain.alerts.priority import priority
from bot.domain.measures.reading import Reading
from bot.domain.panel import PanelRow, RoundRow, Standing
from bot.domain.setup import Check, Item, Metric, Service
from bot.domain.text import Instant, Label, Quantity, Text, enumerated, say
from bot.domain.watches.listing import Listed
from bot.domain.watches.plan import EntryState
from bot.domain.watches.ticking import give_up, manuals_of, next_look, settle_state
from bot.domain.watches.watch import WatchState
from bot.engine.alerts.findings import Asked, as_measured, fed_by
from bot.engine.alerts.observe import keep
from bot.engine.ledger import Ledger, Parcel
from bot.engine.measures.errors import since_round
from bot.engine.people.overview import standing_of
from bot.engine.record import head, home_changes
from bot.engine.world import World
from checks.kinds.heartbeat import HeartbeatOptions
from checks.result import Measurement, Result, State

_FIRST_LOOKS_BACK = timedelta(days=1)
"""So long before the first round of all new types of errors are told in its card."""

_ALERTS = Label("Open alerts", "未解决的告警")
_BY_SEVERITY = {Severity.WARNING: State.WARNING, Severity.CRITICAL: State.CRITICAL}
_BY_STANDING = {Standing.WARNING: State.WARNING, Standing.CRITICAL: State.CRITICAL}


def items_of(service: Service, checklists: tuple[str, ...]) -> tuple[Item, ...]:
    """The items of several checklists in order, each check once. Without checklists, every check."""
    if not checklists:
        return tuple(Item(check=key) for key in service.checks)
    items: dict[object, Item] = {}
    for key in checklists:
        for item in service.checklists[key].items if key in service.checklists else ():
            items.setdefault(item.check or item.ask or "alerts", item)
    return tuple(items.values())


def longest(service: Service, listed: Listed) -> timedelta:
    """How long the slowest check of a round may take."""
    return max((check.timeout for _, check in _checks_of(service, listed)), default=timedelta(0))


def hold(world: World, service: Service, listed: Listed) -> None:
    """Ask every check of the round side by side, keep what they found, and show it."""
    lines = _checks_of(service, listed)
    asked = world.crew.together([partial(_ask, world, service, check) for _, check in lines])
    now = world.clock.now()
    with world.store.transaction() as ledger:
        before = ledger.entries.last_round(service.key, listed.entry.at)
        for each in asked:
            if not isinstance(each.check.options, HeartbeatOptions):  # what a job says is written at once
                ledger.schedule.remember(service.key, each.check.key, each.cursor)
        made = [keep(ledger, world.setup, service, each, now, at_round=True).made for each in asked]
        answers = zip(lines, asked, newest_made(made), strict=True)
        rows = [round_row(service, item, each, derived) for (item, _), each, derived in answers]
        rows += [
            alerts_row(ledger, service, item, before)
            for item in items_of(service, listed.entry.checklists)
            if item.alerts
        ]
        rows.sort(key=lambda row: -row.state)
        # People may have added remarks meanwhile; and whose lease ran out may find the round held already.
        listed = ledger.entries.get(listed.id) or listed
        if listed.ran_at is None:
            held = _held(service, listed, tuple(rows), now)
            _save(ledger, replace(held, between=_between(ledger, service, before, now)), now)
    world.bell.ring()


def _held(service: Service, listed: Listed, rows: tuple[RoundRow, ...], now: datetime) -> Listed:
    bad = [row.label for row in rows if row.state is not State.OK]
    gone = tuple(key for key in listed.entry.checklists if key not in service.checklists)
    manuals = manuals_of(items_of(service, listed.entry.checklists))
    # Where nothing was asked, nothing was found in order.
    failed = bad or gone or not (rows or manuals)
    return replace(
        listed,
        ran_at=now,
        rows=rows,
        gone=gone,
        manuals=manuals,
        outcome=EntryState.FAILED if failed else EntryState.PASSED,
        remark=_gone(gone) if gone else _remark(bad, len(rows)) if rows or failed else None,
    )


def _save(ledger: Ledger, held: Listed, now: datetime) -> None:
    watch = ledger.watches.get(held.watch) if held.watch else None
    if watch and watch.state is WatchState.ENDED:
        held = give_up(held, now)
    held = settle_state(held)
    ledger.entries.save(replace(held, next_at=next_look(held)))
    ledger.outbox.put(head(Parcel.ROUND_CARD, held.id, held.channel, now))
    home_changes(ledger, now)


def _checks_of(service: Service, listed: Listed) -> list[tuple[Item, Check]]:
    return [
        (item, service.checks[item.check])
        for item in items_of(service, listed.entry.checklists)
        if item.check and item.check in service.checks
    ]


def _ask(world: World, service: Service, check: Check) -> Asked:
    with world.store.reading() as ledger:
        cursor = ledger.schedule.cursor(service.key, check.key)
    result, cursor = world.ask(check, world.clock.now(), cursor)
    return Asked(check, result, cursor)


def _between(ledger: Ledger, service: Service, before: datetime | None, now: datetime) -> tuple[Text, ...]:
    """Tier-1 alerts that came and went since the round before, and types of errors nobody had seen."""
    if before is None:
        return since_round(ledger, service, now - _FIRST_LOOKS_BACK, now)
    gone = (
        alert
        for alert in ledger.alerts.fired_between(service.key, before, now)
        if alert.subject.tier == 1
        and alert.state is AlertState.RESOLVED
        and (alert.fired_at or now) >= before
    )
    return (*(_was_bad(alert) for alert in gone), *since_round(ledger, service, before, now))


def _was_bad(alert: Alert) -> Text:
    return say(
        "{reason}, from {since} to {until}",
        reason=alert.reason,
        since=Instant(alert.fired_at or alert.began_at),
        until=Instant(alert.resolved_at or alert.began_at),
    )


def _gone(names: Sequence[str]) -> Text:
    return say("the checklist {names} is configured no more", names=", ".join(names))


def _remark(bad: Sequence[Label], total: int) -> Text:
    if not total:
        return say("nothing was measured: it has no check")
    if bad:
        return say(
            "{bad} of {all} checks not in order: {items}", bad=len(bad), all=total, items=enumerated(bad)
        )
    return say("{all} of {all} checks in order", all=total)


def newest_made(made: Sequence[Sequence[Reading]]) -> list[tuple[Reading, ...]]:
    """Each derived value with the answer that completed it: what is made of several is made several times."""
    last = {(each.metric, each.labels): number for number, some in enumerate(made) for each in some}
    return [
        tuple(each for each in some if last[each.metric, each.labels] == number)
        for number, some in enumerate(made)
    ]


def round_row(service: Service, item: Item, asked: Asked, derived: Sequence[Reading] = ()) -> RoundRow:
    """One line of a round: the worse of the check's own state and how its values stand.

    `derived` are values of other metrics that were made of its own.
    """
    result = asked.result
    fed = fed_by(service, asked) + [(service.metrics[each.metric], as_measured(each)) for each in derived]
    values = tuple(_value(metric, each, result) for metric, each in fed)
    states = [_BY_STANDING.get(value.standing, State.OK) for value in values]
    return RoundRow(
        check=asked.check.key,
        label=asked.check.label,
        state=max([result.state, *states]),
        summary=result.summary,
        values=values,
        on_failure=item.on_failure,
        hint=result.hint,
    )


def alerts_row(ledger: Ledger, service: Service, item: Item, before: datetime | None) -> RoundRow:
    """The alerts that are open and not quiet, the most urgent first; new since the last round is said."""
    heard = [
        alert
        for alert in ledger.alerts.open_all()
        if alert.subject.service == service.key and alert.fired_at and alert.quiet is None
    ]
    worst = max((_BY_SEVERITY[alert.severity] for alert in heard), default=State.OK)
    return RoundRow(
        label=_ALERTS,
        state=worst,
        summary="",
        alerts=tuple(_open(alert, before) for alert in heard),
        on_failure=item.on_failure,
    )


def _open(alert: Alert, before: datetime | None) -> Text:
    since = alert.fired_at or alert.began_at
    told = say(
        "{priority} – {reason}, since {at}",
        priority=f"P{priority(alert)}",
        reason=alert.reason,
        at=Instant(since),
    )
    return say("{item} (new)", item=told) if before is None or since >= before else told


def _value(metric: Metric, measurement: Measurement, result: Result) -> PanelRow:
    return PanelRow(
        metric=metric.key,
        label=metric.label,
        value=Quantity(measurement.value, metric.unit or measurement.unit),
        target=metric.target,
        unit=metric.unit,
        standing=standing_of(metric, measurement),
        measured_at=result.started_at,
    )
