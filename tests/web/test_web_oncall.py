"""`/api/v1/oncall/SCHEDULE.ics`: shifts for calendar programs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from asking import ask

from bot.clock import HeldClock
from bot.config import load
from bot.slack.access import SlackAccess
from bot.wiring import Program

NOW = datetime(2026, 1, 19, 2, 0, tzinfo=UTC)
NOWHERE = SlackAccess(bot_token="xoxb-none", app_token="", api_url="http://127.0.0.1:9/api/")
CONFIG = """
service: orders
people:
  lin: {name: Lin Wei, email: lin@example.com}
  chen: {name: Chen Jie}
schedules:
  primary: {rotation: {every: 1 week, start: 2026-01-12, members: [lin, chen]}}
"""


def test_the_shifts_of_a_schedule_are_an_icalendar_file(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(CONFIG)
    program = Program(load(tmp_path / "config.yaml", {}), NOWHERE, HeldClock(NOW), threads=False)
    web = program.serve_web("127.0.0.1", 0)
    try:
        found = ask(f"{web.url}/api/v1/oncall/primary.ics", None, {})
        missing = ask(f"{web.url}/api/v1/oncall/secondary.ics", None, {})
    finally:
        web.stop()
        program.stop()
    assert found.status == 200
    assert found.content_type.startswith("text/calendar")
    assert found.body.count("BEGIN:VEVENT") == 13
    assert "SUMMARY:Chen Jie" in found.body
    assert "mailto:lin@example.com" in found.body
    assert missing.status == 404
