"""Where a log was read to, and what has been written since: across rotation, truncation and compression."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import lzma
import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

CHUNK = 256 * 1024
LONGEST_LINE = 1024 * 1024
_MARK_BYTES = 256
_COMPRESSED = (".gz", ".bz2", ".xz")
_NO_ARCHIVE = (OSError, EOFError, lzma.LZMAError, zlib.error)
_ROTATED = re.compile(r"[-._]?(?:old|[0-9][-0-9_.T]*?)(?:\.(?:gz|bz2|xz))?")


@dataclass(frozen=True, slots=True)
class Position:
    """Where reading stopped: in which file, how many bytes from its start, and a digest of what stood before.

    The digest tells the file that was read from one that took its place, or its inode.
    """

    file: str
    offset: int
    mark: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A file to read from `offset` on. `live` is the one that is still written to."""

    path: Path
    offset: int
    live: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole lines, without the last line break, and the position after them. None: the begin of a file."""

    text: bytes | None
    after: Position


def last_lines(path: Path, most: int) -> tuple[bytes, Position]:
    """The last whole lines, at most so many bytes (of the first line perhaps its end), and their end.

    Raises OSError.
    """
    with path.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        start = max(0, size - most)
        stream.seek(start)
        text = stream.read(size - start)
        text = text[: text.rfind(b"\n") + 1]
        offset = start + len(text)
        return text.removesuffix(b"\n"), Position(_identity(stream), offset, _mark(stream, offset))


def stretches(path: Path, position: Position | None) -> tuple[list[Stretch], bool]:
    """What is still to be read, oldest first, and whether everything since `position` is there.

    Without a position that is the whole file. What was copied away from a file that was empty when it was
    last looked at is not found. Raises OSError when there is nothing to read.
    """
    if position is None:
        path.stat()
        return [Stretch(path, 0, live=True)], True
    there = path.exists()
    if there and _fits(path, position, same_file=True):
        return [Stretch(path, position.offset, live=True)], True
    rotated = _rotated(path)
    begin = next((old for old in rotated if _fits(old, position, same_file=True)), None)
    if begin is None and position.offset:
        begin = next((old for old in reversed(rotated) if _fits(old, position, same_file=False)), None)
    live = [Stretch(path, 0, live=True)] if there else []
    if begin is not None:
        later = rotated[rotated.index(begin) + 1 :]
        passed = [
            Stretch(begin, position.offset, live=False),
            *(Stretch(old, 0, live=False) for old in later),
        ]
        return passed + live, True
    if not there:
        path.stat()
    if position.offset and _fits(path, position, same_file=False):
        return [Stretch(path, position.offset, live=True)], True
    return live, position.offset == 0


def pieces(stretch: Stretch) -> Iterator[Piece]:
    """Read on, piece by piece; the first has no text. A live file's unfinished last line is left for later.

    Raises OSError or EOFError (an archive that is not whole).
    """
    with _open(stretch.path) as stream:
        identity = _identity(stream)
        stream.seek(max(0, stretch.offset - _MARK_BYTES))
        before = stream.read(min(stretch.offset, _MARK_BYTES))
        read, tail = stretch.offset, b""
        yield Piece(None, Position(identity, read, _digest(before)))
        while chunk := stream.read(CHUNK):
            tail += chunk
            end = tail.rfind(b"\n") + 1
            if not end and len(tail) < LONGEST_LINE:
                continue
            taken, tail = (tail[:end], tail[end:]) if end else (tail, b"")
            read += len(taken)
            before = (before + taken[-_MARK_BYTES:])[-_MARK_BYTES:]
            yield Piece(taken.removesuffix(b"\n"), Position(identity, read, _digest(before)))
        if tail and not stretch.live:
            before = (before + tail)[-_MARK_BYTES:]
            yield Piece(tail, Position(identity, read + len(tail), _digest(before)))


def _rotated(path: Path) -> list[Path]:
    """The file's earlier generations, oldest first: `app.log.1`, `app.log-20260119.gz`, `app.1.log`."""
    found: dict[str, tuple[int, int, str]] = {}
    for entry in os.scandir(path.parent):
        name = entry.name
        rest = name.removeprefix(path.name)
        if rest == name:
            inner = name.removesuffix(path.suffix) if path.suffix else name
            rest = inner.removeprefix(path.stem) if inner != name else ""
        if rest and name != path.name and _ROTATED.fullmatch(rest) and entry.is_file():
            number = re.search(r"[0-9]+", rest)
            # Of two of one instant the higher number is the older one.
            rank = -int(number[0]) if number and len(number[0]) < 5 else 0
            found[name] = (entry.stat().st_mtime_ns, rank, name)
    plain = [name for name in found if Path(name).suffix not in _COMPRESSED or Path(name).stem not in found]
    return [path.with_name(name) for name in sorted(plain, key=lambda name: found[name])]


def _open(path: Path) -> IO[bytes]:
    match path.suffix:
        case ".gz":
            return cast(IO[bytes], gzip.open(path))
        case ".bz2":
            return cast(IO[bytes], bz2.open(path))
        case ".xz":
            return cast(IO[bytes], lzma.open(path))
    return path.open("rb")


def _fits(path: Path, position: Position, *, same_file: bool) -> bool:
    """Whether this is what was read up to `position`: the very file, or a copy with the same beginning."""
    try:
        with _open(path) as stream:
            if same_file and _identity(stream) != position.file:
                return False
            if path.suffix not in _COMPRESSED and os.fstat(stream.fileno()).st_size < position.offset:
                return False
            return _mark(stream, position.offset) == position.mark
    except _NO_ARCHIVE:
        return False


def _identity(stream: IO[bytes]) -> str:
    status = os.fstat(stream.fileno())
    return f"{status.st_dev}:{status.st_ino}"


def _mark(stream: IO[bytes], offset: int) -> str:
    """A digest of the last bytes before `offset`; nothing when the stream ends before it."""
    stream.seek(max(0, offset - _MARK_BYTES))
    before = stream.read(min(offset, _MARK_BYTES))
    return _digest(before) if len(before) == min(offset, _MARK_BYTES) else ""


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=8).hexdigest()
