"""`vigil report`: a report of the time until now, on standard output."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.frame.command import command
from bot.cli.frame.opening import watch_named
from bot.cli.frame.options import (
    config_option,
    language_option,
    load_setup,
    refuse,
    require_known,
    rows_of,
    service_option,
)
from bot.cli.frame.pages import option
from bot.domain.commands import Command
from bot.domain.text import say

if TYPE_CHECKING:
    from bot.domain.report.filed import Filed
    from bot.domain.setup import Setup
    from bot.engine.ledger import Ledger
    from bot.engine.reports.gather import Asked


@command(
    "report",
    details=(say("In the terminal it is printed, neither posted nor filed: nobody signs it"),),
    examples=("report final --watch v1.4.2 --format html --language zh",),
)
@config_option
@service_option
@option(
    "--format",
    "form",
    type=click.Choice(("md", "html", "json")),
    default="md",
    show_default=True,
    about=say("Markdown, a page, or for programs"),
)
@language_option
def report(config: Path, service: str | None, form: str, language: str | None, typed: Command) -> None:
    from bot.clock import RealClock
    from bot.domain.report.filed import Filed
    from bot.engine.reports.gather import compose

    setup = load_setup(config)
    now = RealClock().now()
    with rows_of(setup) as ledger:
        asked = _asked(ledger, setup, typed, service)
        composed = compose(ledger, setup, asked, now)
    click.echo(
        _formed(setup, Filed(report=composed, evidence=""), form, language or setup.language), nl=False
    )


def _asked(ledger: Ledger, setup: Setup, typed: Command, service: str | None) -> Asked:
    from bot.clock import RealClock
    from bot.domain.report.report import ReportKind
    from bot.engine.reports.gather import Asked
    from bot.engine.reports.people import KINDS, kind_of

    if service is not None:
        require_known([service], setup.services, "service", "--service")
    kind, names = kind_of(typed.arguments)
    watch = watch_named(ledger, names[0], KINDS) if names else ledger.watches.newest()
    if watch and (watch.service not in setup.services or service not in (None, watch.service)):
        watch = None
    if watch is None and service is None and len(setup.services) > 1:
        refuse(f"several services are watched; name one with --service: {', '.join(setup.services)}", 2)
    key = service or (watch.service if watch else next(iter(setup.services)))
    at = (watch.ended_at if watch else None) or RealClock().now()
    return Asked(kind=ReportKind(kind), service=setup.services[key], watch=watch, at=at)


def _formed(setup: Setup, filed: Filed, form: str, language: str) -> str:
    from bot.cli.frame.printing import plain
    from bot.locale import Speaker
    from bot.render.markdown import markdown
    from bot.render.page import page
    from bot.render.press import Press
    from bot.render.words import as_json, write

    names = {person.key: person.name for person in setup.people.values()}
    speaker = Speaker(language, filed.report.zone, names)
    written = write(filed, speaker)
    if form == "md":
        return markdown(written, speaker)
    if form == "json":
        import json

        return json.dumps(as_json(filed, written, plain), ensure_ascii=False, indent=2) + "\n"
    pictures = Press(names).pictures(filed.report.charts, language, filed.report.zone)
    return page(written, pictures, speaker) + "\n"
