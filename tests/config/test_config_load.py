"""Good files and the values they become."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.config.model import ConfigWords
from bot.config.model.service import ServiceWords
from bot.config.plain import keys_of
from bot.domain.localtime import MIDNIGHT_AFTER
from bot.domain.oncall.escalation import Level, Policy, Target, TargetKind
from bot.domain.oncall.rotation import Override, Restriction, Rotation, Unit
from bot.domain.setup import Item, Web
from bot.domain.text import Label
from bot.domain.watches.plan import Phase, Routine
from checks.kinds.command import CommandOptions, Output
from checks.registry import KINDS, find_kind
from checks.threshold import Condition


def test_a_service_name_is_enough(load_text, tmp_path):
    setup = load_text("service: orders")
    assert (setup.zone, setup.language, setup.folder) == ("UTC", "en", str(tmp_path))
    assert setup.storage == f"sqlite:///{tmp_path}/vigil.db"
    assert setup.web == Web(host="127.0.0.1", port=8080)
    assert setup.policies == {"default": Policy(key="default", levels=())}
    assert setup.services["orders"].channel == "oncall"
    assert setup.services["orders"].plan.phases == ()


def test_yaml_words_that_other_readers_take_for_numbers_and_dates_stay_what_they_say(load_text):
    setup = load_text(
        """
service: on
people: {no: {name: off}, 12: {name: "12"}}
schedules:
  s: {rotation: {every: 1 day, handoff: 9:00, start: 2026-01-12, members: [no, "12"]}}
metrics: {cpu: {no_data: off}, disk: {no_data: false}}
plan: {phases: [{day: 1, at: [9:00, 13:30]}]}
"""
    )
    service = setup.services["on"]
    assert set(setup.people) == {"no", "12"}
    assert setup.people["no"].name == "off"
    assert setup.schedules["s"].layers[0].start == date(2026, 1, 12)
    assert setup.schedules["s"].layers[0].handoff_time == time(9)
    assert {metric.no_data for metric in service.metrics.values()} == {None}
    assert service.plan.phases[0].at == (time(9), time(13, 30))


def test_people_schedules_and_escalations_become_values(load_text):
    setup = load_text(
        """
service: orders
timezone: Europe/Berlin
people:
  lin: {name: Lin Wei, slack: U1, phone: ""}
  chen: {name: Chen}
teams: {ops: {members: [lin, chen], slack: S1}}
schedules:
  primary:
    rotation:
      - {every: 1 month, start: 2026-01-12T08:00, members: [lin, chen]}
      - every: 12h
        handoff: "Mon 09:00"
        start: 2026-01-12
        members: chen
        only: {days: "Fri-Mon, Wed", from: "09:00", to: "24:00"}
    overrides:
      - {from: 2026-03-29T02:30, to: 2026-10-25T02:30, member: chen}
      - {from: 2026-12-24, to: 2026-12-25 12:00, member: lin}
  berlin: {timezone: UTC, rotation: {every: 2 weeks, start: 2026-01-12, members: [lin]}}
escalations:
  default:
    levels:
      - {notify: schedule:primary, wait: 10m}
      - {notify: [team:ops, "usergroup:S1", "channel:boss"], by: slack, wait: 1h}
    repeat: 2
    resolve_within: 30m
permissions: {ack: [team:ops], resolve: person:lin}
"""
    )
    assert (setup.people["lin"].slack, setup.people["lin"].phone) == ("U1", None)
    assert (setup.teams["ops"].members, setup.teams["ops"].slack) == (("lin", "chen"), "S1")
    first, second = setup.schedules["primary"].layers
    assert first == Rotation(
        members=(("lin",), ("chen",)),
        every=1,
        unit=Unit.MONTHS,
        start=datetime(2026, 1, 12, 8),  # noqa: DTZ001
    )
    assert (second.every, second.unit, second.members) == (12, Unit.HOURS, (("chen",),))
    assert (second.handoff_weekday, second.handoff_time) == (0, time(9))
    assert second.only == Restriction(
        weekdays=frozenset({4, 5, 6, 0, 2}), since=time(9), until=MIDNIGHT_AFTER
    )
    # 02:30 does not exist in March: the first instant after the gap; twice in October: the first
    assert setup.schedules["primary"].overrides == (
        Override(
            since=datetime(2026, 3, 29, 1, tzinfo=UTC),
            until=datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            member="chen",
        ),
        Override(
            since=datetime(2026, 12, 23, 23, tzinfo=UTC),
            until=datetime(2026, 12, 25, 11, tzinfo=UTC),
            member="lin",
        ),
    )
    assert [setup.schedules[key].zone for key in ("primary", "berlin")] == ["Europe/Berlin", "UTC"]
    assert setup.policies["default"] == Policy(
        key="default",
        levels=(
            Level(notify=(Target(TargetKind.SCHEDULE, "primary"),), wait=timedelta(minutes=10)),
            Level(
                notify=(
                    Target(TargetKind.TEAM, "ops"),
                    Target(TargetKind.USERGROUP, "S1"),
                    Target(TargetKind.CHANNEL, "boss"),
                ),
                wait=timedelta(hours=1),
            ),
        ),
        repeat=2,
        resolve_within=timedelta(minutes=30),
    )
    assert setup.permissions == {
        "ack": (Target(TargetKind.TEAM, "ops"),),
        "resolve": (Target(TargetKind.PERSON, "lin"),),
    }


def test_metrics_checks_and_checklists_become_values(load_text):
    service = load_text(
        """
