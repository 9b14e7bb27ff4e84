"""Many rows or keys by one statement: composed once, and handed to the driver as it takes them.

For each row SQLAlchemy does more than the database, and these are written with every answer of every check.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from operator import itemgetter

from sqlalchemy import JSON, Connection, Dialect, Select, String, bindparam, cast, func, select
from sqlalchemy.sql import ClauseElement

from bot.domain.measures.history import EPOCH, MICROSECOND

Composed = Callable[[str], ClauseElement]
"""Composes a statement for the dialect of this name; each of its parameters is a `bindparam`."""

Row = Mapping[str, str | int | float | None]
"""Parameters as every driver takes them; instants in microseconds since 1970."""


def for_each(connection: Connection, composed: Composed, rows: Collection[Row]) -> int:
    """Carry out a statement once for each row of its parameters; it must have several.

    How many rows of the table an UPDATE found.
    """
    if not rows:
        return 0
    text, order = _written(connection.dialect, composed)
    given = rows if order is None else map(itemgetter(*order), rows)
    return connection.exec_driver_sql(text, list(given)).rowcount


def found_among(connection: Connection, composed: Composed, keys: Collection[str]) -> list[str]:
    """The texts that a statement finds of these; its condition is `one_of`."""
    if not keys:
        return []
    text, order = _written(connection.dialect, composed)
    given = json.dumps([*keys])
    found = connection.exec_driver_sql(text, {"keys": given} if order is None else (given,))
    return [key for (key,) in found]


def one_of(dialect: str) -> Select[tuple[str]]:
    """The texts that were given to `found_among`; so many parameters would each have to be composed anew."""
    given = bindparam("keys", type_=String)
    listed = (
        func.json_array_elements_text(cast(given, JSON)) if dialect == "postgresql" else func.json_each(given)
    )
    return select(listed.table_valued("value").c.value)


@cache
def _written(dialect: Dialect, composed: Composed) -> tuple[str, Sequence[str] | None]:
    """The text, and its parameters in their order where the driver knows them by that."""
    compiled = composed(dialect.name).compile(dialect=dialect)
    order = getattr(compiled, "positiontup", None)
    return str(compiled), order


@lru_cache(maxsize=256)
def microseconds(at: datetime) -> int:
    """Since 1970, as instants are kept. The rows of one transaction have few of them."""
    return (at - EPOCH) // MICROSECOND
