"""A replay as its user starts it, and what it prints."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from bot.cli import main

T0 = datetime(2026, 1, 19, 0, 0, tzinfo=UTC)

CONFIG = """
service: orders
timezone: UTC
people:
  lin: {name: Lin Wei, slack: U0LIN}
  chen: {name: Chen Jie, slack: U0CHEN}
  zhao: {name: Zhao Min, slack: U0ZHAO}
schedules:
  primary:
    rotation: {every: 1 week, handoff: "Mon 09:00", start: 2026-01-12, members: [lin, chen]}
escalations:
  default:
    levels:
      - {notify: [schedule:primary], wait: 10m}
      - {notify: [person:zhao], wait: 10m}
metrics:
  latency: {tier: 1, unit: s, critical: "> 10"}
"""

Row = tuple[float, str, object]
"""Minutes after T0, a metric, its value ("" for none)."""


def steady(metric: str, value: object, since: float, until: float, every: float = 1) -> Iterator[Row]:
    """The same value again and again, in minutes."""
    minute = since
    while minute < until:
        yield minute, metric, value
        minute += every


def csv_of(rows: Sequence[Row]) -> str:
    lines = (f"{at(minute)},{metric},{value}" for minute, metric, value in sorted(rows, key=lambda r: r[0]))
    return "\n".join(("time,metric,value", *lines, ""))


def at(minute: float) -> str:
    return (T0 + timedelta(minutes=minute)).isoformat()


class Player:
    """Writes the files into a folder and replays them."""

    def __init__(self, folder: Path, config: str = CONFIG) -> None:
        self.folder = folder
        self.write("config.yaml", config)

    def write(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text)
        return str(self.folder / name)

    def run(self, *arguments: str, stdin: str | bytes | None = None) -> Result:
        config = str(self.folder / "config.yaml")
        return CliRunner().invoke(main, ["replay", *arguments, "--config", config], input=stdin)

    def play(
        self,
        rows: Sequence[Row],
        *arguments: str,
        typed: Mapping[float, tuple[str, str]] | None = None,
    ) -> list[dict[str, Any]]:
        """The events of these rows; `typed` is who typed what at which minute."""
        given = [self.write("samples.csv", csv_of(rows)), *arguments]
        if typed:
            lines = [f"{at(minute)},{person},{command}" for minute, (person, command) in typed.items()]
            given += ["--actions", self.write("actions.csv", "\n".join(("time,person,command", *lines, "")))]
        result = self.run(*given)
        assert result.exit_code == 0, result.output + result.stderr
        return [json.loads(line) for line in result.stdout.splitlines()]


def named(events: Sequence[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    return [each for each in events if each["event"] in names]


def minute_of(event: dict[str, Any]) -> float:
    return (datetime.fromisoformat(event["at"]) - T0) / timedelta(minutes=1)


def course(events: Sequence[dict[str, Any]], *names: str) -> list[tuple[float, str]]:
    """(minute, event) of these events."""
    return [(minute_of(each), each["event"]) for each in named(events, *names)]
