"""A scenario file → the Scenario, or every problem at once."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, model_validator

from bot.config.document import Document
from bot.config.errors import ConfigError, did_you_mean
from bot.config.parsing import positive_duration, written
from bot.config.plain import understand
from bot.config.read import read
from bot.config.values import AnyDuration, LocalTime, PositiveDuration, Wording, Words
from bot.domain.commands import NotUnderstood, parse
from bot.domain.localtime import instant
from bot.domain.rehearsal.scenario import Cue, Deed, Fault, Measure, Scenario
from bot.domain.setup import Setup

NEVER = "never"


def _limit(value: object) -> timedelta | None:
    return None if value == NEVER else positive_duration(value)


Limit = Annotated[timedelta | None, BeforeValidator(_limit)]
Entry = Annotated[str, BeforeValidator(written)]


class FaultWords(Words):
    """A fault of the sample service that is switched."""

    after: AnyDuration = Field(timedelta(0), description="How long after the beginning.")
    fault: str = Field(description="The fault, as on the page of switches: `slow`, `errors`, …")
    on: bool = Field(True, description="`false` switches it off.")


class DeedWords(Words):
    """What somebody does."""

    person: str = Field("", description="A key of `people`; default: whoever the last page mentioned first.")
    when: Literal["start", "paged", "acknowledged", "next_level"] = Field(
        "start", description="What the person waits for."
    )
    after: AnyDuration = Field(timedelta(0), description="How long after that.")
    types: str = Field("", description="A command, as typed after `/monitor`.")
    presses: str = Field("", description="A button of the newest card that has it, by its verb.")
    option: str = Field("", description="What is chosen, where the button stands for several choices.")
    enters: dict[str, Entry] = Field({}, description="What is entered in the form that opens, by field.")

    @model_validator(mode="after")
    def _does_something(self) -> DeedWords:
        if bool(self.types) == bool(self.presses):
            raise ValueError("must have one of `types`, `presses`")
        if not self.person and self.when == "start":
            raise ValueError("needs a `person`, or a `when`: nobody has been paged at the start")
        return self


class ExpectWords(Words):
    """How soon after something broke each thing must have come; `never`: it must not come at all.

    Of what is not named nothing is expected, save of the first three.
    """

    detected: Limit = Field(timedelta(minutes=1), description="An alert fires.")
    paged: Limit = Field(timedelta(minutes=1), description="Somebody is paged.")
    acknowledged: Limit = Field(timedelta(minutes=5), description="Somebody acknowledges.")
    next_level: Limit = Field(None, description="The next level is paged.")
    rolled_back: Limit = Field(None, description="The rollback has been carried out.")
    resolved: Limit = Field(None, description="The alert is over.")


class ScenarioWords(Words):
    """A rehearsal."""

    name: Wording = Field(description="What is rehearsed, or {en, zh}.")
    at: LocalTime = Field(description="The simulated time at which it begins: 2026-01-19T02:00.")
    length: PositiveDuration = Field(description="How long it lasts, in simulated time.")
    speed: float = Field(20, gt=0, le=1000, description="So many times real speed at most.")
    rate: float = Field(20, gt=0, le=200, description="Orders a second of the sample service.")
    faults: tuple[FaultWords, ...] = Field(min_length=1, description="What breaks, and is mended.")
    people: tuple[DeedWords, ...] = Field((), description="Who does what.")
    expect: ExpectWords = Field(ExpectWords(), description="How soon each thing must have come.")

    @model_validator(mode="after")
    def _breaks(self) -> ScenarioWords:
        if not any(each.on for each in self.faults):
            raise ValueError("breaks nothing: no fault is switched on")
        return self


def load_scenario(path: Path, setup: Setup) -> Scenario:
    """Read and check a scenario for this setup. Raises ConfigError with every problem."""
    document = read(path, path.name, path.absolute().parent, os.environ)
    words = understand(document, ScenarioWords, document.value)
    if words:
        _check(document, words, setup)
    if words is None or document.problems:
        raise ConfigError(document.problems)
    at = words.at if words.at.tzinfo else instant(ZoneInfo(setup.zone), words.at.date(), words.at.time())
    return Scenario(
        label=words.name.label(),
        begins_at=at,
        length=words.length,
        speed=words.speed,
        rate=words.rate,
        faults=tuple(Fault(after=each.after, fault=each.fault, on=each.on) for each in words.faults),
        deeds=tuple(_deeds(words.people)),
        limits={
            measure: getattr(words.expect, measure.value)
            for measure in Measure
            if measure.value in words.expect.model_fields_set or _DEFAULTS[measure] is not None
        },
    )


_DEFAULTS = {measure: getattr(ExpectWords(), measure.value) for measure in Measure}


def _deeds(people: Iterable[DeedWords]) -> Iterable[Deed]:
    for each in people:
        yield Deed(
            person=each.person,
            cue=Cue(each.when),
            after=each.after,
            types=each.types,
            presses=each.presses,
            option=each.option,
            enters=each.enters,
        )


def _check(document: Document, words: ScenarioWords, setup: Setup) -> None:
    for number, each in enumerate(words.faults):
        if each.after >= words.length:
            document.complain(("faults", number, "after"), "comes after the end; make `length` longer")
    for number, deed in enumerate(words.people):
        if deed.person and deed.person not in setup.people:
            hint = did_you_mean(deed.person, setup.people)
            document.complain(("people", number, "person"), f"nobody is called `{deed.person}`{hint}")
        elif deed.person and not setup.people[deed.person].slack:
            document.complain(
                ("people", number, "person"), f"`{deed.person}` has no `slack` in the configuration"
            )
        command = parse(deed.types) if deed.types else None
        if isinstance(command, NotUnderstood):
            document.complain(("people", number, "types"), _what_is_wrong(command))


def _what_is_wrong(command: NotUnderstood) -> str:
    if command.why:
        return command.why.key.format_map(dict(command.why.params))
    near = f"; did you mean `{command.nearest}`?" if command.nearest else ""
    return f"`{command.typed}` is no command{near}"
