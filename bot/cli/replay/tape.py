"""The files of a replay: read, checked against the configuration, and let through the engine."""

from __future__ import annotations

import gzip
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TextIO

import click

if TYPE_CHECKING:
    from bot.domain.measures.recording import Recorded, Typed
    from bot.domain.replay.event import Event
    from bot.domain.replay.staging import Series
    from bot.domain.setup import Setup

    Known = dict[tuple[str, tuple[tuple[str, str], ...]], Series]


_TOLD_EVERY = 1000


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
        with _text(file) as lines:
            yield lines
    except RecordingError as wrong:
        raise BadInputError(f"{file.name}: {wrong}") from wrong
    except (OSError, EOFError, zlib.error) as wrong:
        raise BadInputError(f"{file.name}: it cannot be read: {wrong}") from wrong


def _text(file: Path) -> TextIO:
    """Recordings are long: one may be compressed by gzip."""
    if file.suffix == ".gz":
        return gzip.open(file, "rt", encoding="utf-8", newline="")
    return file.open(encoding="utf-8", newline="")


def typed_in(file: Path) -> Sequence[Typed]:
    from bot.domain.measures.recording import read_typed

    with _opened(file) as lines:
        return tuple(read_typed(lines))


def _known(file: Path, setup: Setup) -> tuple[Known, int]:
    """The series of the recording that the configuration judges, and how many lines there are.

    Of what it does not judge the reader is told.
    """
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
    return known, sum(count for _, count in found.values())


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


class Told(Protocol):
    """Hears how many of all lines have been read."""

    def __call__(self, read: int, lines: int) -> None: ...


def events_of(tape: Tape, setup: Setup, told: Told) -> Iterator[Event]:
    """Everything that would have happened."""
    from bot.domain.measures.recording import read_recording
    from bot.wiring.replay import replaying

    known, count = _known(tape.file, setup)
    _check_people(tape, setup)
    with _opened(tape.file) as lines:
        samples = (
            (each, known[each.metric, each.labels])
            for each in read_recording(_counted(lines, count, told))
            if (each.metric, each.labels) in known
        )
        first = next(samples, None)
        moments = [each.at for each in tape.typed[:1]]
        moments += [first[0].at] if first else []
        moments += [tape.watch[1]] if tape.watch else []
        if not moments:
            return
        with replaying(setup, known.values(), min(moments)) as running:
            yield from running.events(_chained(first, samples), tape.typed, tape.watch)
            if tape.until:
                yield from running.until(tape.until)


def _chained(
    first: tuple[Recorded, Series] | None, rest: Iterator[tuple[Recorded, Series]]
) -> Iterator[tuple[Recorded, Series]]:
    if first:
        yield first
    yield from rest


def _counted(lines: TextIO, count: int, told: Told) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield line
        if number % _TOLD_EVERY == 0:
            told(number, count)
