"""config.yaml and the environment → the Setup, or every problem at once."""

from __future__ import annotations

import glob
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bot.config.build.setup import Beside, build_service, build_setup
from bot.config.document import Document
from bot.config.errors import ConfigError, Problem
from bot.config.model import ConfigWords
from bot.config.model.service import ServiceWords
from bot.config.part import Part, part_of
from bot.config.plain import understand
from bot.config.read import read
from bot.config.references import check_references
from bot.config.storage import resolve_storage
from bot.domain.setup import Setup
from checks.kinds.heartbeat import HeartbeatOptions

DEFAULT_CHANNEL = "oncall"


def load(path: Path, environ: Mapping[str, str]) -> Setup:
    """Read, check and resolve the configuration.

    Raises ConfigError with every problem found, each with its file, line and path.
    """
    folder = path.absolute().parent
    main = read(path, path.name, folder, environ)
    words = understand(main, ConfigWords, main.value)
    zone = words.timezone if words else "UTC"
    parts = [part_of(main, words, zone)]
    included, unreadable = _included(main, folder, environ)
    for document in included:
        parts.append(part_of(document, understand(document, ServiceWords, document.value), zone))
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
            part.name, part.words, Beside(part.options, part.plan, part.secrets(), channel)
        )
        for part in parts
        if part.name and part.words and part.plan
    }
    languages = {
        each.words.slack.channel or channel: each.words.slack.language
        for each in parts
        if each.words and each.words.slack.language
    }
    withheld = frozenset(name for part in parts for name in part.withheld())
    setup = build_setup(words, services, storage, str(folder))
    return replace(setup, withheld=withheld, languages=languages)


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


def _check_heartbeats(parts: list[Part]) -> None:
    """By its key a job is known: no two may have the same."""
    seen: dict[str, str] = {}
    for part in parts:
        for check, options in part.options.items():
            if isinstance(options, HeartbeatOptions):
                first = seen.setdefault(options.key.get_secret_value(), check)
                if first != check:
                    why = f"is the key of `{first}` too: nobody could tell who calls; give each its own"
                    part.document.complain(("checks", check, "key"), why)


def _check_sites(parts: list[Part], storage: str) -> None:
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


def _check_languages(parts: list[Part]) -> None:
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
