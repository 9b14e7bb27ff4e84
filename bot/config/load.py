"""config.yaml and the environment → the Setup, or every problem at once."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from bot.config.build.plan import build_plan
from bot.config.build.setup import Beside, build_service, build_setup
from bot.config.document import Document, Route
from bot.config.errors import ConfigError, Problem
from bot.config.model import ConfigWords
from bot.config.model.plan import PlanWords
from bot.config.model.service import CheckWords, OwnWords, ServiceWords
from bot.config.plain import keys_of, understand
from bot.config.read import read
from bot.config.references import check_references
from bot.config.sound import Stands, without
from bot.config.storage import resolve_storage
from bot.domain.setup import Setup
from bot.domain.watches.plan import Plan
from bot.domain.watches.plan_problems import problems as plan_problems
from checks.base import Options
from checks.discretion import secrets_of
from checks.kinds.heartbeat import HeartbeatOptions
from checks.registry import find_kind

DEFAULT_CHANNEL = "oncall"
_SHARED_KEYS = keys_of(CheckWords)
_IN_CONFIDENCE = frozenset({"channels", "storage", "people", "schedules", "web"})
"""Sections in which whatever the environment gives is nobody else's business."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One file, as far as it was understood: what was not is None or absent, with a problem noted."""

    document: Document
    words: OwnWords | None
    options: dict[str, Options]
    plan: Plan | None

    @property
    def name(self) -> str:
        """The service's; "" in a file that has none, being about people only."""
        return str(self.document.value.get("service", ""))


def load(path: Path, environ: Mapping[str, str]) -> Setup:
    """Read, check and resolve the configuration.

    Raises ConfigError with every problem found, each with its file, line and path.
    """
    folder = path.absolute().parent
    main = read(path, path.name, folder, environ)
    words = understand(main, ConfigWords, main.value)
    zone = words.timezone if words else "UTC"
    parts = [_part(main, words, zone)]
    included, unreadable = _included(main, folder, environ)
    for document in included:
        parts.append(_part(document, understand(document, ServiceWords, document.value), zone))
    _check_services(main, [part.document for part in parts])
    check_references(main, [part.document for part in parts])
    _check_heartbeats(parts)
    _check_languages(parts)
    storage = resolve_storage(main, environ, folder)
    _check_sites(parts, storage)
    problems = [*_in_order([part.document for part in parts]), *unreadable]
    if words is None or problems:
        raise ConfigError(problems)
    channel = words.slack.channel or DEFAULT_CHANNEL
    services = {
        part.name: build_service(
            part.name, part.words, Beside(part.options, part.plan, _secrets(part.document), channel)
        )
        for part in parts
        if part.name and part.words and part.plan
    }
    languages = {
        each.words.slack.channel or channel: each.words.slack.language
        for each in parts
        if each.words and each.words.slack.language
    }
    withheld = frozenset(name for part in parts for name in _withheld(part))
    setup = build_setup(words, services, storage, str(folder))
    return replace(setup, withheld=withheld, languages=languages)


def _withheld(part: _Part) -> Iterator[str]:
    """Names of variables of the environment that hold something confidential."""
    secrets = {secret for options in part.options.values() for secret in secrets_of(options)}
    for route, variables in part.document.variables.items():
        for name, value in variables.items():
            if route[0] in _IN_CONFIDENCE or value in secrets:
                yield name


def _part(document: Document, words: OwnWords | None, zone: str) -> _Part:
    return _Part(document, words, _options(document), _plan(document, zone))


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


def _secrets(document: Document) -> dict[str, tuple[str, ...]]:
    """What the environment and files gave, by action."""
    found: dict[str, tuple[str, ...]] = {}
    for route, given in document.given.items():
        if route[0] == "actions" and len(route) > 1:
            found[str(route[1])] = (*found.get(str(route[1]), ()), *given)
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


def _included(
    main: Document, folder: Path, environ: Mapping[str, str]
) -> tuple[list[Document], list[Problem]]:
    """The files that `include` names, in the order of their names, and what could not be read."""
    patterns = main.value.get("include", ())
    found: dict[str, Document] = {}
    unreadable: list[Problem] = []
    for index, pattern in enumerate(patterns if isinstance(patterns, list) else [patterns]):
        if not isinstance(pattern, str):
            continue
        names = [name for name in _matching(pattern, folder) if name != main.file]
        if not names:
            route = ("include", index) if isinstance(patterns, list) else ("include",)
            main.complain(route, f"no file matches `{pattern}`; the path starts at {main.file}'s folder")
        for name in names:
            try:
                found[name] = found.get(name) or read(folder / name, name, folder, environ)
            except ConfigError as error:
                unreadable.extend(error.errors)
    return list(found.values()), unreadable


def _matching(pattern: str, folder: Path) -> list[str]:
    try:
        names = glob.glob(pattern, root_dir=folder, recursive=True)
    except (OSError, ValueError):
        return []
    return sorted(name for name in names if (folder / name).is_file())


def _check_services(main: Document, documents: list[Document]) -> None:
    """Every service has a name, and one that no other has."""
    if "service" not in main.value:
        if "include" not in main.value:
            main.complain(("service",), "is missing; write `service: NAME`")
        for section in ("metrics", "checks", "checklists", "plan", "actions", "playbooks"):
            if section in main.value:
                main.complain((section,), "belongs to a service; write `service: NAME` in this file too")
    seen: dict[object, str] = {}
    for document in documents:
        name = document.value.get("service")
        if isinstance(name, str) and name in seen:
            document.complain(("service",), f"`{name}` is described in {seen[name]} already; rename one")
        elif isinstance(name, str):
            seen[name] = document.file


def _check_heartbeats(parts: list[_Part]) -> None:
    """By its key a job is known: no two may have the same."""
    seen: dict[str, str] = {}
    for part in parts:
        for check, options in part.options.items():
            if isinstance(options, HeartbeatOptions):
                first = seen.setdefault(options.key.get_secret_value(), check)
                if first != check:
                    why = f"is the key of `{first}` too: nobody could tell who calls; give each its own"
                    part.document.complain(("checks", check, "key"), why)


def _check_sites(parts: list[_Part], storage: str) -> None:
    """Workers and the bot meet in a database that both can reach."""
    if storage.startswith("postgresql"):
        return
    for part in parts:
        for key, check in part.words.checks.items() if part.words else ():
            if check.site:
                why = (
                    "workers at other sites need PostgreSQL; set `storage` or DATABASE_URL to postgresql://…"
                )
                part.document.complain(("checks", key, "site"), why)


def _check_languages(parts: list[_Part]) -> None:
    """A channel has one language, whichever of its services names it."""
    seen: dict[str, tuple[str, str]] = {}
    main = parts[0].words
    shared = (main.slack.channel if main else None) or DEFAULT_CHANNEL
    for part in parts:
        if part.words is None or part.words.slack.language is None:
            continue
        channel, language = part.words.slack.channel or shared, part.words.slack.language
        first, file = seen.setdefault(channel, (language, part.document.file))
        if first != language:
            why = f"is not what {file} says of #{channel}, `{first}`: a channel has one language"
            part.document.complain(("slack", "language"), f"{why}; name another channel, or leave this out")


def _in_order(documents: list[Document]) -> list[Problem]:
    """The problems by file and line; of several at one place only the first, which caused the others."""
    kept: dict[tuple[str, int, str], Problem] = {}
    for document in documents:
        for problem in sorted(document.problems, key=lambda problem: problem.line):
            kept.setdefault((problem.file, problem.line, problem.path), problem)
    return list(kept.values())
