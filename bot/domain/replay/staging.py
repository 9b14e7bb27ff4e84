"""A setup for the stage: what was recorded stands in the place of the checks that measured it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.incident.playbook import Playbook, Step
from bot.domain.measures.history import Labels
from bot.domain.setup import Check, Checklist, Item, Metric, Service, Setup
from bot.domain.text import Label
from checks.base import Options

RECORDED = "recorded"
"""The kind of such a check."""

_LABEL = Label("Recording", "录制")
_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a recording: a metric of a service, and labels."""

    service: str
    metric: str
    labels: Labels

    @property
    def check(self) -> str:
        """The key of the check that stands for it."""
        labels = ",".join(f"{name}={value}" for name, value in self.labels)
        return f"{self.metric}{{{labels}}}" if labels else self.metric


def metric_named(setup: Setup, name: str) -> tuple[Service, Metric] | None:
    """The metric a recording names: `latency_p99`, or `orders/latency_p99` where several services have it."""
    service, slash, key = name.partition("/")
    if slash and service in setup.services:
        found = [setup.services[service]]
    else:
        key, found = name, [each for each in setup.services.values() if name in each.metrics]
    measured = [each for each in found if key in each.metrics and each.metrics[key].made_of is None]
    return (measured[0], measured[0].metrics[key]) if len(measured) == 1 else None


def staged(setup: Setup, recorded: Iterable[Series]) -> Setup:
    """The setup in which every recorded series is a check of its own, and checklists and playbooks ask those.

    A recording does not tell which check has measured what. Where every check of a list names its metrics,
    it looks at those, and at what no check of the service names; else at everything.
    """
    by_service: dict[str, dict[str, Check]] = {key: {} for key in setup.services}
    for series in recorded:
        service = setup.services[series.service]
        by_service[series.service][series.check] = _check(service, series)
    services = {key: _staged(each, by_service[key]) for key, each in setup.services.items()}
    return replace(setup, services=services)


def together(service: Service) -> Check:
    """The check that answers for all that was measured at one instant."""
    every = max((each.every for each in service.checks.values() if each.every), default=_EVERY)
    return Check(key=RECORDED, kind=RECORDED, options=Options(), label=_LABEL, every=every)


def _check(service: Service, series: Series) -> Check:
    metric = service.metrics[series.metric]
    whole = together(service)
    return replace(whole, key=series.check, label=metric.label, escalation=metric.escalation)


def _staged(service: Service, checks: Mapping[str, Check]) -> Service:
    lists = {key: _list(service, each, checks) for key, each in service.checklists.items()}
    playbooks = {key: _playbook(service, each, checks) for key, each in service.playbooks.items()}
    return replace(service, checks=dict(checks), checklists=lists, playbooks=playbooks)


def _list(service: Service, checklist: Checklist, recorded: Mapping[str, Check]) -> Checklist:
    manual = tuple(each for each in checklist.items if each.check is None)
    asked = _answering(service, [each.check for each in checklist.items if each.check], recorded)
    return replace(checklist, items=(*(Item(check=key) for key in asked), *manual))


def _playbook(service: Service, playbook: Playbook, recorded: Mapping[str, Check]) -> Playbook:
    steps: tuple[Step, ...] = tuple(
        replace(each, checks=_answering(service, each.checks, recorded)) for each in playbook.steps
    )
    return replace(playbook, steps=steps)


def _answering(service: Service, names: Sequence[str], recorded: Mapping[str, Check]) -> tuple[str, ...]:
    """Which of what was recorded answers for these checks."""
    named = {key: _named(check) for key, check in service.checks.items()}
    theirs = [named[name] for name in names if name in named]
    if not names or not all(theirs):
        return tuple(recorded) if names else ()
    others = set[str]().union(*named.values()).difference(*theirs)
    return tuple(key for key in recorded if key.partition("{")[0] not in others)


def _named(check: Check) -> set[str]:
    """The metrics that the configuration of a check names; its answer may hold more."""
    own = getattr(check.options, "metric", "")
    return {*check.metrics.values(), *((own,) if own else ())}