service: orders
slack: {channel: "#watch"}
metrics:
  order_duplication_rate: {target: "= 0", critical: "> 0.1"}
  latency_p99:
    label: {en: P99, zh: 延迟}
    group: performance
    tier: 1
    unit: s
    target: outside 1..4
    recovery: "<5"
    for: 30s
    recover_for: 5m
    no_data: 5m
    links: {runbook: "https://wiki/p99"}
checks:
  dup: {kind: command, run: [./dup.sh], metric: order_duplication_rate, every: 1m, timeout: 30s}
  host: {kind: system, label: Machine, metrics: {load1: load}}
checklists:
  hourly:
    - dup
    - {check: host, on_failure: {en: Look, zh: 看}}
    - {ask: Feedback?, remind: 30m}
""".replace("ask: Feedback?,", 'ask: "Feedback?",')
    ).services["orders"]
    assert service.channel == "watch"
    duplication, latency = service.metrics.values()
    assert duplication.label == Label("Order duplication rate")
    assert (duplication.group, duplication.tier, duplication.unit) == ("other", 2, "")
    assert (duplication.for_, duplication.recover_for, duplication.no_data) == (timedelta(0),) * 2 + (None,)
    assert duplication.critical == Condition(">", 0.1)
    assert latency.label == Label("P99", "延迟")
    assert (latency.target, latency.recovery) == (Condition("outside", 1, 4), Condition("<", 5))
    assert (latency.for_, latency.recover_for) == (timedelta(seconds=30), timedelta(minutes=5))
    assert (latency.no_data, latency.links) == (timedelta(minutes=5), {"runbook": "https://wiki/p99"})
    dup, host = service.checks.values()
    assert dup.options == CommandOptions(
        run=("./dup.sh",), output=Output.VALUE, metric="order_duplication_rate"
    )
    assert (dup.every, dup.timeout, dup.label) == (timedelta(minutes=1), timedelta(seconds=30), Label("Dup"))
    assert (host.every, host.timeout, host.label) == (None, timedelta(seconds=10), Label("Machine"))
    assert host.metrics == {"load1": "load"}
    assert service.checklists["hourly"].items == (
        Item(check="dup"),
        Item(check="host", on_failure=Label("Look", "看")),
        Item(ask=Label("Feedback?"), remind=timedelta(minutes=30)),
    )


def test_a_plan_becomes_its_calendar(load_text):
    plan = (
        load_text(
            """
service: orders
timezone: Asia/Shanghai
checklists: {a: [], b: []}
plan:
  phases:
    - {name: Night, day: 1, from: "00:00", to: "24:00", every: 30m, checklist: a}
    - {days: 3-7, at: "09:00", checklist: [a, b]}
    - {after: 0h, until: 4h, every: 30m}
  reports: [{report: daily, days: 2-4, at: ["09:00", "21:00"]}]
  checkpoints: [{day: 1, at: "23:59", label: End}]
  routine: {every: 1 week, at: "09:00", checklist: b}
