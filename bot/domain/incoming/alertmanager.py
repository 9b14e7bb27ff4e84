"""What Alertmanager sends (version 4 of its webhook), and Grafana in the same shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.incoming.report import (
    LONGEST_NAME,
    LONGEST_TEXT,
    UNNAMED,
    MalformedError,
    Report,
    clean,
    clean_labels,
    pointer,
)

_STATES = {"firing": True, "alerting": True, "resolved": False, "ok": False, "normal": False}
_LINKS = {
    "runbook_url": "runbook",
    "dashboard_url": "dashboard",
    "dashboardURL": "dashboard",
    "panelURL": "panel",
    "generatorURL": "source",
    "silenceURL": "silence there",
}
_LONGEST_URL = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Notified:
    """The alerts of one body, and how many more the sender left out of it."""

    reports: tuple[Report, ...]
    truncated: int = 0
    group: str = ""


def read_alertmanager(body: object) -> Notified:
    """Raises MalformedError. What an alert lacks is made do without; what is of the wrong kind is not."""
    whole = _mapping(body, ())
    if "alerts" not in whole:
        raise MalformedError(
            "/alerts", "is needed: a list of alerts, as Alertmanager's webhook of version 4 has it"
        )
    found = whole["alerts"]
    if not isinstance(found, list):
        raise MalformedError("/alerts", "must be a list of alerts")
    common = clean(whole.get("status") or "firing", 40)
    truncated = whole.get("truncatedAlerts") or 0
    if isinstance(truncated, bool) or not isinstance(truncated, int):
        raise MalformedError("/truncatedAlerts", "must be a whole number")
    return Notified(
        reports=tuple(_report(each, number, common) for number, each in enumerate(found)),
        truncated=max(0, truncated),
        group=clean(whole.get("groupKey") or "", LONGEST_TEXT),
    )


def _report(value: object, number: int, status: str) -> Report:
    at = ("alerts", number)
    alert = _mapping(value, at)
    labels = _texts(alert.get("labels"), (*at, "labels"))
    annotations = _texts(alert.get("annotations"), (*at, "annotations"))
    state = alert.get("status") or status
    if not isinstance(state, str) or state.lower() not in _STATES:
        raise MalformedError(pointer(*at, "status"), "must be `firing` or `resolved`")
    summary = annotations.get("summary") or annotations.get("description") or annotations.get("message") or ""
    kept = clean_labels(labels)
    known = dict(kept)
    links = [(words, annotations.get(key, alert.get(key))) for key, words in _LINKS.items()]
    return Report(
        name=clean(known.get("alertname") or UNNAMED, LONGEST_NAME),
        labels=kept,
        firing=_STATES[state.lower()],
        severity=known.get("severity", ""),
        summary=clean(summary, LONGEST_TEXT),
        links=tuple(
            (words, url)
            for words, url in links
            if isinstance(url, str) and url.startswith(("http://", "https://")) and len(url) <= _LONGEST_URL
        ),
    )


def _mapping(value: object, at: tuple[object, ...]) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise MalformedError(pointer(*at), "must be a JSON object")
    return value


def _texts(value: object, at: tuple[object, ...]) -> dict[str, str]:
    """A mapping of texts; numbers and truth values are taken as they are written, nothing is left out."""
    if value is None:
        return {}
    found = {}
    for name, each in _mapping(value, at).items():
        if isinstance(each, dict | list):
            raise MalformedError(pointer(*at, name), "must be text")
        if each is not None:
            found[name] = str(each)
    return found
