"""People and actions: asked first, allowed or not, one at a time, told of, and never silently run twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from house import House, elements, shown

from bot.domain.action import LEASE
from bot.domain.audit import Audited
from bot.store import Database

pytestmark = pytest.mark.story

CONFIG = """
service: orders
timezone: Asia/Shanghai
people:
  lin: {name: Lin Wei, slack: U0LIN}
  chen: {name: Chen Jie, slack: U0CHEN}
  zhao: {name: Zhao Min, slack: U0ZHAO}
teams: {operations: {members: [chen]}}
schedules:
  primary: {rotation: {every: 1 week, handoff: "Mon 09:00", start: 2026-01-12, members: [lin]}}
actions:
  stop-orders: {run: [./act.sh, stopped], who: [schedule:primary, team:operations]}
  restart: {run: [./act.sh, restarted], confirm: false}
  slow: {run: [./slow.sh], confirm: false}
  failing: {run: [./fail.sh], confirm: false, retries: 1}
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    for name, text in (
        ("act.sh", '#!/bin/sh\necho "$1 $VIGIL_VERSION" | tee -a deeds\n'),
        ("slow.sh", "#!/bin/sh\necho begun >>deeds\nsleep 2\n"),
        ("fail.sh", "#!/bin/sh\necho tried $VIGIL_ATTEMPT >>deeds\necho no >&2\nexit 1\n"),
    ):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    built = House(tmp_path, CONFIG, datetime(2026, 1, 19, 12, tzinfo=ZoneInfo("Asia/Shanghai")))
    built.watch()
    yield built
    built.close()


def deeds(house: House) -> list[str]:
    file = house.folder / "deeds"
    return file.read_text().splitlines() if file.exists() else []


def said(house: House) -> list[str]:
    return [shown(each) for each in house.channel()]


def audit(house: House) -> list[Audited]:
    database = Database(house.setup.storage)
    with database.reading() as ledger:
        found = ledger.audit.read(datetime(2026, 1, 1, tzinfo=UTC), house.clock.now())
    database.close()
    return list(found)


def form(house: House, person: str) -> dict[str, Any]:
    """The modal this person sees."""
    (view,) = house.get(f"/local/views?user={person}")
    return dict(view)


def test_a_person_on_call_is_asked_and_then_it_is_done_and_told(house: House) -> None:
    house.types("lin", "/monitor action stop-orders")
    asked = form(house, "lin")
    assert "Do this now?" in str(asked)
    assert deeds(house) == []
    house.post("/local/submit", user="lin", view_id=asked["id"], values={})
    house.program.settle()
    assert deeds(house) == ["stopped resilience-v1.0"]
    assert any(
        "Stop orders succeeded after" in line and "stopped resilience-v1.0" in line for line in said(house)
    )
    # one line in the channel, brought up to date: it says no more that it runs
    assert sum("Stop orders" in line for line in said(house)) == 1
    house.clock.advance(timedelta(seconds=1))
    told = [(each.deed.person, each.source, each.deed.name, each.deed.after) for each in audit(house)]
    assert told[-3:] == [
        ("lin", "slack", "action.asked", "asked"),
        ("lin", "bot", "action.succeeded", "succeeded"),
    ]


def test_who_may_not_is_told_who_may(house: House) -> None:
    answer = shown(house.types("zhao", "/monitor action stop-orders"))
    assert "Stop orders is for schedule:primary, team:operations; nothing was done" in answer
    assert deeds(house) == []


def test_whoever_stands_in_for_the_person_on_call_may(house: House) -> None:
    house.types("zhao", "/monitor override primary zhao 2h")
    assert "Dry run" in shown(house.types("zhao", "/monitor action stop-orders dry"))


def test_a_dry_run_does_nothing_and_says_what_would_be_done(house: House) -> None:
    answer = shown(house.types("chen", "/monitor action stop-orders dry"))
    assert "Dry run, nothing was done" in answer
    assert "`./act.sh stopped` for orders resilience-v1.0" in answer
    assert deeds(house) == []
    house.clock.advance(timedelta(seconds=1))
    tried = audit(house)[-1]
    assert (tried.deed.person, tried.source, tried.deed.name, tried.deed.subject) == (
        "chen",
        "slack",
        "action.dry_run",
        "stop-orders",
    )


def test_a_list_offers_every_action_and_a_mistyped_one_gets_the_nearest(house: House) -> None:
    listed = house.types("zhao", "/monitor action")
    assert [each["value"] for each in elements(listed)] == [
        "action:orders/stop-orders",
        "action:orders/restart",
        "action:orders/slow",
        "action:orders/failing",
    ]
    assert "did you mean `restart`?" in shown(house.types("zhao", "/monitor action restrat"))
    button = elements(listed)[1]
    house._act("zhao", listed, button["action_id"], button["value"])
    assert deeds(house) == ["restarted resilience-v1.0"]


def test_a_failure_is_tried_again_and_then_told(house: House) -> None:
    house.types("zhao", "/monitor action failing")
    house.fast_forward(minutes=1)
    assert deeds(house) == ["tried 1", "tried 2"]
    assert any(
        "Failing FAILED after" in line and "it may have acted before that" in line for line in said(house)
    )


def test_an_action_whose_bot_died_is_shown_as_interrupted_and_never_run_again(house: House) -> None:
    house.program._workshop.stop()  # from now on the bot does not live to see an action end
    house.types("zhao", "/monitor action slow")
    house.types("chen", "/monitor action restart")
    assert deeds(house) == ["begun"]
    house.restart()
    house.fast_forward(seconds=LEASE.total_seconds() - 1)
    assert not any("interrupted" in line for line in said(house))
    house.fast_forward(minutes=30)
    assert (
        sum("Slow: interrupted, its outcome is unknown; run it again or verify" in x for x in said(house))
        == 1
    )
    # it is not run twice, and what waited behind it has had its turn
    assert deeds(house) == ["begun", "restarted resilience-v1.0"]


def test_the_same_action_asked_for_by_two_people_at_once_runs_once(house: House) -> None:
    for person in ("lin", "chen"):
        house.types(person, "/monitor action stop-orders")
    forms = {person: form(house, person) for person in ("lin", "chen")}
    for person, view in forms.items():
        house.post("/local/submit", user=person, view_id=view["id"], values={})
    house.program.settle()
    assert deeds(house) == ["stopped resilience-v1.0"]
    late = "Stop orders was asked for by Lin Wei at 12:00 and has not ended yet; nothing was done"
    assert sum(late in (post["text"] or "") for post in house.get("/local/posts")) == 1
