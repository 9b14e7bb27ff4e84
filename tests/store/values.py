"""Any value of a type of the domain, by its fields."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, time, timedelta, timezone
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from bot.domain.localtime import MIDNIGHT_AFTER
from bot.domain.text import Instant, Label, Name, Quantity, Several, Span, Text

ZONES = (UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-9, minutes=-30)))
# Names and words of people and programs: PostgreSQL keeps no NUL, and none gets past the config or a check.
WORDS = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=12)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.sampled_from(ZONES))  # noqa: DTZ001

_LEAVES: dict[object, st.SearchStrategy[Any]] = {
    str: WORDS,
    int: st.integers(-(2**53), 2**53),
    float: NUMBERS,
    bool: st.booleans(),
    type(None): st.none(),
    datetime: MOMENTS,
    timedelta: st.timedeltas(timedelta(0), timedelta(days=400)),
    time: st.one_of(st.times(), st.just(MIDNIGHT_AFTER)),
}


@cache
def any_of(kind: Any) -> st.SearchStrategy[Any]:
    """Every value of `kind`: a dataclass, an enumeration, a tuple or union of them, or a plain value."""
    if kind in _LEAVES:
        return _LEAVES[kind]
    if kind is Text:
        return TEXTS
    origin, inside = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return st.one_of(*map(any_of, inside))
    if origin is tuple and inside[-1] is Ellipsis:
        return st.lists(any_of(inside[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*map(any_of, inside))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    assert is_dataclass(kind), f"say here what a value of {kind} may be"
    hints = get_type_hints(kind)
    return st.builds(kind, **{field.name: any_of(hints[field.name]) for field in fields(kind)})


_PLAIN = (str, int, float, Quantity, Instant, Span, Label, Name)


def _sentences(inner: st.SearchStrategy[Text]) -> st.SearchStrategy[Text]:
    said = st.one_of(*map(any_of, _PLAIN), inner)
    several = st.builds(Several, st.lists(said, max_size=2).map(tuple))
    return st.builds(Text, WORDS, st.lists(st.tuples(WORDS, said | several), max_size=4).map(tuple))


TEXTS = st.recursive(st.builds(Text, WORDS), _sentences, max_leaves=4)
