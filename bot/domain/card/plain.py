"""Sentences, help, modals and App Home."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.alerts.alert import Alert
from bot.domain.oncall.rotation import Shift
from bot.domain.panel import Panel
from bot.domain.setup import Person
from bot.domain.text import Text
from bot.domain.watches.listing import Manual
from bot.domain.watches.plan import Entry
from bot.domain.watches.watch import Progress, Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A question to one person in a thread, with a mention."""

    person: Person
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One sentence: a timeline note, an announcement, a short answer, a refusal."""

    text: Text
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A sentence, and what it counts or names, a line each."""

    text: Text
    lines: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpCard:
    """The commands; `unknown` is the word that was not understood and `nearest` the closest command.

    `instead` is what was typed with that word in its place, ready to be done. With `about` it tells more of
    that one command; `allowed` says who may give it, if not everybody may.
    """

    unknown: str = ""
    nearest: str = ""
    instead: str = ""
    about: str = ""
    allowed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What was asked for can mean several things: a sentence, and the commands of which one is meant."""

    text: Text
    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A modal that asks for what a command needs.

    `verb` is `watch-start`, `watch-pause`, `watch-extend`, `watch-stop`, `watch-densify`, `tick`, `remark`,
    `action`, `silence`, `alert`, `rollback` or one of a playbook's, which begin with `playbook-`; `subject`
    the watch, or `ROUND:NUMBER` of a manual item, or the entry, or `SERVICE/ACTION`, or the alert, or the
    service, or `INCIDENT:WHAT`; `title` names it. `given` is what stands in its fields already.
    """

    verb: str
    subject: str
    title: Text
    services: tuple[str, ...] = ()
    given: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeView:
    """App Home of one person at `at`: what is watched, what comes next, what waits, what is mine."""

    at: datetime
    panels: tuple[Panel, ...]
    watches: tuple[tuple[Watch, Progress], ...]
    next_entries: tuple[Entry, ...]
    manuals: tuple[tuple[str, int, Manual], ...]
    """(round, number, item) of every open manual item."""
    alerts: tuple[Alert, ...]
    mine: tuple[Alert, ...]
    """Alerts this person has acknowledged."""
    shifts: tuple[Shift, ...]
    """Schedules in which this person is on call now."""
    gates: tuple[tuple[Watch, Entry], ...] = ()
    """Gates that wait for a person's answer or decision; the remark of each says why."""
