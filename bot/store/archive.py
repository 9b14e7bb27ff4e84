"""Every row of a database as lines of text, to keep it or to move it to the other kind of database.

The first line names the version of the tables. Then for each table comes a line with its name and columns,
and a line a row: an array of its values as they are stored. The last line counts the rows and carries the
SHA-256 of all lines before it, so that an archive that was cut short or changed is known as such.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import IO, Any

from sqlalchemy import Column, Connection, Table, TableClause, column, func, insert, select, table, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.store.tables import metadata

KIND = "vigil archive"

_BATCH = 1000
_BINARY = "base64"


class ArchiveError(Exception):
    """The archive cannot be read in; the text says where and how to mend it."""


def write(connection: Connection, version: str, out: IO[bytes]) -> int:
    """Write every row to `out`; how many there were. Memory stays flat.

    `connection` sees one consistent state, whatever others write meanwhile.
    """
    seal, rows = sha256(), 0

    def put(content: object) -> None:
        line = _line(content)
        seal.update(line)
        out.write(line)

    put({"kind": KIND, "version": version})
    for each in metadata.sorted_tables:
        stored = _stored(each)
        put({"table": each.name, "columns": list(stored.c.keys())})
        ordered = select(stored).order_by(*(stored.c[key.name] for key in each.primary_key))
        for row in connection.execute(ordered, execution_options={"yield_per": _BATCH}):
            put([_written(value) for value in row])
            rows += 1
    out.write(_line({"rows": rows, "sha256": seal.hexdigest()}))
    return rows


def read(connection: Connection, version: str, lines: Iterable[bytes]) -> int:
    """Insert every row of an archive into tables that are empty; how many there were. Raises ArchiveError.

    The caller keeps the transaction only when this returns.
    """
    for each in metadata.sorted_tables:
        if connection.execute(select(each).limit(1)).first() is not None:
            raise ArchiveError(f"the database is not empty, its table `{each.name}` has rows; name a new one")
    rows, into = 0, None
    for number, content in _contents(lines, version):
        match content:
            case list() if into is not None:
                into.add(content, number)
                rows += 1
                continue
            case {"table": str(name), "columns": list(columns)}:
                if into is not None:
                    into.flush(number)
                into = _Into(connection, name, columns, number)
            case {"rows": int(counted)} if into is not None:
                into.flush(number)
                if counted != rows:
                    raise ArchiveError(
                        f"it has {rows} rows and says {counted}: it was changed; export it anew"
                    )
            case _:
                raise ArchiveError(f"line {number}: it is neither a table nor a row of one")
    _count_on(connection)
    return rows


class _Into:
    """The table that the rows of an archive go to, a batch at a time."""

    def __init__(self, connection: Connection, name: str, columns: list[Any], number: int) -> None:
        known = metadata.tables.get(name)
        if known is None or columns != list(known.columns.keys()):
            raise ArchiveError(f"line {number}: this program has no table `{name}` with these columns")
        self._connection = connection
        self._table = _stored(known)
        self._columns = columns
        self._batch: list[dict[str, Any]] = []

    def add(self, row: list[Any], number: int) -> None:
        if len(row) != len(self._columns):
            raise ArchiveError(
                f"line {number}: {len(row)} values for the {len(self._columns)} columns of "
                f"`{self._table.name}`"
            )
        self._batch.append({key: _read(value, number) for key, value in zip(self._columns, row, strict=True)})
        if len(self._batch) >= _BATCH:
            self.flush(number + 1)

    def flush(self, number: int) -> None:
        """Insert what is there; line `number` is the first after it."""
        if not self._batch:
            return
        try:
            self._connection.execute(insert(self._table), self._batch)
        except (SQLAlchemyError, ValueError, TypeError) as error:
            first = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise ArchiveError(
                f"lines {number - len(self._batch)} to {number - 1}, rows of `{self._table.name}`: {first}"
            ) from error
        self._batch.clear()


def _contents(lines: Iterable[bytes], version: str) -> Iterator[tuple[int, Any]]:
    """What each line after the first says, with its number; whole and unchanged, or it ends with an error."""
    seal, number = sha256(), 0
    for number, line in enumerate(lines, start=1):
        try:
            content = json.loads(line)
        except ValueError:
            raise ArchiveError(
                f"line {number}: it is no JSON; is this file what `vigil db export` wrote?"
            ) from None
        last = isinstance(content, dict) and "sha256" in content
        if last and content["sha256"] != seal.hexdigest():
            raise ArchiveError("its lines do not match their checksum: it was changed; export it anew")
        if number == 1:
            _require_kind(content, version)
        else:
            yield number, content
        if last:
            return
        seal.update(line)
    raise ArchiveError(f"it ends at line {number} without its last line: it was cut short; export it anew")


def _require_kind(head: object, version: str) -> None:
    if not isinstance(head, dict) or head.get("kind") != KIND:
        raise ArchiveError("it is not what `vigil db export` writes")
    if head.get("version") != version:
        raise ArchiveError(
            f"it holds tables of version {head.get('version')} and this program has {version}; run `vigil db "
            "upgrade` on the old database with this program and export it anew"
        )


def _count_on(connection: Connection) -> None:
    """PostgreSQL gives the next row its number from a sequence, which knows nothing of rows read in."""
    if connection.dialect.name != "postgresql":
        return
    for each in metadata.sorted_tables:
        key = each.autoincrement_column
        if key is None:
            continue
        newest = connection.execute(select(func.max(key))).scalar()
        if newest is not None:
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence(:name, :key), :newest)"),
                {"name": each.name, "key": key.name, "newest": newest},
            )


def _stored(known: Table) -> TableClause:
    """The table with its values as the database keeps them: instants are integers."""
    return table(known.name, *(column(each.name, _kept(each)) for each in known.columns))


def _kept(each: Column[Any]) -> TypeEngine[Any]:
    return each.type.impl_instance if isinstance(each.type, TypeDecorator) else each.type


def _line(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _written(value: object) -> object:
    return {_BINARY: b64encode(value).decode()} if isinstance(value, bytes) else value


def _read(value: Any, number: int) -> Any:
    if not isinstance(value, dict):
        return value
    try:
        return b64decode(value[_BINARY], validate=True)
    except (KeyError, TypeError, ValueError):
        raise ArchiveError(f"line {number}: a value of it is no base64") from None
