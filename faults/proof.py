"""What must hold after every fault: looked up in the database, and counted in the workspace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, text

from bot.config import load
from bot.domain.card import Message
from bot.engine.people.show import card_of
from bot.slack.access import SlackAccess
from bot.slack.likeness import alike
from bot.slack.notifier import Notifier
from bot.wiring import Program
from faults.scene import Scene


@dataclass(frozen=True, slots=True)
class Proof:
    """`lost` and `doubled` are operations of pages; `wrong` is whatever else does not hold, in words."""

    pages: int
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    wrong: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not (self.lost or self.doubled or self.wrong)


def prove(scene: Scene, *, cards: bool = True) -> Proof:
    """How the scene was left; its bots are at rest, or gone.

    Without `cards` where days have passed: the time on a card of yesterday was drawn without its day.
    """
    access = SlackAccess("xoxb-local", "xapp-local", api_url=f"{scene.workspace.url}/api/")
    program = Program(load(scene.folder / "config.yaml", {}), access, scene.clock, threads=False)
    posted = Counter(
        each["metadata"]["event_payload"]["operation"] for each in scene.posts() if each["metadata"]
    )
    try:
        with program._database._engine.connect() as connection:
            pages = _pages(connection)
            wrong = (*_gaps(connection), *_unpaged(connection, pages), *_unaudited(connection))
            drawn = connection.execute(text("SELECT DISTINCT card FROM alerts WHERE fired_at IS NOT NULL"))
            subjects = [card for (card,) in drawn] if cards else []
        wrong += tuple(_cards(program, subjects))
    finally:
        program.stop()
    return Proof(
        pages=sum("/page/" in operation for operation in posted),
        lost=tuple(page for page, fate in pages.items() if fate != "dropped" and not posted[page]),
        doubled=tuple(operation for operation, times in posted.items() if times > 1),
        wrong=wrong,
    )


def _pages(connection: Connection) -> dict[str, str]:
    """Every page that was ever decided, and its fate. Of a page that need not go any more that is dropped."""
    found = connection.execute(text("SELECT operation, fate FROM outbox WHERE parcel = 'page'"))
    return {row.operation: row.fate for row in found}


def _gaps(connection: Connection) -> Iterator[str]:
    """Timelines with a hole."""
    found = text(
        "SELECT a.id, a.version, count(*) AS steps, max(t.version) AS last "
        "FROM alerts a JOIN transitions t ON t.alert = a.id GROUP BY a.id, a.version"
    )
    for row in connection.execute(found):
        if not row.version == row.steps == row.last:
            yield f"the timeline of alert {row.id} has {row.steps} of {row.version} steps"


def _unpaged(connection: Connection, pages: dict[str, str]) -> Iterator[str]:
    """Alerts whose time to wake somebody had come, without a page on disk: one may be over before that."""
    paged = {operation.partition("/")[0] for operation in pages}
    due = text(
        "SELECT alert FROM transitions WHERE event = 'alert.escalated' "
        "UNION SELECT id FROM alerts WHERE state = 'firing' AND severity = 'critical'"
    )
    for (alert,) in connection.execute(due):
        if alert not in paged:
            yield f"alert {alert} has fired and has no page"


def _unaudited(connection: Connection) -> Iterator[str]:
    """What people did to alerts, without its line in the audit, or with a line too many."""
    told = "SELECT at, person, event FROM transitions WHERE person IS NOT NULL"
    kept = "SELECT at, person, deed FROM audit WHERE deed LIKE 'alert.%' AND person != ''"
    done, written = (Counter(map(tuple, connection.execute(text(each)))) for each in (told, kept))
    if done != written:
        yield f"the audit differs from what was done: {dict(done - written)} {dict(written - done)}"


def _cards(program: Program, subjects: list[str]) -> Iterator[str]:
    """Cards that say something else than the database, or are not there."""
    world = program._world
    slack = world.door
    assert isinstance(slack, Notifier)  # noqa: S101 - a fact about our own wiring
    for subject in subjects:
        with world.store.reading() as ledger:
            where = ledger.cards.where(subject)
            message: Message | None = card_of(ledger, world.setup, subject)
        if where is None or message is None:
            yield f"alert {subject} has no card"
            continue
        found, drawn = slack._at(where), slack._drawing.message(message)
        if not isinstance(found, Mapping):
            yield f"the card of alert {subject} is gone"
        elif not alike(
            {**found, "blocks": _lasting(found["blocks"])}, replace(drawn, blocks=_lasting(drawn.blocks))
        ):
            yield f"the card of alert {subject} differs from the database"


def _lasting(part: Any) -> Any:
    """Without the values of this moment: they move on, while the card of an alert that has ended stays."""
    if isinstance(part, Mapping):
        return {key: _lasting(each) for key, each in part.items()}
    if isinstance(part, list):
        return [_lasting(each) for each in part if not _of_this_moment(each)]
    return part


def _of_this_moment(part: Any) -> bool:
    words = part.get("text") if isinstance(part, Mapping) else None
    return isinstance(words, str) and words.startswith(("*Value now*", "*Trend*"))
