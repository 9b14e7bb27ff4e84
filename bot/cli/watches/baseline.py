"""`vigil baseline`: what was measured before a deployment, and how it compares with what came after."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.frame.command import command, group
from bot.cli.frame.names import names_of
from bot.cli.frame.opening import watch_named
from bot.cli.frame.options import (
    changing,
    config_option,
    json_option,
    load_setup,
    refuse,
    require_known,
    rows_of,
    service_option,
)
from bot.cli.frame.pages import option
from bot.cli.frame.values import Words
from bot.domain.commands import Kind
from bot.domain.text import say

if TYPE_CHECKING:
    from bot.domain.measures.baseline import Baseline, Comparison
    from bot.domain.measures.sampling import Sampled
    from bot.domain.setup import Service, Setup
    from bot.engine.ledger import Ledger
    from bot.locale import Speaker

_csv = click.Path(exists=True, dir_okay=False, path_type=Path)
_watch_option = option(
    "--watch",
    "watch_id",
    metavar="WATCH",
    type=Words(100),
    shell_complete=names_of(Kind.WATCH),
    about=say("Of this watch: its version or its ID; left out: the newest"),
)


@group("baseline")
@config_option
@json_option
def baseline(config: Path, as_json: bool) -> None:
    _compare(config, (None, None), (None, None), as_json=as_json)


@command("baseline capture", baseline)
@config_option
@json_option
@service_option
@_watch_option
@option("--csv", "recording", type=_csv, metavar="CSV", about=say("Values from a file, not what is stored"))
def capture(
    config: Path, as_json: bool, service: str | None, watch_id: str | None, recording: Path | None
) -> None:
    from bot.cli.frame.printing import iso, print_json
    from bot.clock import RealClock
    from bot.engine.measures.baselines import capture as captured
    from bot.locale import speaker_of

    setup = load_setup(config)
    chosen = _chosen(setup, service)
    now = RealClock().now()
    if recording:
        kept = _imported(chosen, recording, now)
    else:
        with rows_of(setup) as ledger:
            kept = captured(ledger, chosen, now, now)
    with changing(setup) as ledger:
        ledger.baselines.keep(kept, watch_named(ledger, watch_id).id if watch_id else None)
    counts = {key: each.count for key, each in kept.samples.items()}
    if as_json:
        since, until = iso(kept.since, setup.zone), iso(kept.until, setup.zone)
        print_json({"service": chosen.key, "since": since, "until": until, "counts": counts})
        return
    measured = sum(bool(count) for count in counts.values())
    speaker = speaker_of(setup)
    told = say(
        "{count} of {all} metrics have values in {source}",
        count=measured,
        all=len(counts),
        source=kept.source,
    )
    click.echo(speaker.named(chosen.key, speaker.say(told)))


def _imported(service: Service, path: Path, now: datetime) -> Baseline:
    """What a recording holds, as a baseline. A recording without any value is refused."""
    from bot.domain.measures.baseline import Baseline

    samples = _recorded(path)
    moments = [moment for each in samples.values() for moment in each.moments]
    if not moments:
        refuse(f"{path}: holds no value that is a number", 2)
    since, until = (datetime.fromtimestamp(end, UTC) for end in (min(moments), max(moments)))
    return Baseline(
        service=service.key,
        since=since,
        until=until,
        captured_at=now,
        source=say("the file {name}", name=path.name),
        samples=samples,
    )


@command(
    "baseline compare",
    baseline,
    details=(
        say("CSV is `time,metric,value[,labels…]` in order of time"),
        say("Exit 0, 1 when a metric is worse, 2 for bad input"),
    ),
    examples=("baseline compare --before old.csv --after new.csv --json",),
)
@config_option
@json_option
@service_option
@_watch_option
@option("--before", type=_csv, metavar="CSV", about=say("Values before, instead of those that are kept"))
@option("--after", type=_csv, metavar="CSV", about=say("Values after, instead of those that are stored"))
def compare(
    config: Path,
    as_json: bool,
    service: str | None,
    watch_id: str | None,
    before: Path | None,
    after: Path | None,
) -> None:
    _compare(config, (service, watch_id), (before, after), as_json=as_json)


def _compare(
    config: Path, of: tuple[str | None, str | None], paths: tuple[Path | None, Path | None], *, as_json: bool
) -> None:
    """`of`: the service and the watch that were named."""
    from bot.cli.frame.printing import print_json
    from bot.domain.measures.baseline import Change
    from bot.locale import speaker_of

    setup = load_setup(config)
    chosen = _chosen(setup, of[0])
    recorded = {path: _recorded(path) for path in paths if path}
    with ExitStack() as stack:
        ledger = stack.enter_context(rows_of(setup)) if not all(paths) else None
        compared = _compared(ledger, chosen, of[1], paths, recorded)
    if as_json:
        print_json([_json(each, speaker_of(setup)) for each in compared])
    else:
        _show(compared, speaker_of(setup))
    raise SystemExit(int(any(each.verdict is Change.WORSE for each in compared)))


def _chosen(setup: Setup, name: str | None) -> Service:
    if name is not None:
        require_known([name], setup.services, "service", "--service")
        return setup.services[name]
    if len(setup.services) > 1:
        refuse(f"several services are watched; name one with --service: {', '.join(setup.services)}", 2)
    return next(iter(setup.services.values()))


def _recorded(path: Path) -> dict[str, Sampled]:
    """The values of a CSV by metric, in memory that does not grow with it."""
    from bot.domain.measures.recording import RecordingError, read_recording
    from bot.domain.measures.sampling import Gathering

    gatherings: dict[str, Gathering] = {}
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            for each in read_recording(lines):
                gatherings.setdefault(each.metric, Gathering()).add(each.value, each.at)
    except RecordingError as wrong:
        refuse(f"{path}: {wrong}", 2)
    except OSError as wrong:
        refuse(f"{path}: cannot be read: {(wrong.strerror or 'unknown reason').lower()}", 2)
    return {key: each.sample() for key, each in gatherings.items()}


def _compared(
    ledger: Ledger | None,
    service: Service,
    watch_id: str | None,
    paths: tuple[Path | None, Path | None],
    recorded: dict[Path, dict[str, Sampled]],
) -> tuple[Comparison, ...]:
    from bot.domain.measures.baseline import compare_all
    from bot.domain.setup import Metric
    from bot.domain.text import Label

    before, after = (recorded.get(path) if path else None for path in paths)
    if ledger is not None:
        kept, measured = _stored(ledger, service, watch_id, after is None)
        before, after = before or kept, after or measured
    before, after = before or {}, after or {}
    others = sorted((set(before) | set(after)) - set(service.metrics))
    metrics = [*service.metrics.values(), *(Metric(key=key, label=Label(key)) for key in others)]
    told = compare_all(metrics, before, after, service.tolerance)
    if not recorded:
        return told
    # A file speaks of what is in it.
    return tuple(each for each in told if each.metric in before or each.metric in after)


def _stored(
    ledger: Ledger, service: Service, watch_id: str | None, measure: bool
) -> tuple[dict[str, Sampled], dict[str, Sampled]]:
    """What is kept of before, and what was measured since."""
    from bot.clock import RealClock
    from bot.engine.measures.baselines import sampled

    watch = watch_named(ledger, watch_id) if watch_id else ledger.watches.newest()
    if watch and watch.service != service.key:
        watch = None
    kept = (ledger.baselines.of_watch(watch.id) if watch else None) or ledger.baselines.newest(service.key)
    now = RealClock().now()
    since = watch.deployed_at if watch else kept.captured_at if kept else now - service.tolerance.window
    until = (watch.ended_at if watch else None) or now
    wanted = service.metrics if measure else ()
    after = {key: sampled(ledger, service.key, key, since, until) for key in wanted}
    return dict(kept.samples) if kept else {}, after


def _json(each: Comparison, speaker: Speaker) -> dict[str, object]:
    ranks = each.ranks
    return {
        "metric": each.metric,
        "before": each.before,
        "after": each.after,
        "change": each.change,
        "p_value": ranks.p_value if ranks else None,
        "effect": ranks.effect if ranks else None,
        "verdict": each.verdict.value,
        "shift": ranks.shift if ranks else None,
        "count_before": each.count_before,
        "count_after": each.count_after,
        "tested_before": each.tested_before,
        "tested_after": each.tested_after,
        "unit": each.unit,
        "reason": speaker.say(each.reason),
    }


def _show(compared: tuple[Comparison, ...], speaker: Speaker) -> None:
    from bot.cli.frame.printing import print_tables, table
    from bot.domain.report.compared import compared_cells
    from bot.render.words import said

    heads = (say("Metric"), say("Before"), say("After"), say("Changed by"), say("State"), say("Reason"))
    shown = table(speaker.say(say("Before and after")), [speaker.say(each) for each in heads])
    for each in compared:
        cells = [said(cell, speaker) for cell in compared_cells(each)]
        shown.add_row(*cells, speaker.say(each.reason))
    print_tables([shown])
