"""What differs between two configurations, in the words of config.yaml. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import time, timedelta
from enum import StrEnum

from bot.domain.oncall.escalation import Target
from bot.domain.setup import Setup
from bot.domain.text import Label, Span, Text, say
from checks.threshold import Condition

_LEFT_OUT = frozenset({"folder", "withheld"})
_IN_CONFIDENCE = frozenset(
    {"people", "channels", "actions", "options", "storage", "ping", "webhooks", "headers"}
)
"""Below these nothing is repeated: there may be a secret in it, or somebody's telephone number."""

_WORDS = {"for_": "for", "policies": "escalations", "zone": "timezone"}
"""Names of fields that config.yaml has another word for."""

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: `path` as config.yaml has it, and how to say what was and what is."""

    path: str
    text: Text


def changes(old: Setup, new: Setup) -> tuple[Change, ...]:
    """Every difference, in the order of the configuration's sections; none where they say the same."""
    alone = len(old.services) == len(new.services) == 1 and set(old.services) == set(new.services)
    found = []
    for path, said in _walk((), old, new):
        shown = path[2:] if alone and path[0] == "services" else path
        found.append(Change(".".join(shown), say("`{path}` {what}", path=".".join(shown), what=said)))
    return tuple(found)


def _walk(path: tuple[str, ...], old: object, new: object) -> Iterator[tuple[tuple[str, ...], Text]]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys([*old, *new]):
            if key not in new:
                yield (*path, str(key)), say("is gone")
            elif key not in old:
                yield (*path, str(key)), say("is new")
            else:
                yield from _walk((*path, str(key)), old[key], new[key])
    elif is_dataclass(old) and type(old) is type(new) and not isinstance(old, Condition | Label | Target):
        for field in fields(old):
            if field.name not in _LEFT_OUT:
                was, now = getattr(old, field.name), getattr(new, field.name)
                name = _WORDS.get(field.name, field.name)
                yield from _walk((*path, name), was, now)
    elif isinstance(old, tuple) and isinstance(new, tuple) and len(old) == len(new):
        for number, (was, now) in enumerate(zip(old, new, strict=True), 1):
            yield from _walk((*path, str(number)), was, now)
    else:
        yield path, _said(path, old, new)


def _said(path: tuple[str, ...], old: object, new: object) -> Text:
    was, now = _shown(old), _shown(new)
    if _IN_CONFIDENCE & set(path) or was is None or now is None:
        return say("has changed")
    return say("was {was}, is {now}", was=was, now=now)


def _shown(value: object) -> str | Text | Span | Label | None:
    """What can be said of a value in a few words; None where that cannot be."""
    match value:
        case None:
            return say("nothing")
        case bool():
            return str(value).lower()
        case timedelta():
            return Span.of(value)
        case Label():
            return value
        case time():
            return f"{value:%H:%M}"
        case str() | StrEnum() | int() | float() | Condition() | Target():
            shown = str(value)
            return f"{shown[:_LONGEST]}…" if len(shown) > _LONGEST else shown
        case _:
            return None
