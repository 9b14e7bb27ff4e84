"""Playbooks, post-mortems, and the actions that may be run."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.alerts.alert import Alert
from bot.domain.incident.postmortem import PostMortem
from bot.domain.incident.state import Incident
from bot.domain.text import Label, Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookCard:
    """The live card of an incident. `value` is the newest one of its alert's series."""

    incident: Incident
    alert: Alert | None = None
    value: Quantity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookList:
    """Open incidents, and playbooks (service, key, label) that can be opened."""

    open: tuple[Incident, ...]
    playbooks: tuple[tuple[str, str, Label], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostMortemCard:
    """A post-mortem to be read in Slack."""

    post_mortem: PostMortem


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An action that may be run on a service; `who` may run it, nobody named means everybody."""

    service: str
    action: str
    label: Label
    who: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionList:
    """Actions that may be run."""

    actions: tuple[Offer, ...]
