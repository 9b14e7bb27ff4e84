"""The files of a replay: read, checked against the configuration, and let through the engine."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from bot.domain.measures.recording import Recorded, Typed
    from bot.domain.replay.event import Event
    from bot.domain.replay.staging import Series
    from bot.domain.setup import Setup

    Known = dict[tuple[str, tuple[tuple[str, str], ...]], Series]


@dataclass(frozen=True, slots=True)
class Tape:
    """What is replayed: a file of samples, what people typed, and of which service a watch starts when."""

    file: Path
    actions: str
    typed: Sequence[Typed]
    watch: tuple[str, datetime] | None
    until: datetime | None


class BadInputError(Exception):
    """A file cannot be replayed; the text says which, where and why."""


@contextmanager
def kept(samples: Path) -> Iterator[Path]:
    """A file that can be read twice."""
    if str(samples) != "-":
        yield samples
        return
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "standard input"
        with kept.open("wb") as copy:
            shutil.copyfileobj(sys.stdin.buffer, copy)
        yield kept


@contextmanager
def _opened(file: Path) -> Iterator[TextIO]:
    """The lines of a file; what is wrong with one is told with its number."""
    from bot.domain.measures.recording import RecordingError

    try:
        if str(file) == "-":
            yield sys.stdin
            return
        with file.open(encoding="utf-8", newline="") as lines:
            yield lines
    except RecordingError as wrong:
        raise BadInputError(f"{file.name}: {wrong}") from wrong
    except OSError as wrong:
        raise BadInputError(f"{file}: {wrong.strerror}") from wrong


def typed_in(file: Path) -> Sequence[Typed]:
    from bot.domain.measures.recording import read_typed

    with _opened(file) as lines:
        return tuple(read_typed(lines))


def _known(file: Path, setup: Setup) -> Known:
    """The series of the recording that the configuration judges; of the others the reader is told."""
    from bot.config.errors import did_you_mean
    from bot.domain.measures.recording import series_of
    from bot.domain.replay.staging import Series, metric_named

    with _opened(file) as lines:
        found = series_of(lines)
    known: Known = {}
    others: dict[str, tuple[int, int]] = {}
    for (name, labels), (line, count) in found.items():
        judged = metric_named(setup, name)
        if judged:
            known[name, labels] = Series(judged[0].key, judged[1].key, labels)
        else:
            first, before = others.get(name, (line, 0))
            others[name] = first, before + count
    metrics = [key for service in setup.services.values() for key in service.metrics]
    for name, (line, count) in others.items():
        hint = did_you_mean(name, metrics)
        click.echo(
            f"{file.name}: line {line}: no metric that is measured is called {name!r}{hint}; "
            f"its lines ({count}) are left out",
            err=True,
        )
    if found and not known:
        raise BadInputError(f"{file.name}: none of its metrics is in the configuration")
    return known


def _check_people(tape: Tape, setup: Setup) -> None:
    from bot.config.errors import did_you_mean
    from bot.domain.commands import NotUnderstood, parse
    from bot.locale import speaker_of

    for each in tape.typed:
        at = f"{tape.actions}: line {each.line}"
        if each.person not in setup.people:
            hint = did_you_mean(each.person, setup.people)
            raise BadInputError(f"{at}: nobody is called {each.person!r}{hint}")
        if not setup.people[each.person].slack:
            raise BadInputError(
                f"{at}: {each.person} has no `slack` in the configuration, and so cannot type a command"
            )
        command = parse(each.command)
        if isinstance(command, NotUnderstood):
            near = f"; did you mean `{command.nearest}`?" if command.nearest else "; see `/monitor help`"
            why = command.why and speaker_of(setup).say(command.why)
            raise BadInputError(f"{at}: {why or f'there is no command `{command.typed}`{near}'}")


def events_of(tape: Tape, setup: Setup, told: Callable[[int], None]) -> Iterator[Event]:
    """Everything that would have happened; `told` hears how many bytes of the file have been read."""
    from bot.domain.measures.recording import read_recording
    from bot.wiring.replay import replaying

    known = _known(tape.file, setup)
    _check_people(tape, setup)
    with _opened(tape.file) as lines:
        samples = (
            (each, known[each.metric, each.labels])
            for each in read_recording(_counted(lines, told))
            if (each.metric, each.labels) in known
        )
        first = next(samples, None)
        moments = [each.at for each in tape.typed[:1]]
        moments += [first[0].at] if first else []
        moments += [tape.watch[1]] if tape.watch else []
        if not moments:
            return
        watch = (tape.watch[0], tape.watch[1]) if tape.watch else None
        with replaying(setup, known.values(), min(moments)) as running:
            yield from running.events(_chained(first, samples), tape.typed, watch)
            if tape.until:
                yield from running.until(tape.until)


def _chained(
    first: tuple[Recorded, Series] | None, rest: Iterator[tuple[Recorded, Series]]
) -> Iterator[tuple[Recorded, Series]]:
    if first:
        yield first
    yield from rest


def _counted(lines: TextIO, told: Callable[[int], None]) -> Iterator[str]:
    read = 0
    for number, line in enumerate(lines):
        yield line
        read += len(line)
        if number % 1000 == 0:
            told(read)