"""
        )
        .services["orders"]
        .plan
    )
    hour = timedelta(hours=1)
    assert plan.zone == "Asia/Shanghai"
    assert plan.phases == (
        Phase(
            name="Night",
            checklists=("a",),
            first_day=1,
            last_day=1,
            since=time(0),
            until=MIDNIGHT_AFTER,
            every=hour / 2,
        ),
        Phase(name="Days 3-7", checklists=("a", "b"), first_day=3, last_day=7, at=(time(9),)),
        Phase(name="After the deployment", checklists=(), after=0 * hour, before=4 * hour, every=hour / 2),
    )
    assert [(due.report, due.first_day, due.last_day, due.at) for due in plan.reports] == [
        ("daily", 2, 4, time(9)),
        ("daily", 2, 4, time(21)),
    ]
    assert [(point.label, point.at) for point in plan.checkpoints] == [(Label("End"), time(23, 59))]
    assert plan.routine == Routine(every=timedelta(weeks=1), at=time(9), checklists=("b",))


STORAGES = [
    # (storage, DATABASE_URL, what comes of it; {} is the folder of config.yaml)
    ("sqlite:///a/b.db", "", "sqlite:///{}/a/b.db"),
    ("sqlite:////var/b.db", "", "sqlite:////var/b.db"),
    ("postgresql://u:p@h/d", "", "postgresql://u:p@h/d"),
    ("postgresql+psycopg://h/d", "", "postgresql+psycopg://h/d"),
    ("sqlite:///a.db", "postgres://h/d", "postgresql://h/d"),
    ("sqlite:///a.db", "sqlite:///b.db", "sqlite:///{}/b.db"),
]


@pytest.mark.parametrize(("storage", "environment", "expected"), STORAGES)
def test_the_database_is_found(storage, environment, expected, load_text, tmp_path):
    setup = load_text(f"service: orders\nstorage: {storage}", {"DATABASE_URL": environment})
    assert setup.storage == expected.format(tmp_path)


def test_a_bad_database_url_is_answered_without_repeating_it(faults):
    assert faults("service: orders", {"DATABASE_URL": "mysql://u:hunter2@h"}) == [
        "config.yaml:1: storage: the environment variable `DATABASE_URL` is no database that is known "
        "here; write sqlite:///FILE or postgresql://…"
    ]


def test_included_files_hold_further_services(load_text):
    setup = load_text(
        """
include: [services/*.yaml]
timezone: Asia/Shanghai
slack: {channel: shared}
people: {lin: {name: Lin}}
escalations: {default: {levels: [{notify: person:lin, wait: 1m}]}}
""",
        **{
            "services/a.yaml": "service: a\nchecks: {host: {kind: system}}\nchecklists: {all: [host]}",
            "services/b.yaml": "service: b\nslack: {channel: own}\nplan: {milestones: [1h]}",
        },
    )
    assert {key: service.channel for key, service in setup.services.items()} == {"a": "shared", "b": "own"}
    assert setup.services["b"].plan.zone == "Asia/Shanghai"
    assert list(setup.services["a"].checks) == ["host"]


def test_a_channel_may_have_a_language_of_its_own(load_text):
    setup = load_text(
        """
service: orders
include: [services/*.yaml]
slack: {channel: "#shared"}
language: en
""",
        **{
            "services/a.yaml": "service: a\nslack: {channel: kucun, language: zh}",
            "services/b.yaml": "service: b\nslack: {language: en}",
        },
    )
    spoken = [setup.language_of(channel) for channel in ("shared", "kucun", "#kucun", "elsewhere")]
    assert spoken == ["en", "zh", "zh", "en"]


def test_a_channel_has_one_language(faults):
    lines = faults(
        "service: orders\ninclude: services/*.yaml\nslack: {language: en}",
        **{"services/a.yaml": "service: a\nslack:\n  language: zh"},
    )
    assert lines == [
        "services/a.yaml:3: slack.language: is not what config.yaml says of #oncall, `en`: a channel has one "
        "language; name another channel, or leave this out"
    ]


def test_errors_of_included_files_name_the_right_file(faults):
    lines = faults(
        "service: a\ninclude: services/*.yaml\nlanguage: fr",
        **{
            "services/a.yaml": "service: a\nmetrics: {cpu: {escalation: ops}}",
            "services/b.yaml": "slack: {channel: b}\npeople: {}\nchecklists:\n  all: [hots]",
            "services/c.yaml": "service: [",
        },
    )
    assert lines == [
        "config.yaml:3: language: must be 'en' or 'zh'",
        "services/a.yaml:1: service: `a` is described in config.yaml already; rename one",
        "services/a.yaml:2: metrics.cpu.escalation: "
        "there is no escalation policy `ops`; declare it under `escalations`",
        "services/b.yaml:1: service: is missing; write `service: …`",
        "services/b.yaml:2: people: unknown key `people`; known: "
        + ", ".join(f"`{key}`" for key in sorted(keys_of(ServiceWords))),
        "services/b.yaml:4: checklists.all.0: there is no check `hots`; declare it under `checks`",
        "services/c.yaml:1: is not YAML: expected the node content, but found '<stream end>' "
        "(while parsing a flow node)",
    ]


def _fields(model, path=""):
    for name, field in model.model_fields.items():
        yield f"{path}{model.__name__}.{name}", field
        for inner in _models_in(field.annotation):
            yield from _fields(inner, f"{path}{model.__name__}.")


def _models_in(annotation):
    if hasattr(annotation, "model_fields"):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models_in(part)]


def test_every_key_of_the_vocabulary_is_described():
    models = [ConfigWords, *(find_kind(kind).options_model for kind in KINDS)]
    fields = [pair for model in models for pair in _fields(model)]
    assert len(fields) > 80
    assert [name for name, field in fields if not field.description] == []
