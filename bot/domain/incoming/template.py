"""Alerts of any shape, read by a template: `"{check.name} on {host}"` takes its words from the body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.incoming.report import (
    LONGEST_NAME,
    LONGEST_TEXT,
    MalformedError,
    Report,
    clean,
    clean_labels,
    pointer,
)

MOST_ALERTS = 10_000
_PLACE = re.compile(r"\{([\w.\-]+)\}")
_STATE = "{state}"
_RESOLVED = ("resolved", "ok", "recovered", "recovery", "up", "normal", "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """How a body is read. `each` is the path of the list of alerts in it ("" for the body itself).

    `resolved` are the values of `state` that say that an alert is over.
    """

    each: str = "alerts"
    alert: str = "{alert}"
    summary: str = "{summary}"
    severity: str = "{severity}"
    state: str = _STATE
    resolved: tuple[str, ...] = _RESOLVED
    labels: Mapping[str, str] = field(default_factory=dict)
    link: str = "{link}"


def read_by_template(body: object, template: Template) -> tuple[Report, ...]:
    """Raises MalformedError. Beside those of the template, an alert's own `labels` are kept."""
    found = _alerts(body, template.each)
    if len(found) > MOST_ALERTS:
        raise MalformedError("", f"send at most {MOST_ALERTS} alerts at once")
    return tuple(_report(each, at, template) for at, each in found)


def _alerts(body: object, path: str) -> list[tuple[tuple[object, ...], Mapping[str, object]]]:
    inside = _at(body, path) if path else body
    if isinstance(inside, list):
        at = tuple(path.split(".")) if path else ()
        return [((*at, number), _mapping(each, (*at, number))) for number, each in enumerate(inside)]
    if isinstance(body, list):
        return [((number,), _mapping(each, (number,))) for number, each in enumerate(body)]
    if inside is not None and inside is not body:
        raise MalformedError(pointer(*path.split(".")), "must be a list of alerts")
    return [((), _mapping(body, ()))]


def _report(alert: Mapping[str, object], at: tuple[object, ...], template: Template) -> Report:
    name = clean(_filled(template.alert, alert), LONGEST_NAME)
    if not name:
        missing = (_PLACE.findall(template.alert) or ["alert"])[0]
        raise MalformedError(pointer(*at, *missing.split(".")), "is needed: the name of the alert")
    own = alert.get("labels") or {}
    if not isinstance(own, dict):
        raise MalformedError(pointer(*at, "labels"), "must be a JSON object of texts")
    for label, value in own.items():
        if isinstance(value, dict | list):
            raise MalformedError(pointer(*at, "labels", label), "must be text")
    service = {"service": alert["service"]} if isinstance(alert.get("service"), str) else {}
    filled = {label: _filled(words, alert) for label, words in template.labels.items()}
    link = _filled(template.link, alert)
    return Report(
        name=name,
        labels=clean_labels({**service, **own, **filled}),
        firing=_state(template, alert).strip().lower() not in template.resolved,
        severity=clean(_filled(template.severity, alert), LONGEST_NAME),
        summary=clean(_filled(template.summary, alert), LONGEST_TEXT),
        links=(("source", link),) if link.startswith(("http://", "https://")) and len(link) <= 1000 else (),
    )


def _state(template: Template, alert: Mapping[str, object]) -> str:
    """Where nobody says how it is called, Alertmanager's word for it is taken too."""
    told = _filled(template.state, alert)
    return told if told or template.state != _STATE else _filled("{status}", alert)


def _filled(words: str, alert: Mapping[str, object]) -> str:
    """The words with each `{path}` replaced by what stands there; nothing where nothing does."""

    def value(place: re.Match[str]) -> str:
        found = _at(alert, place[1])
        return "" if found is None or isinstance(found, dict | list) else str(found)

    return _PLACE.sub(value, words)


def _at(value: object, path: str) -> object:
    for step in path.split("."):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _mapping(value: object, at: tuple[object, ...]) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise MalformedError(pointer(*at), "must be a JSON object")
    return value
