"""Reading an expression; what is wrong with it is said with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches

from bot.domain.measures.derived.expression import (
    Across,
    Applied,
    Baseline,
    Expression,
    Newest,
    Number,
    Operation,
    Over,
)
from checks.duration import parse_duration

ACROSS = ("avg", "count", "max", "min", "sum")
OVER = (*ACROSS, "increase", "percentile", "rate")
FUNCTIONS = tuple(sorted({*OVER, "abs", "baseline"}))

LONGEST_TEXT = 500
LONGEST_WINDOW = timedelta(days=31)
_DEEPEST = 30

_TOKEN = re.compile(
    r"""\s*(?: (?P<length>[0-9]+(?:\.[0-9]+)?\s*(?:ms|s|m|h|d)\b)
             | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
             | (?P<name>[^\W\d][\w.]*(?:-[\w.]+)*)
             | (?P<sign>[-+*/(),])
             | (?P<other>\S) )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    column: int


def parse_expression(text: str) -> Expression:
    """The expression that a text stands for; ValueError says what is wrong and where."""
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"is longer than {LONGEST_TEXT} characters; give its parts names as metrics")
    return _Reader(text).whole()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = [
            _Token(found.lastgroup or "", found[found.lastgroup or 0], found.start(found.lastgroup or 0) + 1)
            for found in _TOKEN.finditer(text)
        ]
        self._at = 0
        self._depth = 0

    def whole(self) -> Expression:
        expression = self._sum()
        if self._next is not None:
            raise self._unexpected("an operator: + - * /")
        return expression

    # --- the grammar -----------------------------------------------------------------------------------

    def _sum(self) -> Expression:
        left = self._product()
        while operator := self._take("+", "-"):
            left = Operation(operator, left, self._product())
        return left

    def _product(self) -> Expression:
        left = self._factor()
        while operator := self._take("*", "/"):
            left = Operation(operator, left, self._factor())
        return left

    def _factor(self) -> Expression:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ValueError(f"is nested more than {_DEEPEST} deep; give its parts names as metrics")
        try:
            if self._take("-"):
                return Applied("-", self._factor())
            if self._take("("):
                inner = self._sum()
                self._expect(")")
                return inner
            if number := self._kind("number"):
                return Number(float(number.text))
            if name := self._kind("name"):
                return self._call(name) if self._take("(") else Newest(name.text)
        finally:
            self._depth -= 1
        raise self._unexpected("a metric, a number or `(`")

    def _call(self, name: _Token) -> Expression:
        function = name.text
        if function not in FUNCTIONS:
            near = get_close_matches(function, FUNCTIONS, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(FUNCTIONS)}"
            raise ValueError(f"there is no function `{function}` (at {name.column}); {hint}")
        part = self._sum()
        if function in OVER and self._take(","):
            return self._over(name, part)
        self._expect(")")
        if function == "abs":
            return Applied(function, part)
        if function == "baseline":
            return Baseline(self._metric(name, part))
        if function in ACROSS:
            return Across(function, part)
        raise ValueError(f"`{function}` (at {name.column}) needs a window; {_FORMS[function]}")

    def _over(self, name: _Token, part: Expression) -> Expression:
        function, metric, q = name.text, self._metric(name, part), 0.0
        if function == "percentile":
            rank = self._kind("number")
            if rank is None or not 0 <= float(rank.text) <= 100:
                raise ValueError(
                    f"`percentile` (at {name.column}) takes a rank from 0 to 100; {_FORMS[function]}"
                )
            q = float(rank.text)
            self._expect(",")
        length = self._kind("length")
        if length is None:
            raise self._unexpected("a window such as `5m`")
        window = parse_duration(length.text)
        if not timedelta(0) < window <= LONGEST_WINDOW:
            raise ValueError(f"the window `{length.text}` must be longer than nothing and at most 31d")
        self._expect(")")
        return Over(function, metric, window, q)

    def _metric(self, name: _Token, part: Expression) -> str:
        if not isinstance(part, Newest):
            form = _FORMS.get(name.text, f"write `{name.text}(NAME, 5m)`")
            raise ValueError(f"`{name.text}` (at {name.column}) takes the name of a metric; {form}")
        return part.metric

    # --- tokens ----------------------------------------------------------------------------------------

    @property
    def _next(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, *signs: str) -> str | None:
        token = self._next
        if token is None or token.kind != "sign" or token.text not in signs:
            return None
        self._at += 1
        return token.text

    def _kind(self, kind: str) -> _Token | None:
        token = self._next
        if token is None or token.kind != kind:
            return None
        self._at += 1
        return token

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            raise self._unexpected(f"`{sign}`")

    def _unexpected(self, wanted: str) -> ValueError:
        token = self._next
        if token is None:
            return ValueError(f"ends where {wanted} should follow")
        return ValueError(f"has `{token.text}` at {token.column} where {wanted} should stand")


_FORMS = {
    "rate": "write `rate(NAME, 5m)`",
    "increase": "write `increase(NAME, 1h)`",
    "percentile": "write `percentile(NAME, 99, 5m)`",
    "baseline": "write `baseline(NAME)`",
}
