"""The vocabulary of config.yaml: its top-level keys."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from bot.config.model.people import ChannelWords, PersonWords, PolicyWords, ScheduleWords, TeamWords
from bot.config.model.quiet import GroupingWords, InhibitionWords, MaintenanceWords, WebhooksWords
from bot.config.model.service import OwnWords
from bot.config.parsing import one_or_more
from bot.config.values import Key, NonEmpty, PositiveDuration, Targets, Words, Zone
from checks.network.reach import as_address

Anchor = Annotated[str, AfterValidator(as_address)]


class PingWords(Words):
    """A service that tells somebody when this bot falls silent, such as Healthchecks.io."""

    url: str = Field(description="What is called by GET; empty: nothing is.")
    every: PositiveDuration = Field(timedelta(minutes=1), description="How often.")

    @field_validator("url")
    @classmethod
    def _address(cls, url: str) -> str:
        if url and not url.startswith(("http://", "https://")):
            raise ValueError("must begin with https:// or http://")
        return url


class WebWords(Words):
    """The bot's own HTTP."""

    host: NonEmpty = Field("127.0.0.1", description="The address it listens on.")
    port: int = Field(8080, ge=0, le=65535, description="The port it listens on; 0 takes a free one.")
    rate: int = Field(
        600,
        ge=0,
        le=1_000_000,
        description="Requests a minute that one caller (a token, or an address) may make; 0 is any number.",
    )
    ping: PingWords | None = Field(
        None, description="An address that is called for as long as all is well: a dead-man's switch."
    )


class RetentionWords(Words):
    """How long measurements are kept, and in what detail; and how long messages are."""

    raw: PositiveDuration = Field(
        timedelta(days=14), description="Every value, and stretches of five minutes."
    )
    hourly: PositiveDuration = Field(
        timedelta(days=92), description="An hour in numbers: percentiles, mean, extremes."
    )
    daily: PositiveDuration = Field(timedelta(days=731), description="A day in numbers.")
    messages: PositiveDuration = Field(
        timedelta(days=92),
        description="What was sent, and what people and programs asked, once it is done with. Cards of what "
        "is still open stay; alerts, timelines, reports and the audit are kept for good.",
    )

    @model_validator(mode="after")
    def _in_order(self) -> RetentionWords:
        if not timedelta(days=1) <= self.raw <= self.hourly <= self.daily:
            raise ValueError(
                "must grow: `raw` at least 1d, `hourly` at least `raw`, `daily` at least `hourly`"
            )
        if self.messages < timedelta(days=1):
            raise ValueError("`messages` must be at least 1d: what comes twice is known by what came before")
        return self


class ConfigWords(OwnWords):
    """config.yaml: one service, and what all services share."""

    service: Key | None = Field(
        None, description="The name of what is watched; with `include` it may be absent."
    )
    include: Annotated[tuple[NonEmpty, ...], BeforeValidator(one_or_more)] = Field(
        (), description="Files of further services, by pattern: [services/*.yaml]."
    )
    timezone: Zone = Field("UTC", description="The IANA zone of the plan's times.")
    language: Literal["en", "zh"] = Field("en", description="The language the bot speaks.")
    storage: NonEmpty = Field(
        "sqlite:///vigil.db", description="sqlite:///FILE or postgresql://…; DATABASE_URL wins over it."
    )
    people: dict[Key, PersonWords] = Field(default_factory=dict, description="Who can be told.")
    teams: dict[Key, TeamWords] = Field(default_factory=dict, description="People who are told together.")
    schedules: dict[Key, ScheduleWords] = Field(default_factory=dict, description="Who carries the pager.")
    escalations: dict[Key, PolicyWords] = Field(
        default_factory=dict, description="Whom to wake next; `default` is used where none is named."
    )
    channels: dict[Key, ChannelWords] = Field(
        default_factory=dict, description="Ways to reach people beside Slack: name → Apprise URL."
    )
    maintenance: dict[Key, MaintenanceWords] = Field(
        default_factory=dict, description="Times in which alerts are quiet, by calendar."
    )
    grouping: GroupingWords = Field(default_factory=GroupingWords, description="Which alerts share a card.")
    inhibitions: tuple[InhibitionWords, ...] = Field(
        (), description="Causes whose consequences are quiet while they alert."
    )
    permissions: dict[Key, Targets] = Field(
        default_factory=dict, description="Command → who may give it; a command not named here anybody may."
    )
    retention: RetentionWords = Field(
        default_factory=RetentionWords, description="How long measurements and messages are kept."
    )
    anchors: Annotated[tuple[Anchor, ...], BeforeValidator(one_or_more)] = Field(
        (), description="Addresses that answer whenever this machine is online: [1.1.1.1:53]."
    )
    webhooks: WebhooksWords = Field(
        default_factory=WebhooksWords, description="Alerts that other programs tell of."
    )
    web: WebWords = Field(default_factory=WebWords, description="The bot's own HTTP.")
