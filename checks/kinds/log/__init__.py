"""A log that is followed: how many lines, errors and warnings came, and of which types."""

from __future__ import annotations

import glob
import re
import time
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import ClassVar

from checks.base import Answer, CouldNotMeasure, Cursor, Options, Situation
from checks.deadline import Patience, StillWaiting, TooLate
from checks.kinds.log.follow import Piece, Position, last_lines, pieces, stretches
from checks.kinds.log.options import LogOptions
from checks.kinds.log.records import Reader, Record
from checks.kinds.log.tally import Tally, remembered
from checks.kinds.log.types import Types
from checks.numbers import plain

_MOST_FILES = 100
_LOOK_BACK_BYTES = 256 * 1024
_SHARE_OF_TIME = 0.8


class Log:
    """Always OK when it could read: the metrics judge the counts, and new types of errors are news.

    The cursor holds where each file was read to, and the types seen. When time is short it reads on from
    there the next time.
    """

    name: ClassVar[str] = "log"
    options_model: ClassVar[type[Options]] = LogOptions

    def __init__(self, options: LogOptions) -> None:
        self._options = options
        self._paths = (options.path,) if isinstance(options.path, str) else options.path
        self._count = {metric: re.compile(text) for metric, text in options.count.items()}
        self._ignore = [re.compile(text) for text in options.ignore]
        self._errors = re.compile(options.errors) if options.errors else None
        self._begins = re.compile(options.begins) if options.begins else None
        self._patience = Patience()

    def probe(self, situation: Situation, cursor: Cursor | None) -> tuple[Answer, Cursor | None]:
        ends = time.monotonic() + situation.timeout_s * _SHARE_OF_TIME
        try:
            tally = self._patience.ask(
                "log", situation.timeout_s, lambda: self._follow(situation.folder, cursor, ends)
            )
        except StillWaiting:
            raise CouldNotMeasure(
                "the log does not answer", "an earlier read still waits; is it on a network mount?"
            ) from None
        except TooLate:
            raise CouldNotMeasure(
                f"the log could not be read within {plain(situation.timeout_s)} s",
                "is it on a network mount?",
            ) from None
        except OSError as error:
            raise CouldNotMeasure(
                f"{Path(error.filename or '').name or 'the log'} cannot be read: {error.strerror}",
                "correct the check's `path`, or let the bot's user read it",
            ) from error
        except EOFError as error:
            raise CouldNotMeasure(f"a rotated file is not whole: {error}", "it is read next time") from error
        return tally.answer(), tally.cursor()

    def _follow(self, folder: Path, cursor: Cursor | None, ends: float) -> Tally:
        positions, types = remembered(cursor)
        tally = Tally(Types(types), dict.fromkeys(self._count, 0))
        for path in self._files(folder, tally):
            position = positions.get(str(path))
            if position is None and cursor is None and self._options.start == "end" and path.exists():
                tally.positions[str(path)] = self._look_back(path, tally)
            else:
                self._read_on(path, position, tally, ends)
        return tally

    def _files(self, folder: Path, tally: Tally) -> list[Path]:
        """The files to follow. Raises CouldNotMeasure when there is none and one is wanted."""
        files: dict[Path, None] = {}
        for text in self._paths:
            pattern = str((folder / text).absolute())
            matching = sorted(glob.glob(pattern)) if glob.has_magic(pattern) else [pattern]
            if not matching:
                self._miss(text, tally)
            files.update(dict.fromkeys(Path(name) for name in matching))
        if len(files) > _MOST_FILES:
            raise CouldNotMeasure(f"{len(files)} files are too many to follow", "narrow the check's `path`")
        return list(files)

    def _miss(self, text: str, tally: Tally) -> None:
        if self._options.missing == "unknown":
            raise CouldNotMeasure(
                f"there is no {text}", "correct the check's `path`, or write `missing: ok` if that is well"
            )
        tally.remarks.append(f"there is no {text}")

    def _look_back(self, path: Path, tally: Tally) -> Position:
        """Learn the types that stand in the log already."""
        text, end = last_lines(path, _LOOK_BACK_BYTES)
        reader = Reader(self._begins, self._errors)
        self._sight(reader.read(self._decoded(text)), tally, 0)
        self._sight(reader.rest(), tally, 0)
        return end

    def _read_on(self, path: Path, position: Position | None, tally: Tally, ends: float) -> None:
        try:
            ahead, whole = stretches(path, position)
        except FileNotFoundError:
            self._miss(path.name, tally)
            if position is not None:
                tally.positions[str(path)] = position
            return
        if not whole:
            tally.remarks.append(f"{path.name} was cut or taken away before it was read to its end")
        reader = Reader(self._begins, self._errors)
        for piece in chain.from_iterable(pieces(stretch) for stretch in ahead):
            self._note(piece, reader, tally)
            tally.positions[str(path)] = piece.after
            if piece.text is not None and time.monotonic() > ends:
                tally.remarks.append(f"time was short: {path.name} is read on from here next time")
                break
        self._sight(reader.rest(), tally, 1)

    def _note(self, piece: Piece, reader: Reader, tally: Tally) -> None:
        if piece.text is None:
            return
        text = self._decoded(piece.text)
        tally.lines += text.count("\n") + 1
        for metric, pattern in self._count.items():
            tally.counts[metric] += sum(1 for line in text.split("\n") if pattern.search(line))
        self._sight(reader.read(text), tally, 1)

    def _sight(self, records: Iterable[Record], tally: Tally, times: int) -> None:
        for record in records:
            if not any(pattern.search(record.first) for pattern in self._ignore):
                tally.sight(record, times)

    def _decoded(self, text: bytes) -> str:
        return text.decode(self._options.encoding, errors="replace")
