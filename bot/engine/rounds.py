"""Rounds: when one is due its checklist is asked, judged and shown on one card."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from bot.domain.card import RoundCard, RoundRow
from bot.domain.panel import PanelRow, Standing
from bot.domain.plan import EntryState
from bot.domain.setup import Check, Item, Service
from bot.domain.text import Quantity, Text, say
from bot.engine.ledger import Delivery, Lane, Parcel, Round
from bot.engine.observe import Asked, keep, metric_of
from bot.engine.ports import Place
from bot.engine.show import entry_of, standing_of
from bot.engine.world import World
from checks.result import Measurement, Result, State

LATE = timedelta(minutes=5)
"""A round that could not begin within this time did not happen: what it would say is no longer about then."""

_GRACE = timedelta(seconds=30)
_BY_STANDING = {Standing.WARNING: State.WARNING, Standing.CRITICAL: State.CRITICAL}


def hold_due(world: World, now: datetime) -> bool:
    """Begin the first round that is due, or write down that it was missed. False when none was due."""
    with world.store.transaction() as ledger:
        due = ledger.rounds.claim(now, now + _GRACE)
        if due is None:
            return False
        late = now - due.at > LATE
        if late:
            ledger.rounds.end(
                due.id, EntryState.MISSED, say("nobody was there to hold it: Vigil was not running")
            )
        elif due.service not in world.setup.services:
            ledger.rounds.end(
                due.id, EntryState.MISSED, say("{service} is configured no more", service=due.service)
            )
            late = True
        else:
            ledger.rounds.extend(due.id, now + _longest(world.setup.services[due.service], due) + _GRACE)
    if not late:
        world.crew.start(partial(_hold, world, world.setup.services[due.service], due))
    return True


def items_of(service: Service, checklists: tuple[str, ...]) -> tuple[Item, ...]:
    """The items of several checklists in order, each check once."""
    items: dict[object, Item] = {}
    for key in checklists:
        for item in service.checklists[key].items if key in service.checklists else ():
            items.setdefault(item.check or item.ask, item)
    return tuple(items.values())


def _checks_of(service: Service, due: Round) -> list[tuple[Item, Check]]:
    return [
        (item, service.checks[item.check])
        for item in items_of(service, due.checklists)
        if item.check and item.check in service.checks
    ]


def _longest(service: Service, due: Round) -> timedelta:
    return max((check.timeout for _, check in _checks_of(service, due)), default=timedelta(0))


def _hold(world: World, service: Service, due: Round) -> None:
    lines = _checks_of(service, due)
    asked = world.crew.together([partial(_ask, world, service, check) for _, check in lines])
    now = world.clock.now()
    rows = sorted(
        (_row(service, item, each) for (item, _), each in zip(lines, asked, strict=True)),
        key=lambda row: -row.state,
    )
    with world.store.transaction() as ledger:
        for each in asked:
            keep(ledger, world.setup, service, each, now)
        bad = sum(row.state is not State.OK for row in rows)
        ledger.rounds.end(due.id, EntryState.FAILED if bad else EntryState.PASSED, _remark(bad, len(rows)))
        card = RoundCard(
            service=service.key,
            at=due.at,
            checklists=due.checklists,
            rows=tuple(rows),
            asks=tuple(item.ask for item in items_of(service, due.checklists) if item.ask),
            asked_by=due.asked_by,
            next_round=entry_of(ledger.rounds.next_of(service.key, now)),
        )
        ledger.outbox.put(
            Delivery(
                operation=f"{due.id}/card",
                lane=Lane.CARD,
                parcel=Parcel.ROUND_CARD,
                subject=due.id,
                place=Place(channel=service.channel),
                body=card,
                created_at=now,
                look_at=now,
            )
        )
    world.bell.ring()


def _ask(world: World, service: Service, check: Check) -> Asked:
    with world.store.reading() as ledger:
        cursor = ledger.schedule.cursor(service.key, check.key)
    result, cursor = world.ask(check, world.clock.now(), cursor)
    return Asked(check, result, cursor)


def _remark(bad: int, total: int) -> Text:
    if bad:
        return say("{bad} of {all} checks not in order", bad=bad, all=total)
    return say("all {all} checks in order", all=total)


def _row(service: Service, item: Item, asked: Asked) -> RoundRow:
    result = asked.result
    values = tuple(row for each in result.measurements if (row := _value(service, asked.check, each, result)))
    states = [_BY_STANDING.get(value.standing, State.OK) for value in values]
    return RoundRow(
        label=asked.check.label,
        state=max([result.state, *states]),
        summary=result.summary,
        values=values,
        on_failure=item.on_failure,
        hint=result.hint,
    )


def _value(service: Service, check: Check, measurement: Measurement, result: Result) -> PanelRow | None:
    metric = metric_of(service, check, measurement)
    if metric is None:
        return None
    return PanelRow(
        metric=metric.key,
        label=metric.label,
        value=Quantity(measurement.value, metric.unit or measurement.unit),
        target=metric.target,
        unit=metric.unit,
        standing=standing_of(metric, measurement),
        measured_at=result.started_at,
    )
