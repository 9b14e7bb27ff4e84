"""What people write in the terminal, as values: times, lengths, text."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import click

LONGEST = timedelta(days=365)


def instant_of(text: str, zone: str, option: str) -> datetime:
    """An ISO 8601 time; without an offset it is local in `zone`. Raises click.BadParameter."""
    from bot.domain.localtime import instant

    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise click.BadParameter(
            f"{text!r} is not a time; write 2026-01-19T09:00+08:00, or without the offset for {zone}",
            param_hint=option,
        ) from None
    if not 2000 <= at.year <= 2100:
        raise click.BadParameter(f"{text!r} is far away; write a year from 2000 to 2100", param_hint=option)
    return at if at.tzinfo else instant(ZoneInfo(zone), at.date(), at.time())


class Length(click.ParamType[timedelta]):
    """A length of time as the configuration writes it, up to a year."""

    name = "length"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        from checks.duration import parse_duration

        if isinstance(value, timedelta):
            return value
        try:
            length = parse_duration(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if length > LONGEST:
            self.fail(f"{value!r} is too long; write {LONGEST.days}d at most", param, ctx)
        return length


class Words(click.ParamType[str]):
    """Text of so many characters at most that can be stored: bytes that are no UTF-8 cannot."""

    name = "text"

    def __init__(self, most: int) -> None:
        self._most = most

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value)
        if len(text) > self._most:
            self.fail(f"it has {len(text)} characters; write {self._most} at most", param, ctx)
        if any("\ud800" <= sign <= "\udfff" for sign in text):
            self.fail("it is no UTF-8 text", param, ctx)
        return text
