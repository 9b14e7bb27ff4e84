"""Calendars of shifts: what events mean, what cannot be read, and that what is written can be read."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.oncall.rotation import Rotation, Schedule, Unit, on_call, shifts
from bot.domain.setup import Person
from bot.ical import Almanac, write
from bot.ical.read import IcalError, read

PEOPLE = {
    "lin": Person(key="lin", name="Lin Wei", email="lin@example.com"),
    "chen": Person(key="chen", name="Chen Jie", email="Chen@Example.com"),
    "wu": Person(key="wu", name="Wu"),
}
BERLIN = ZoneInfo("Europe/Berlin")
SINCE = datetime(2026, 3, 1, tzinfo=UTC)
UNTIL = datetime(2026, 4, 30, tzinfo=UTC)


def calendar(*events: str) -> str:
    bodies = "".join(f"BEGIN:VEVENT\nUID:{n}\n{event}\nEND:VEVENT\n" for n, event in enumerate(events))
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y//EN\n{bodies}END:VCALENDAR\n"
    return text.replace("\n", "\r\n")


def event(summary: str, begins: str, ends: str, *more: str) -> str:
    return "\n".join([f"SUMMARY:{summary}", f"DTSTART{begins}", f"DTEND{ends}", *more])


def told(*events: str, zone: str = "Europe/Berlin") -> list[str]:
    found = read(calendar(*events), PEOPLE, zone, SINCE, UNTIL)
    local = ZoneInfo(zone)
    return [
        f"{shift.since.astimezone(local):%m-%d %H:%M}-{shift.until.astimezone(local):%m-%d %H:%M} "
        + ",".join(shift.members)
        for shift in found.shifts
    ]


IN_UTC = (":20260310T080000Z", ":20260310T160000Z")


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        # by name, by key, whatever the case; several
        ([event("Lin Wei", *IN_UTC)], ["03-10 09:00-03-10 17:00 lin"]),
        ([event("LIN", *IN_UTC)], ["03-10 09:00-03-10 17:00 lin"]),
        ([event("Lin Wei + Chen Jie", *IN_UTC)], ["03-10 09:00-03-10 17:00 lin,chen"]),
        ([event("wu & lin", *IN_UTC)], ["03-10 09:00-03-10 17:00 lin,wu"]),
        # by the address of an attendee, whatever the summary says
        (
            [event("On call", *IN_UTC, "ATTENDEE;CN=Chen:mailto:chen@example.com")],
            ["03-10 09:00-03-10 17:00 chen"],
        ),
        # local times of a zone, floating ones, whole days
        (
            [event("wu", ";TZID=America/New_York:20260310T080000", ";TZID=America/New_York:20260310T160000")],
            ["03-10 13:00-03-10 21:00 wu"],
        ),
        ([event("wu", ":20260310T080000", ":20260310T160000")], ["03-10 08:00-03-10 16:00 wu"]),
        ([event("wu", ";VALUE=DATE:20260310", ";VALUE=DATE:20260312")], ["03-10 00:00-03-12 00:00 wu"]),
        # weekly over the night in which the clocks change: by the clock on the wall
        (
            [
                event(
                    "lin",
                    ";TZID=Europe/Berlin:20260321T220000",
                    ";TZID=Europe/Berlin:20260322T060000",
                    "RRULE:FREQ=WEEKLY;COUNT=3",
                    "EXDATE;TZID=Europe/Berlin:20260404T220000",
                )
            ],
            ["03-21 22:00-03-22 06:00 lin", "03-28 22:00-03-29 06:00 lin"],
        ),
        # cancelled, of no length, outside
        ([event("lin", *IN_UTC, "STATUS:CANCELLED")], []),
        ([event("lin", ":20260310T080000Z", ":20260310T080000Z")], []),
        ([event("lin", ":20270310T080000Z", ":20270310T160000Z")], []),
        # nobody whom we know
        ([event("Dentist", *IN_UTC)], []),
        ([], []),
    ],
)
def test_an_event_puts_whom_it_names_on_call(events, expected):
    assert told(*events) == expected


def test_events_that_name_nobody_are_told():
    found = read(calendar(event("Dentist", *IN_UTC)), PEOPLE, "UTC", SINCE, UNTIL)
    assert found.strangers == ("Dentist (2026-03-10)",)


@pytest.mark.parametrize("text", ["", "hello", "BEGIN:VEVENT\r\nEND:VCALENDAR\r\n"])
def test_what_is_no_calendar_is_said_to_be_none(text):
    with pytest.raises(IcalError, match="it is no iCalendar"):
        read(text, PEOPLE, "UTC", SINCE, UNTIL)


ROTA = Schedule(
    key="primary",
    zone="Europe/Berlin",
    layers=(
        Rotation(
            members=(("lin", "wu"), ("chen",)),
            every=1,
            unit=Unit.DAYS,
            start=datetime(2026, 3, 1, 9),  # noqa: DTZ001
        ),
    ),
)


def test_what_is_written_is_read_as_the_same_shifts():
    text = write(ROTA, shifts(ROTA, SINCE, UNTIL), PEOPLE, SINCE, UNTIL)
    assert "\r\n" in text
    found = read(text, {**PEOPLE, "wu": Person(key="wu", name="Wu", email="wu@x.org")}, "UTC", SINCE, UNTIL)
    copy = Schedule(key="copy", zone="Europe/Berlin", layers=(), calendar=found.shifts)
    at = SINCE + timedelta(days=1)
    while at < UNTIL - timedelta(days=2):
        assert set(on_call(copy, at).on_call) >= set(on_call(ROTA, at).on_call) - {"wu"}, at
        assert on_call(copy, at).on_call != ()
        at += timedelta(hours=7)


def read_from(source: str, folder: Path) -> str:
    schedule = Schedule(key="primary", zone="UTC", layers=(), ical=source)
    found = Almanac(str(folder), PEOPLE).read(schedule, SINCE, UNTIL, SINCE)
    return found.trouble or f"{len(found.shifts)} shifts"


def test_a_calendar_is_read_from_a_file_beside_the_configuration(tmp_path: Path):
    (tmp_path / "shifts.ics").write_text(calendar(event("lin", *IN_UTC)))
    (tmp_path / "bytes.ics").write_bytes(b"\xff\xfe\x00")
    assert read_from("shifts.ics", tmp_path) == "1 shifts"
    assert read_from("none.ics", tmp_path) == "the file none.ics cannot be read: No such file or directory"
    assert read_from("bytes.ics", tmp_path) == "the file bytes.ics cannot be read: it is no UTF-8 text"


def test_a_calendar_is_read_from_an_address_and_its_failure_does_not_repeat_the_address(tmp_path: Path):
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = calendar(event("lin", *IN_UTC), event("Dentist", *IN_UTC)).encode()
            self.send_response(200 if self.path == "/secret.ics" else 404)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        assert (
            read_from(f"{url}/secret.ics", tmp_path) == "nobody in `people` is meant by Dentist (2026-03-10)"
        )
        assert read_from(f"{url}/topsecret.ics", tmp_path) == "its address answers with HTTP 404"
    finally:
        server.shutdown()
        server.server_close()
    refused = read_from(f"{url}/topsecret.ics", tmp_path)
    assert refused == "its address cannot be reached: ConnectionRefusedError"
