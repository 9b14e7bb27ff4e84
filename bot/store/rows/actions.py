"""Runs of actions: each cause once, one at a time a service."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select, update

from bot.domain.action import ActionRun, RunState, begun
from bot.engine.ledger import Outdated
from bot.store.codec import dump, load
from bot.store.insert import insert_new
from bot.store.tables import action_runs


class ActionRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, run: ActionRun) -> bool:
        return insert_new(self._connection, action_runs, {"id": run.id, **_columns(run)})

    def get(self, run_id: str) -> ActionRun | None:
        return next(iter(self._all(action_runs.c.id == run_id)), None)

    def open_of(self, service: str) -> tuple[ActionRun, ...]:
        return self._all(
            action_runs.c.service == service,
            action_runs.c.state.in_((RunState.ASKED.value, RunState.RUNNING.value)),
        )

    def due(self, now: datetime) -> tuple[ActionRun, ...]:
        return self._all(action_runs.c.look_at <= now)

    def of_service(self, service: str, since: datetime) -> tuple[ActionRun, ...]:
        return self._all(action_runs.c.service == service, action_runs.c.asked_at >= since)

    def of_incident(self, incident: str) -> tuple[ActionRun, ...]:
        return self._all(action_runs.c.incident == incident)

    def of_alert(self, alert: str) -> tuple[ActionRun, ...]:
        return self._all(action_runs.c.alert == alert)

    def _all(self, *conditions: ColumnElement[bool]) -> tuple[ActionRun, ...]:
        found = (
            select(action_runs.c.body, action_runs.c.look_at)
            .where(*conditions)
            .order_by(action_runs.c.asked_at, action_runs.c.id)
        )
        return tuple(
            replace(load(ActionRun, row.body), look_at=row.look_at) for row in self._connection.execute(found)
        )

    def claim(self, run: ActionRun, now: datetime) -> ActionRun | None:
        others = select(action_runs.c.id).where(
            action_runs.c.service == run.service, action_runs.c.state == RunState.RUNNING.value
        )
        if self._connection.execute(others.limit(1)).first():
            return None
        mine = begun(run, now)
        claim = (
            update(action_runs)
            .where(
                action_runs.c.id == run.id,
                action_runs.c.state == RunState.ASKED.value,
                action_runs.c.look_at == run.look_at,
            )
            .values(_columns(mine))
        )
        return mine if self._connection.execute(claim).rowcount == 1 else None

    def renew(self, run: ActionRun, until: datetime) -> None:
        held = action_runs.c.id == run.id, action_runs.c.state == RunState.RUNNING.value
        self._connection.execute(update(action_runs).where(*held).values(look_at=until))

    def wait(self, run: ActionRun, until: datetime) -> None:
        self._connection.execute(update(action_runs).where(action_runs.c.id == run.id).values(look_at=until))

    def save(self, run: ActionRun, was: RunState) -> None:
        mine = action_runs.c.id == run.id, action_runs.c.state == was.value
        if self._connection.execute(update(action_runs).where(*mine).values(_columns(run))).rowcount != 1:
            raise Outdated(f"the run {run.id} is not {was} any more")

    def free(self, ended: ActionRun, now: datetime) -> None:
        waiting = (
            action_runs.c.service == ended.service,
            action_runs.c.id != ended.id,
            action_runs.c.state == RunState.ASKED.value,
        )
        self._connection.execute(
            update(action_runs).where(*waiting, action_runs.c.look_at > now).values(look_at=now)
        )


def _columns(run: ActionRun) -> dict[str, object]:
    return {
        "service": run.service,
        "action": run.action,
        "state": run.state.value,
        "asked_at": run.asked_at,
        "look_at": run.look_at,
        "alert": run.alert,
        "incident": run.incident,
        "body": dump(run),
    }
