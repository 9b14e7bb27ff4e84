"""Sizes as the configuration writes them: `64 KiB`, `500 MB`, `2 GB`."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from checks.numbers import parse_quantity

_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12} | {
    "KIB": 2**10,
    "MIB": 2**20,
    "GIB": 2**30,
    "TIB": 2**40,
}


def as_bytes(value: object) -> object:
    """`2 GiB` → 2147483648; a number stays as it is. Raises ValueError with what to write instead."""
    if not isinstance(value, str):
        return value
    number, unit = parse_quantity(value)
    if unit.upper() not in _UNITS:
        raise ValueError(f"{value!r} is no size; write one such as 500 MB or 2 GiB")
    return round(number * _UNITS[unit.upper()])


Size = Annotated[int, BeforeValidator(as_bytes)]
"""Bytes, from `500 MB` or `2 GiB`."""
