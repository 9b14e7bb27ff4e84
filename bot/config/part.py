"""One file of the configuration as far as it is understood: its words, its checks' options, its plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from bot.config.build.plan import build_plan
from bot.config.document import Document, Route
from bot.config.model.plan import PlanWords
from bot.config.model.service import CheckWords, OwnWords
from bot.config.plain import keys_of, understand
from bot.config.sound import Stands, without
from bot.domain.watches.plan import Plan
from bot.domain.watches.plan_problems import problems as plan_problems
from checks.base import Options
from checks.discretion import secrets_of
from checks.registry import find_kind

_SHARED_KEYS = keys_of(CheckWords)
_IN_CONFIDENCE = frozenset({"channels", "storage", "people", "schedules", "web"})
"""Sections in which whatever the environment gives is nobody else's business."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file, as far as it was understood: what was not is None or absent, with a problem noted."""

    document: Document
    words: OwnWords | None
    options: dict[str, Options]
    plan: Plan | None

    @property
    def name(self) -> str:
        """The service's; "" in a file that has none, being about people only."""
        return str(self.document.value.get("service", ""))

    def secrets(self) -> dict[str, tuple[str, ...]]:
        """What the environment and files gave, by action."""
        found: dict[str, tuple[str, ...]] = {}
        for route, given in self.document.given.items():
            if route[0] == "actions" and len(route) > 1:
                found[str(route[1])] = (*found.get(str(route[1]), ()), *given)
        return found

    def withheld(self) -> Iterator[str]:
        """Names of variables of the environment that hold something confidential."""
        secrets = {secret for options in self.options.values() for secret in secrets_of(options)}
        for route, variables in self.document.variables.items():
            for name, value in variables.items():
                if route[0] in _IN_CONFIDENCE or value in secrets:
                    yield name


def part_of(document: Document, words: OwnWords | None, zone: str) -> Part:
    """What is understood of a file; what is not is noted in it."""
    return Part(document, words, _options(document), _plan(document, zone))


def _options(document: Document) -> dict[str, Options]:
    """The checks' own options, by check."""
    checks = document.value.get("checks")
    found: dict[str, Options] = {}
    for key, words in checks.items() if isinstance(checks, dict) else ():
        kind = words.get("kind") if isinstance(words, dict) else None
        if not isinstance(kind, str):
            continue
        try:
            model = find_kind(kind).options_model
        except ValueError as unknown:
            document.complain(("checks", key, "kind"), str(unknown))
            continue
        own = {name: value for name, value in words.items() if name not in _SHARED_KEYS}
        options = understand(document, model, own, ("checks", key), _SHARED_KEYS)
        if options is not None:
            found[key] = options
    return found


def _plan(document: Document, zone: str) -> Plan | None:
    value = document.value.get("plan", {})
    try:
        words, stands = PlanWords.model_validate(value), Stands()
    except ValidationError as error:
        # What is written well enough to be understood is judged already, so that nobody mends twice.
        sound, stands = without(value, [each["loc"] for each in error.errors()])
        try:
            words = PlanWords.model_validate(sound)
        except ValidationError:
            return None
    plan = build_plan(words, zone)
    for path, message in plan_problems(plan):
        document.complain(("plan", *stands.at(_as_written(path, words))), message)
    return None if stands.left_out else plan


def _as_written(path: str, words: PlanWords) -> Route:
    """A path into the plan as a route into the file, where one entry may stand for several times."""
    section, *steps = (int(step) if step.isdecimal() else step for step in path.split("."))
    entries = {"checkpoints": words.checkpoints, "reports": words.reports}.get(str(section))
    if entries and isinstance(steps[0], int):
        steps[0] = [index for index, entry in enumerate(entries) for _ in entry.at][steps[0]]
    return (section, *steps)
