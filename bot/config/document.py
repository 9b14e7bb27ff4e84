"""One file as it was written: its values, on which line each stands, and what was found wrong with them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.config.errors import Problem

Route = tuple[str | int, ...]
"""The keys and indices that lead to a value."""

_QUOTED = re.compile(r"[`']([^`']+)[`']")


@dataclass(slots=True)
class Document:
    """One file. `lines` has a 1-based line for every route.

    `filled` has, for every text with a `${…}`, what came of it and how the file writes it; `given` what
    the environment and files gave to it; `variables` by which names the environment did.
    """

    file: str
    value: dict[str, object] = field(default_factory=dict)
    lines: dict[Route, int] = field(default_factory=dict)
    filled: dict[Route, tuple[str, str]] = field(default_factory=dict)
    given: dict[Route, tuple[str, ...]] = field(default_factory=dict)
    variables: dict[Route, dict[str, str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def complain(self, route: Route, message: str) -> None:
        """Note a problem at `route`."""
        self.problems.append(self.problem(route, message))

    def problem(self, route: Route, message: str) -> Problem:
        """A problem at `route`, or at the nearest line above it."""
        above = route
        while above and above not in self.lines:
            above = above[:-1]
        for place, (filled, text) in self.filled.items():
            if place == route and filled:
                message = _discreet(message, filled, text)
        return Problem(self.file, self.lines.get(above, 1), dotted(route), message)


def _discreet(message: str, filled: str, text: str) -> str:
    """The message with `text`, from the file, where it quotes `filled`, which may be secret."""
    message = message.replace(f"`{filled}`", f"`{text}`").replace(repr(filled), repr(text))
    return _QUOTED.sub(lambda part: repr(text) if part[1] in filled else part[0], message)


def dotted(route: Route) -> str:
    """`metrics.cpu.warning`, `plan.phases.0.every`."""
    return ".".join(map(str, route))
