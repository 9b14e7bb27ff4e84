"""`vigil check`: put the questions once, and say how things stand."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.frame.command import command
from bot.cli.frame.options import config_option, has_rows, json_option, load_setup, require_known
from bot.domain.commands import Argument, Command, Definition, Kind
from bot.domain.text import say

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.panel import PanelRow
    from bot.domain.setup import Check, Service, Setup
    from bot.locale import Speaker
    from checks.base import Cursor
    from checks.result import Measurement, Result, State

CONFIG_ERRORS = 4
AT_ONCE = 16


@dataclass(frozen=True)
class Asked:
    """A check, its answer, and the state of it all: the worse of its own and of its values' metrics."""

    service: Service
    check: Check
    result: Result
    values: tuple[PanelRow, ...]
    state: State


CHECK = Definition(
    word="check",
    summary=say("Run all checks, or those named, once; nothing is stored"),
    details=(
        say("Exit 0, 1, 2 or 3: the worst state (ok, warning, critical, unknown)"),
        say("Exit 4: the configuration has errors"),
    ),
    arguments=(Argument(name="CHECK", kind=Kind.CHECK, about=say("Only these; left out: all"), many=True),),
    examples=("check", "check figures --json"),
)


@command(CHECK)
@config_option
@json_option
def check(config: Path, as_json: bool, typed: Command) -> None:
    from bot.cli.frame.printing import print_json

    setup, names = load_setup(config, CONFIG_ERRORS), typed.arguments
    known = [(service, each) for service in setup.services.values() for each in service.checks.values()]
    require_known(names, [each.key for _, each in known], "check", "CHECK")
    asked = ask_all(setup, [(service, each) for service, each in known if not names or each.key in names])
    if as_json:
        print_json([_json(each, setup.zone) for each in asked])
    else:
        _show(setup, asked)
    raise SystemExit(max((each.state for each in asked), default=0))


def ask_all(setup: Setup, checks: list[tuple[Service, Check]]) -> list[Asked]:
    """Put these questions once, side by side; nothing is stored."""
    from concurrent.futures import ThreadPoolExecutor

    from bot.clock import RealClock

    now = RealClock().now()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda each: _ask_one(setup, each[0], each[1], now), checks))


def _ask_one(setup: Setup, service: Service, check: Check, now: datetime) -> Asked:
    from bot.domain.setup import Item
    from bot.engine.alerts.findings import Asked as Answered
    from bot.engine.watches.rounds import round_row
    from bot.wiring import asking

    result, cursor = asking(setup)(check, now, _said(setup, service, check))
    row = round_row(service, Item(check=check.key), Answered(check, result, cursor))
    return Asked(service, check, result, row.values, row.state)


def _said(setup: Setup, service: Service, check: Check) -> Cursor | None:
    """What a job that must call in has said to the bot; other checks begin anew."""
    from bot.cli.frame.options import rows_of
    from checks.kinds.heartbeat import HeartbeatOptions

    if not isinstance(check.options, HeartbeatOptions) or not has_rows(setup):
        return None
    with rows_of(setup) as ledger:
        return ledger.schedule.cursor(service.key, check.key)


def _json(asked: Asked, zone: str) -> dict[str, object]:
    from bot.cli.frame.printing import iso

    result = asked.result
    return {
        "check": asked.check.key,
        "service": asked.service.key,
        "state": asked.state.word,
        "summary": result.summary,
        "hint": result.hint,
        "measurements": [_measurement(asked, each) for each in result.measurements],
        "sightings": [asdict(each) for each in result.sightings],
        "started_at": iso(result.started_at, zone),
        "duration_s": round(result.duration_s, 3),
    }


def _measurement(asked: Asked, measurement: Measurement) -> dict[str, object]:
    from bot.engine.alerts.findings import metric_of

    metric = metric_of(asked.service, asked.check, measurement)
    return {
        "metric": metric.key if metric else measurement.metric,
        "value": measurement.value,
        "unit": (metric.unit if metric else "") or measurement.unit,
        "labels": dict(measurement.labels),
        "warn": measurement.warn,
        "crit": measurement.crit,
        "min": measurement.min,
        "max": measurement.max,
    }


def _show(setup: Setup, asked: list[Asked]) -> None:
    from bot.cli.frame.printing import print_tables, table, word
    from bot.locale import speaker_of
    from bot.slack.cards.signs import STATES

    speaker = speaker_of(setup)
    if not asked:
        click.echo(speaker.say(say("There is no check to run: config.yaml has none")))
        return
    headings = say("State"), say("Check"), say("Values"), say("Summary")
    shown = table("", map(speaker.say, headings))
    for each in asked:
        lines = [each.result.summary, *([f"→ {each.result.hint}"] if each.result.hint else [])]
        values = "\n".join(_line(row, speaker) for row in each.values)
        shown.add_row(word(STATES[each.state], speaker), each.check.key, values, "\n".join(lines))
    print_tables([shown])


def _line(row: PanelRow, speaker: Speaker) -> str:
    """`CRITICAL P99 latency 12.1 s · target < 1 s`; what is well needs no word."""
    from bot.cli.frame.printing import target_of, value_of
    from bot.slack.cards.signs import STANDINGS

    sign = STANDINGS[row.standing]
    mark = f"{speaker.say(sign.word)} " if sign.rank else ""
    target = target_of(row, speaker)
    beside = f" · {speaker.say(say('target {target}', target=target))}" if target else ""
    return f"{mark}{speaker.label(row.label)} {value_of(row, speaker)}{beside}"
