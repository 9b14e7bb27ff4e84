"""From targets to people: who would be reached at an instant, and why nobody where there is nobody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.oncall.escalation import Target, TargetKind
from bot.domain.oncall.rotation import on_call
from bot.domain.setup import Setup
from bot.domain.text import Text, say


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """People by key in order without repeats, user groups and channels, and why a target gave nobody."""

    people: tuple[str, ...] = ()
    usergroups: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    gaps: tuple[Text, ...] = ()

    @property
    def empty(self) -> bool:
        return not (self.people or self.usergroups or self.channels)


def reach(setup: Setup, targets: Iterable[Target], now: datetime) -> Reached:
    """Resolve targets at `now`; a schedule gives whoever is on call at that instant."""
    people: dict[str, None] = {}
    usergroups: dict[str, None] = {}
    channels: dict[str, None] = {}
    gaps: list[Text] = []
    for target in targets:
        if target.kind is TargetKind.USERGROUP:
            usergroups[target.key] = None
        elif target.kind is TargetKind.CHANNEL:
            channels[target.key] = None
        else:
            found = _people(setup, target, now)
            people.update(dict.fromkeys(found))
            if not found:
                gaps.append(say("{target} has nobody now", target=str(target)))
    return Reached(
        people=tuple(people), usergroups=tuple(usergroups), channels=tuple(channels), gaps=tuple(gaps)
    )


def _people(setup: Setup, target: Target, now: datetime) -> tuple[str, ...]:
    if target.kind is TargetKind.SCHEDULE:
        return on_call(setup.schedules[target.key], now).on_call if target.key in setup.schedules else ()
    if target.kind is TargetKind.TEAM:
        return setup.teams[target.key].members if target.key in setup.teams else ()
    return (target.key,) if target.key in setup.people else ()
