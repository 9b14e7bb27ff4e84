"""The tables. Instants are integers: microseconds since 1970 in UTC."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator

from bot.domain.measures.history import EPOCH, MICROSECOND
from bot.store.native import index_alike, keep_every_row


class Length(TypeDecorator[timedelta]):
    """A timedelta in microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        return None if value is None else value // MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> timedelta | None:
        return None if value is None else value * MICROSECOND


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept exactly and sortable on every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else EPOCH + timedelta(microseconds=value)


metadata = index_alike(MetaData())

Serial = BigInteger().with_variant(Integer, "sqlite")

alerts = Table(
    "alerts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("severity", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("fired_at", Moment),
    Column("resolved_at", Moment),
    Column("next_at", Moment),
    Column("quiet", Text),
    Column("priority", Integer, nullable=False),
    Column("card", String(32)),
    Column("rides", Text),
    Column("body", Text, nullable=False),
    Index(
        "one_open_alert",
        "fingerprint",
        unique=True,
        sqlite_where=text("state != 'resolved'"),
    ),
    Index("alerts_due", "next_at"),
    Index("alerts_quiet", "quiet"),
    Index("alerts_fired", "fingerprint", "fired_at"),
    Index("alerts_on_card", "card", "state", "severity"),
    Index("alerts_riding", "rides"),
    Index("alerts_of_service", "service", "fired_at"),
    Index(
        "open_alerts_of_service",
        "service",
        "state",
        "severity",
        sqlite_where=text("state != 'resolved'"),
    ),
    Index(
        "resolved_alerts_of_service",
        "service",
        "resolved_at",
        "fired_at",
        sqlite_where=text("resolved_at IS NOT NULL"),
    ),
)

