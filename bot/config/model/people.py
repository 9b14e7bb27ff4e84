"""The vocabulary of people: who there is, who carries the pager, who is woken next."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise
from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator, model_validator

from bot.config.parsing import one_or_more
from bot.config.values import (
    Cadence,
    ClockTime,
    Handoff,
    Key,
    Keys,
    LocalInstant,
    LocalTime,
    NonEmpty,
    PositiveDuration,
    StartTime,
    Targets,
    Turns,
    Usergroup,
    Weekdays,
    Words,
    Zone,
)


class QuietWords(Words):
    """The hours in which warnings wait."""

    since: StartTime = Field(alias="from", description='Local time they begin, such as "22:00".')
    until: StartTime = Field(alias="to", description='Local time they end, such as "07:00".')


class PersonWords(Words):
    """Somebody who can be told."""

    name: NonEmpty = Field(description="The name as people read it.")
    slack: str | None = Field(None, description="The Slack member ID, such as U012AB3CD.")
    email: str | None = Field(None, description="The e-mail address.")
    phone: str | None = Field(None, description="The phone number, in quotes.")
    timezone: Zone | None = Field(None, description="The zone of the hours in `quiet`; default the file's.")
    channels: Annotated[tuple[Key, ...], BeforeValidator(one_or_more)] = Field(
        (), description="Keys of `channels` in the order in which to try them; default all, as they stand."
    )
    quiet: QuietWords | None = Field(
        None, description="The hours in which warnings wait; criticals never do."
    )

    @field_validator("slack")
    @classmethod
    def _member(cls, slack: str | None) -> str | None:
        if slack and not re.fullmatch(r"[UW][A-Z0-9]+", slack):
            raise ValueError(
                f"`{slack}` is no member ID; write one such as U012AB3CD (profile → ⋮ → Copy member ID)"
            )
        return slack

    @field_validator("email")
    @classmethod
    def _address(cls, email: str | None) -> str | None:
        if email and not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
            raise ValueError(f"`{email}` is no e-mail address; write one such as lin@example.com")
        return email


class TeamWords(Words):
    """People who are told together."""

    members: Keys = Field(description="Keys of `people`.")
    slack: Usergroup | None = Field(
        None, description="The ID of the Slack user group that stands for the team."
    )


class ChannelWords(Words):
    """A way to reach people beside Slack."""

    url: str = Field(
        description="An Apprise URL, in which `{phone}` and `{email}` are the person's; empty: none."
    )
    at_most: int = Field(10, ge=1, le=1000, description="So many messages to one destination at most …")
    within: PositiveDuration = Field(timedelta(minutes=5), description="… in this time; the rest wait.")

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        return {"url": value} if isinstance(value, str) else value

    @field_validator("url")
    @classmethod
    def _understood(cls, url: str) -> str:
        # The URL may be a secret: it is not repeated.
        if url.strip() and not re.match(r"[A-Za-z][\w+.-]*://.", url.strip()):
            raise ValueError("is no Apprise URL; write one such as `mailtos://USER:PASSWORD@HOST?to={email}`")
        unknown = set(re.findall(r"\{(\w*)\}", url)) - {"phone", "email"}
        if unknown:
            raise ValueError(f"knows only {{phone}} and {{email}}, not {{{sorted(unknown)[0]}}}")
        return url.strip()


class OnlyWords(Words):
    """The part of the week a layer covers."""

    days: Weekdays = Field(frozenset(range(7)), description="Weekdays: `Mon-Fri`, `Sat, Sun`.")
    since: StartTime | None = Field(None, alias="from", description='Local time it begins, such as "09:00".')
    until: ClockTime | None = Field(None, alias="to", description='Local time it ends, such as "17:00".')


class RotationWords(Words):
    """Members in turn."""

    every: Cadence = Field(description="How often it hands off: `12h`, `1 day`, `1 week`, `1 month`.")
    handoff: Handoff | None = Field(None, description='When it hands off: "Mon 09:00" or "09:00".')
    start: LocalInstant = Field(
        description="The local instant (with `handoff`: the day) of the first hand-off, such as 2026-01-12."
    )
    members: Turns = Field(
        description="Keys of `people`, in turn: [lin, chen]; [[lin, wu], chen] has Lin and Wu share a turn."
    )
    only: OnlyWords | None = Field(None, description="The part of the week this layer covers; default all.")


class OverrideWords(Words):
    """Somebody else for a while: write one of `member`, `add`, `remove`, and `replace` with `with`."""

    since: LocalTime = Field(alias="from", description="Local time it begins, such as 2026-01-20T18:00.")
    until: LocalTime = Field(alias="to", description="Local time it ends, such as 2026-01-20T22:00.")
    member: Key | None = Field(None, description="Who alone is on call, instead of everybody.")
    add: Key | None = Field(None, description="Who is on call beside the others.")
    remove: Key | None = Field(None, description="Who is not on call.")
    replace: Key | None = Field(None, description="In whose place somebody else is on call …")
    substitute: Key | None = Field(None, alias="with", description="… who that is.")

    @model_validator(mode="after")
    def _means_one_thing(self) -> OverrideWords:
        if self.until <= self.since:
            raise ValueError("`to` is not later than `from`")
        if (self.replace is None) != (self.substitute is None):
            raise ValueError("`replace: NAME` and `with: NAME` belong together")
        given = [each for each in (self.member, self.add, self.remove, self.replace) if each is not None]
        if len(given) != 1:
            raise ValueError("write one of `member`, `add`, `remove`, or `replace` and `with`")
        return self


class ScheduleWords(Words):
    """Who carries the pager."""

    timezone: Zone | None = Field(None, description="IANA zone of its times; default the file's.")
    rotation: Annotated[tuple[RotationWords, ...], BeforeValidator(one_or_more)] = Field(
        (), description="One rotation, or a list of layers: a later one wins where it covers."
    )
    ical: NonEmpty | None = Field(
        None, description="A calendar of shifts: its https:// address, or a file. It wins over the rotation."
    )
    usergroup: Usergroup | None = Field(
        None, description="The ID of the Slack user group that is to hold whoever is on call."
    )
    overrides: tuple[OverrideWords, ...] = Field((), description="Exceptions; the last one wins.")

    @model_validator(mode="after")
    def _has_a_source(self) -> ScheduleWords:
        if not self.rotation and self.ical is None:
            raise ValueError("has nobody in it; write `rotation: …` or `ical: …`")
        return self

    @model_validator(mode="after")
    def _no_two_alone(self) -> ScheduleWords:
        alone = sorted((each for each in self.overrides if each.member), key=lambda each: each.since)
        for one, following in pairwise(alone):
            if following.since < one.until:
                raise ValueError(
                    f"overrides overlap: {one.member} until {one.until:%Y-%m-%dT%H:%M} and "
                    f"{following.member} from {following.since:%Y-%m-%dT%H:%M}; only one can be on call alone"
                )
        return self


class LevelWords(Words):
    """One rung of an escalation."""

    notify: Targets = Field(description="Whom: `person:`, `team:`, `schedule:`, `usergroup:`, `channel:`.")
    by: Annotated[tuple[Key, ...], BeforeValidator(one_or_more), Field(min_length=1)] = Field(
        ("slack",), description="The ways to reach them: `slack` and keys of `channels`, all at once."
    )
    wait: PositiveDuration = Field(description="How long before the next level is told.")
    everyone: bool = Field(
        False, description="Whether each of its people must acknowledge before the escalation stops."
    )


class RecoverWords(Words):
    """What is tried, quietly, before anybody is woken."""

    action: Key = Field(description="A key of the service's `actions`, which runs when an alert fires.")
    within: PositiveDuration = Field(
        timedelta(minutes=5),
        description="The first level is told when the action has failed, or after so long.",
    )


class NoticeWords(Words):
    """Whom warnings are told beside the card in Slack: once, without waking anybody further."""

    notify: Targets = Field(description="Whom: `person:`, `team:`, `schedule:`.")
    by: Annotated[tuple[Key, ...], BeforeValidator(one_or_more), Field(min_length=1)] = Field(
        description="Keys of `channels`; in a person's quiet hours a warning waits."
    )


class PolicyWords(Words):
    """Whom to wake next, until somebody acknowledges."""

    recover: RecoverWords | None = Field(None, description="What is tried before the first level is told.")

    warnings: NoticeWords | None = Field(None, description="Whom warnings are told beside the card.")
    levels: Annotated[tuple[LevelWords, ...], Field(min_length=1)] = Field(description="In order.")
    repeat: int = Field(0, ge=0, le=100, description="How often the chain starts again after its end.")
    resolve_within: PositiveDuration | None = Field(
        None, description="How long after the acknowledgement the acknowledger is asked."
    )
