"""Alerts that others tell of: recorded bodies, what is made of them, and where what is wrong stands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alerts.alert import Severity
from bot.domain.incoming.alertmanager import read_alertmanager
from bot.domain.incoming.meaning import judgement_of
from bot.domain.incoming.report import LONGEST_TEXT, MOST_LABELS, MalformedError, Report, clean
from bot.domain.incoming.severities import CRITICAL
from bot.domain.incoming.template import Template, read_by_template

PAYLOADS = Path(__file__).parents[1] / "payloads"


def recorded(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))


def told(name: str) -> list[tuple[str, bool, str]]:
    return [(each.name, each.firing, each.severity) for each in read_alertmanager(recorded(name)).reports]


@pytest.mark.parametrize(
    ("name", "reports"),
    [
        ("alertmanager-single", [("InstanceDown", True, "critical")]),
        ("alertmanager-resolved", [("InstanceDown", False, "critical")]),
        (
            "alertmanager-grouped",
            [("InstanceDown", True, "critical")] * 2 + [("InstanceDown", True, "warning")] * 3,
        ),
        # no labels, no name, no annotations, no status of the whole: made do without
        ("alertmanager-missing", [("unnamed", True, ""), ("unnamed", True, "warning"), ("Bare", True, "")]),
        ("grafana", [("High memory usage", True, "")]),
    ],
)
def test_a_recorded_body_is_read(name: str, reports: list[tuple[str, bool, str]]) -> None:
    assert told(name) == reports


def test_links_and_words_come_along() -> None:
    (report,) = read_alertmanager(recorded("alertmanager-single")).reports
    assert report.summary == "InstanceDown on db-1:9100"
    assert [name for name, _ in report.links] == ["runbook", "source"]
    (grafana,) = read_alertmanager(recorded("grafana")).reports
    assert [name for name, _ in grafana.links] == ["runbook", "source", "silence there"]
    told = {
        "labels": {"alertname": "x"},
        "annotations": {"dashboard_url": "https://d", "runbook_url": "javascript:1"},
    }
    (mixin,) = read_alertmanager({"alerts": [told]}).reports
    assert mixin.links == (("dashboard", "https://d"),)


def test_what_the_sender_left_out_is_counted() -> None:
    assert read_alertmanager(recorded("alertmanager-truncated")).truncated == 117


def test_hostile_text_is_one_plain_line() -> None:
    (report,) = read_alertmanager(recorded("alertmanager-hostile")).reports
    assert (
        report.summary == "reversed <!here> <https://evil.example|click> 🔥👩‍🚒 line break nul end & <script>"
    )


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ([], ""),  # no object
        (None, ""),
        ("text", ""),
        ({}, "/alerts"),
        ({"alerts": {}}, "/alerts"),
        ({"alerts": [1]}, "/alerts/0"),
        ({"alerts": [{"labels": []}]}, "/alerts/0/labels"),
        ({"alerts": [{}, {"annotations": "x"}]}, "/alerts/1/annotations"),
        ({"alerts": [{"labels": {"a/b~c": {}}}]}, "/alerts/0/labels/a~1b~0c"),
        ({"alerts": [{"status": 7}]}, "/alerts/0/status"),
        ({"alerts": [], "truncatedAlerts": "many"}, "/truncatedAlerts"),
        (recorded("alertmanager-bad-status"), "/alerts/1/status"),
        (recorded("alertmanager-bad-labels"), "/alerts/0/labels/nested"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(body: object, pointer: str) -> None:
    with pytest.raises(MalformedError) as wrong:
        read_alertmanager(body)
    assert wrong.value.pointer == pointer


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["alerts", "labels", "annotations", "status", "alert", "state", "summary", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_whatever_comes_is_read_or_refused_with_its_place(body: object) -> None:
    for read in (lambda: read_alertmanager(body).reports, lambda: read_by_template(body, Template())):
        try:
            reports = read()
        except MalformedError:
            continue
        for report in reports:
            assert report.name
            assert report.name == clean(report.name, 999)


@given(st.text(max_size=50), st.integers(1, 40))
def test_clean_text_is_one_line_that_can_be_stored_and_is_not_too_long(text: str, most: int) -> None:
    cleaned = clean(text, most)
    assert len(cleaned) <= most
    assert "\n" not in cleaned
    assert "\x00" not in cleaned
    assert "\u202e" not in cleaned
    cleaned.encode("utf-8")


def test_a_lone_surrogate_and_long_text_do_no_harm() -> None:
    body = {
        "alerts": [
            {
                "labels": {"alertname": "\ud800x", **{f"l{n}": "v" for n in range(99)}},
                "annotations": {"summary": "s" * 9999},
            }
        ]
    }
    (report,) = read_alertmanager(body).reports
    assert (report.name, len(report.labels), len(report.summary)) == ("x", MOST_LABELS, LONGEST_TEXT)


@pytest.mark.parametrize(
    ("severity", "firing", "expected"),
    [
        ("critical", True, Severity.CRITICAL),
        ("Page", True, Severity.CRITICAL),  # however it is written
        ("warning", True, Severity.WARNING),
        ("", True, Severity.WARNING),  # not said: nobody is woken
        ("info", True, Severity.WARNING),
        ("critical", False, None),  # it is over
    ],
)
def test_a_severity_of_others_is_critical_or_a_warning(
    severity: str, firing: bool, expected: Severity | None
) -> None:
    report = Report(name="x", labels=(), firing=firing, severity=severity, summary="")
    assert judgement_of(report, CRITICAL).severity is expected


CONSUL = Template(
    each="events",
    alert="{check.name}",
    summary="{check.name} on {host}: {output}",
    severity="{level}",
    state="{status}",
    resolved=("passing",),
    labels={"host": "{host}"},
    link="{url}",
)


@pytest.mark.parametrize(
    ("told", "firing"),
    [
        ({}, True),
        ({"state": "resolved"}, False),
        ({"status": "resolved"}, False),  # as Alertmanager calls it
        ({"state": "firing", "status": "resolved"}, True),
    ],
)
def test_whether_it_fires_may_be_called_status_too(told: dict[str, str], firing: bool) -> None:
    (report,) = read_by_template({"alert": "disk-full", **told}, Template())
    assert report.firing is firing


def test_a_template_reads_alerts_of_any_shape() -> None:
    first, second = read_by_template(recorded("consul-like"), CONSUL)
    assert (first.name, first.summary, first.firing) == ("mem", "mem on web-1: 91 %", True)
    assert (first.labels, first.links) == (
        (("host", "web-1"),),
        (("source", "https://consul.example.com/web-1"),),
    )
    assert (second.firing, second.links) == (False, ())


@pytest.mark.parametrize(
    "body",
    [
        recorded("generic"),  # one alert
        [recorded("generic")],  # a list
        {"alerts": [recorded("generic")]},  # a list in an object
    ],
)
def test_without_a_template_an_alert_is_taken_as_it_is_described(body: object) -> None:
    (report,) = read_by_template(body, Template())
    assert (report.name, report.severity, report.firing) == ("disk-full", "critical", True)
    assert report.labels == (("host", "db-1"), ("service", "orders"))


@pytest.mark.parametrize(
    ("body", "template", "pointer"),
    [
        ({"summary": "x"}, Template(), "/alert"),
        ([{"alert": "a"}, {}], Template(), "/1/alert"),
        ({"events": [{"check": {}}]}, CONSUL, "/events/0/check/name"),
        ({"events": 3}, CONSUL, "/events"),
        ({"alert": "a", "labels": 3}, Template(), "/labels"),
        ({"alert": "a", "labels": {"x": []}}, Template(), "/labels/x"),
        (3, Template(), ""),
    ],
)
def test_what_a_template_cannot_read_is_named_by_its_place(
    body: object, template: Template, pointer: str
) -> None:
    with pytest.raises(MalformedError) as wrong:
        read_by_template(body, template)
    assert wrong.value.pointer == pointer
