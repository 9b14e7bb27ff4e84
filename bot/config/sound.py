"""What is left of a plan without the entries that cannot be understood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.config.document import Route

_ENDED = frozenset({"phases", "gates"})
_DATED = frozenset({"checkpoints", "reports"})
"""They are judged by the day on which phases and gates end: without one of those nobody can."""


@dataclass(frozen=True, slots=True)
class Stands:
    """Where the entries of what is left stand in the file; `left_out` says whether anything is missing."""

    entries: Mapping[str, Sequence[int]] = field(default_factory=dict)
    left_out: bool = False

    def at(self, route: Route) -> Route:
        """The place in the file of a place in what is left."""
        section, *rest = route
        entries = self.entries.get(str(section))
        if entries is None or not rest or not isinstance(rest[0], int):
            return route
        return (section, entries[rest[0]], *rest[1:])


def without(plan: object, faults: Iterable[Sequence[int | str]]) -> tuple[dict[str, object], Stands]:
    """The plan without each entry, or whole section, in which there is a fault."""
    if not isinstance(plan, dict):
        return {}, Stands(left_out=True)
    entries: dict[str, set[int]] = {}
    sections: set[str] = set()
    for section, *rest in faults:
        if isinstance(plan.get(section), list) and rest and isinstance(rest[0], int):
            entries.setdefault(str(section), set()).add(rest[0])
        else:
            sections.add(str(section))
    if _ENDED & (sections | set(entries)):
        sections |= _DATED
    left: dict[str, object] = {}
    stand: dict[str, list[int]] = {}
    for key, value in plan.items():
        if key in sections:
            continue
        if key in entries:
            stand[key] = [number for number in range(len(value)) if number not in entries[key]]
            left[key] = [value[number] for number in stand[key]]
        else:
            left[key] = value
    return left, Stands(stand, left_out=True)
