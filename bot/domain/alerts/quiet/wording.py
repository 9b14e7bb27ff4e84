"""`MATCHER… LENGTH [REASON]` as people type it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.alerts.quiet.matcher import Matcher, is_matcher, parse_matcher
from bot.domain.alerts.quiet.silence import LONGEST_REASON, Wish
from bot.domain.quoting import split_words
from bot.domain.text import MiswordedError, say
from checks.duration import parse_duration


@dataclass(frozen=True, slots=True)
class Worded:
    """`alerts` are names without an operator: alerts that are meant as they stand."""

    matchers: tuple[Matcher, ...]
    alerts: tuple[str, ...]
    length: timedelta
    reason: str


def parse_silence(text: str) -> Worded:
    """What to silence, how long, why. Raises ValueError with what to write instead."""
    matchers: list[Matcher] = []
    alerts: list[str] = []
    words = split_words(text)
    for number, word in enumerate(words):
        if is_matcher(word):
            matchers.append(parse_matcher(word))
            continue
        length = _length(word)
        if length is not None:
            return Worded(tuple(matchers), tuple(alerts), length, " ".join(words[number + 1 :]))
        alerts.append(word)
    raise MiswordedError(say("say how long, after what to silence: `severity=warning 2h deploying`"))


def parse_matchers(text: str) -> tuple[Matcher, ...]:
    """Matchers alone, with blanks between. Raises ValueError."""
    return tuple(parse_matcher(word) for word in split_words(text))


def _length(word: str) -> timedelta | None:
    try:
        return parse_duration(word)
    except ValueError:
        return None


def sure_value(wish: Wish) -> str:
    """What a button carries that says yes to this wish."""
    seconds = round(wish.length.total_seconds())
    return f"silence-sure:{seconds}s\n{' '.join(map(str, wish.matchers))}\n{wish.reason[:LONGEST_REASON]}"


def wish_of(value: str) -> Wish:
    """The wish of such a button, now that it is sure; the verb is off already. Raises ValueError."""
    length, _, rest = value.partition("\n")
    matchers, _, reason = rest.partition("\n")
    return Wish(matchers=parse_matchers(matchers), length=parse_duration(length), reason=reason, sure=True)
