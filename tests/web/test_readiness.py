from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from asking import ask
from starlette.types import ASGIApp

from bot.web import Line, Pulse, Readiness, Served, create_app

Serve = Callable[[ASGIApp], Served]
NOW = datetime(2026, 1, 19, 2, 0, tzinfo=UTC)
WELL = {"database": True, "slack": True, "slack_round_trip_s": 0.1, "tick_age_s": 0.2, "page_overdue_s": None}

ANSWERED = Line(connected=True, round_trip_s=0.1)


def ready(**other: object) -> Readiness:
    return Readiness(**(WELL | other))  # type: ignore[arg-type]


def test_a_process_that_answers_is_healthy_whatever_else_is_wrong(served: Serve) -> None:
    reply = ask(f"{served(create_app(lambda: ready(database=False, slack=False))).url}/healthz")
    assert (reply.status, reply.json) == (200, {"status": "ok"})


def test_a_bot_that_can_do_its_work_is_ready(served: Serve) -> None:
    reply = ask(f"{served(create_app(lambda: ready(page_overdue_s=1.23456))).url}/readyz")
    assert (reply.status, reply.json) == (200, {"status": "ok"} | WELL | {"page_overdue_s": 1.235})


@pytest.mark.parametrize(
    ("wrong", "detail"),
    [
        # the database is locked, full or gone
        ({"database": False}, "the database has not answered for 5 s"),
        # nobody can be heard
        ({"slack": False}, "Slack is not connected"),
        # the scheduler has stopped, at the limit
        ({"tick_age_s": 5.0}, "nobody has looked for due work for 5 s"),
        # it has not begun
        ({"tick_age_s": None}, "nobody has looked for due work for 5 s"),
        # it is connected, but does not take our token
        ({"slack": False, "slack_trouble": "Slack refused it"}, "Slack refused it"),
        # nobody sends what wakes people
        ({"page_overdue_s": 30.0}, "a page is 30 s overdue"),
        # two at once
        (
            {"database": False, "slack": False},
            "the database has not answered for 5 s; Slack is not connected",
        ),
    ],
)
def test_a_bot_that_cannot_work_says_why(wrong: dict[str, object], detail: str, served: Serve) -> None:
    reply = ask(f"{served(create_app(lambda: ready(**wrong))).url}/readyz")
    assert (reply.status, reply.content_type) == (503, "application/problem+json")
    title = {"type": "about:blank", "title": "Service Unavailable", "status": 503, "detail": detail}
    assert reply.json == title | WELL | {key: each for key, each in wrong.items() if key != "slack_trouble"}


@pytest.mark.parametrize(
    ("line", "slack", "trouble"),
    [
        # the socket stands, and Slack answers
        (ANSWERED, True, ""),
        # the socket stands, but the token was revoked
        (Line(connected=True, trouble="Slack refused it"), False, "Slack refused it"),
        # there is no socket: what Slack answered before is old
        (Line(connected=False, trouble="Slack refused it"), False, ""),
    ],
)
def test_slack_is_there_when_it_is_connected_and_answers(line: Line, slack: bool, trouble: str) -> None:
    found = Agenda().pulse.readiness(NOW, line)
    assert (found.slack, found.slack_trouble) == (slack, trouble)


class Agenda:
    """An agenda on a held stopwatch; it fails while it is broken."""

    def __init__(self) -> None:
        self.seconds = 100.0
        self.broken = False
        self.rows: Mapping[str, datetime] = {}
        self.pulse = Pulse(self.look, lambda: self.seconds)

    def look(self) -> Mapping[str, datetime]:
        if self.broken:
            raise OSError("the disk is gone")
        return self.rows


def test_before_the_first_look_nothing_is_known_to_work() -> None:
    found = Agenda().pulse.readiness(NOW, ANSWERED)
    assert found == ready(database=False, tick_age_s=None)


def test_the_tick_has_the_age_of_the_last_look() -> None:
    agenda = Agenda()
    agenda.pulse.look()
    agenda.seconds += 4.5
    assert agenda.pulse.readiness(NOW, ANSWERED) == ready(tick_age_s=4.5)


def test_the_tick_gets_what_the_agenda_says() -> None:
    agenda = Agenda()
    agenda.rows = {"checks": NOW}
    assert agenda.pulse.look() == {"checks": NOW}


def test_a_database_that_fails_every_look_is_told_after_five_seconds_though_the_tick_goes_on() -> None:
    agenda = Agenda()
    agenda.pulse.look()
    agenda.broken, agenda.seconds = True, agenda.seconds + 5
    with pytest.raises(OSError, match="the disk is gone"):
        agenda.pulse.look()
    assert agenda.pulse.readiness(NOW, ANSWERED) == ready(database=False, tick_age_s=0.0)


@pytest.mark.parametrize(
    ("due", "overdue"),
    [
        # its next try is still to come
        (timedelta(seconds=3), 0.0),
        # nobody has tried for a minute
        (timedelta(minutes=-1), 60.0),
    ],
)
def test_a_waiting_page_is_told_with_its_lateness(due: timedelta, overdue: float) -> None:
    agenda = Agenda()
    agenda.rows = {"page": NOW + due, "checks": NOW - timedelta(hours=1)}
    agenda.pulse.look()
    assert agenda.pulse.readiness(NOW, ANSWERED) == ready(tick_age_s=0.0, page_overdue_s=overdue)