transitions = Table(
    "transitions",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("alert", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("event", String(40), nullable=False),
    Column("person", Text),
    Column("reason", Text, nullable=False),
    Column("next_at", Moment),
    UniqueConstraint("alert", "version", name="one_transition_a_version"),
)

groups = Table(
    "groups",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("key", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("size", Integer, nullable=False),
    Column("told_at", Moment, nullable=False),
    Column("news", Boolean, nullable=False),
    Column("repeat_at", Moment, nullable=False),
    Column("next_at", Moment),
    Column("review_at", Moment),
    Index("groups_due", "next_at"),
    Index("groups_review", "review_at"),
    Index("groups_of_key", "key", "since"),
)

woken = Table(
    "woken",
    metadata,
    Column("target", Text, primary_key=True),
    Column("page", Text, nullable=False),
    Column("alert", String(32), nullable=False),
    Column("at", Moment, nullable=False),
    Column("riders", Integer, nullable=False),
)

silences = Table(
    "silences",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("since", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("body", Text, nullable=False),
    Index("silences_until", "until"),
)

windows = Table(
    "windows",
    metadata,
    Column("name", Text, primary_key=True),
    Column("until", Moment),
    Column("next_at", Moment),
    Index("windows_due", "next_at"),
)

courses = Table(
    "courses",
    metadata,
    Column("fingerprint", Text, primary_key=True),
    Column("results", String(21), nullable=False),
    Column("flapping", Boolean, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("operation", Text, nullable=False, unique=True),
    Column("lane", String(8), nullable=False),
    Column("parcel", String(16), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("channel", Text, nullable=False),
    Column("thread_ts", String(32), nullable=False),
    Column("response_url", Text, nullable=False),
    Column("only_for", Text, nullable=False),
    Column("trigger_id", Text, nullable=False),
    Column("body", Text),
    Column("redraw", Boolean, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("look_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sending", Boolean, nullable=False),
    Column("unsure", Boolean, nullable=False),
    Column("held", Boolean, nullable=False),
    Column("fate", String(12), nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("posted_channel", String(32)),
    Column("posted_ts", String(32)),
    Column("ended_at", Moment),
    Index(
        "outbox_due",
        "lane",
        "look_at",
        sqlite_where=text("fate = 'waiting'"),
    ),
    Index("outbox_subject", "subject"),
    Index(
        "outbox_called",
        "channel",
        "only_for",
        "ended_at",
        sqlite_where=text("lane = 'call'"),
    ),
)

paces = Table(
    "paces",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("free_at", Moment, nullable=False),
)
cards = Table(
    "cards",
    metadata,
    Column("subject", String(64), primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("ts", String(32), nullable=False),
)

letters = Table(
    "letters",
    metadata,
    Column("identity", Text, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("look_at", Moment),
    Column("done_at", Moment),
    Column("attempts", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index("letters_due", "look_at"),
)

schedule = Table(
    "schedule",
    metadata,
    Column("service", Text, primary_key=True),
    Column("check", Text, primary_key=True),
    Column("next_at", Moment),
    Column("cursor", Text),
    Column("owner", Text),
    Index("schedule_due", "next_at"),
)

series = Table(
    "series",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("service", Text, nullable=False),
    Column("metric", Text, nullable=False),
    Column("labels", Text, nullable=False),
    Column("value", Float, nullable=False),
    Column("unit", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("fresh_until", Moment, nullable=False),
    Column("silent_at", Moment),
    Column("rolled_until", Moment, nullable=False, server_default="0"),
    Column("late_at", Moment),
    Column("raw_since", Moment, nullable=False, server_default="0"),
    Column("hours_since", Moment, nullable=False, server_default="0"),
    Column("tend_at", Moment),
    UniqueConstraint("service", "metric", "labels", name="one_row_a_series"),
    Index("series_silent", "silent_at"),
    Index("series_tend", "tend_at"),
)

# Rows lie in the order of their key, without a second tree beside them: most of the database is this.
measurements = Table(
    "measurements",
    metadata,
    Column("series", Serial, primary_key=True, autoincrement=False),
    Column("at", Moment, primary_key=True),
    Column("value", Float, nullable=False),
    sqlite_with_rowid=False,
)

rollups = Table(
    "rollups",
    metadata,
    Column("series", Serial, primary_key=True, autoincrement=False),
    Column("grain", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("total", Float, nullable=False),
    Column("low", Float, nullable=False),
    Column("high", Float, nullable=False),
    Column("first", Moment, nullable=False),
    Column("last", Moment, nullable=False),
    Column("gap", Length, nullable=False),
    Column("filled", Integer, nullable=False),
    Column("sketch", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

error_types = Table(
    "error_types",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("service", Text, nullable=False),
    Column("check", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("severity", String(16), nullable=False),
    Column("category", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("sample", Text, nullable=False),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("known_by", Text),
    Column("known_at", Moment),
    Index("error_types_of_service", "service", "first_at"),
)

error_hours = Table(
    "error_hours",
    metadata,
    Column("error", String(16), primary_key=True),
    Column("at", Moment, primary_key=True),
    Column("count", BigInteger, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("service", Text, nullable=False),
    Column("watch", String(32)),
    Column("kind", String(16), nullable=False),
    Column("at", Moment, nullable=False),
    Column("state", String(16), nullable=False),
    Column("ran_at", Moment),
    Column("look_at", Moment),
    Column("body", Text, nullable=False),
    Index("entries_due", "look_at"),
    Index("entries_of_watch", "watch", "at"),
    Index("entries_of_service", "service", "kind", "at"),
)

watches = Table(
    "watches",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("service", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("next_at", Moment),
    Column("redraw_at", Moment),
    Column("body", Text, nullable=False),
    Index("watches_by_version", "version"),
    Index("watches_due", "next_at"),
    Index("watches_redraw", "redraw_at"),
)

watch_changes = Table(
    "watch_changes",
    metadata,
    Column("watch", String(32), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("event", String(40), nullable=False),
    Column("person", Text),
    Column("reason", Text, nullable=False),
)

action_runs = Table(
    "action_runs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("service", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("look_at", Moment),
    Column("alert", String(32)),
    Column("incident", String(32)),
    Column("body", Text, nullable=False),
    Index(
        "one_running_action",
        "service",
        unique=True,
        sqlite_where=text("state = 'running'"),
    ),
    Index("action_runs_due", "look_at"),
    Index("action_runs_of_service", "service", "asked_at"),
    Index("action_runs_of_incident", "incident"),
)

audit = keep_every_row(
    Table(
        "audit",
        metadata,
        Column("seq", Serial, primary_key=True, autoincrement=True),
        Column("at", Moment, nullable=False),
        Column("person", Text, nullable=False),
        Column("source", String(16), nullable=False),
        Column("deed", String(40), nullable=False),
        Column("service", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("before", Text, nullable=False),
        Column("after", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Index("audit_by_time", "at"),
    )
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("service", Text, nullable=False),
    Column("playbook", Text, nullable=False),
    Column("alert", String(32)),
    Column("open", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("look_at", Moment),
    Column("body", Text, nullable=False),
    Index(
        "one_open_incident",
        "service",
        "playbook",
        unique=True,
        sqlite_where=text("open"),
    ),
    Index("incidents_due", "look_at"),
)

incident_events = Table(
    "incident_events",
    metadata,
    Column("incident", String(32), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("event", String(40), nullable=False),
    Column("person", Text),
    Column("reason", Text, nullable=False),
    Column("note", Text, nullable=False),
)

alert_news = Table(
    "alert_news",
    metadata,
    Column("alert", String(32), primary_key=True),
    Column("look_at", Moment),
    Index("alert_news_due", "look_at"),
)

homes = Table(
    "homes",
    metadata,
    Column("person", String(32), primary_key=True),
    Column("opened_at", Moment, nullable=False),
    Column("redraw_at", Moment),
    Index("homes_due", "redraw_at"),
)

reports = Table(
    "reports",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("watch", String(32)),
    Column("service", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("until", Moment, nullable=False),
    Column("body", Text, nullable=False),
    Column("evidence", String(64), nullable=False),
    Column("signatures", Text, nullable=False),
    Column("remind_at", Moment),
    Index("reports_due", "remind_at"),
    Index("reports_of_service", "service", "until"),
)

baselines = Table(
    "baselines",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("service", Text, nullable=False),
    Column("watch", String(32)),
    Column("captured_at", Moment, nullable=False),
    Column("body", Text, nullable=False),
    Index("baselines_of_watch", "watch"),
    Index("baselines_of_service", "service", "captured_at"),
)

overrides = Table(
    "overrides",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("body", Text, nullable=False),
    Column("taken_back_at", Moment),
    Column("taken_back_by", Text),
)

calendars = Table(
    "calendars",
    metadata,
    Column("schedule", Text, primary_key=True),
    Column("shifts", Text, nullable=False),
    Column("read_at", Moment),
    Column("trouble", Text, nullable=False),
    Column("trouble_at", Moment),
)

duties = Table(
    "duties",
    metadata,
    Column("key", Text, primary_key=True),
    Column("next_at", Moment),
    Column("note", Text, nullable=False),
    Index("duties_due", "next_at"),
)

bearers = Table(
    "bearers",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", Text, nullable=False),
)

rereads = Table(
    "rereads",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Index("rereads_by_time", "at"),
)

replies = Table(
    "replies",
    metadata,
    Column("errand", String(32), primary_key=True),
    Column("asked_at", Moment, nullable=False),
    Column("body", Text, nullable=False),
    Index("replies_by_age", "asked_at"),
)

workers = Table(
    "workers",
    metadata,
    Column("site", Text, primary_key=True),
    Column("worker", Text, primary_key=True),
    Column("version", Text, nullable=False),
    Column("seen_at", Moment, nullable=False),
)
