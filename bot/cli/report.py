"""`vigil report`: a report of the time until now, on standard output."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.options import Words, config_option, load_setup, refuse, require_known, rows_of

if TYPE_CHECKING:
    from bot.domain.report.filed import Filed
    from bot.domain.setup import Setup
    from bot.engine.ledger import Ledger
    from bot.engine.reports.gather import Asked

KINDS = ("hourly", "daily", "weekly", "summary", "final")


@click.command()
@config_option
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--watch", "watch_id", metavar="ID", type=Words(100), help="The watch; default the newest.")
@click.option("--service", metavar="NAME", help="Which service, where no watch is meant.")
@click.option("--format", "form", type=click.Choice(("md", "html", "json")), default="md", show_default=True)
@click.option("--language", type=click.Choice(("en", "zh")), help="Default the configured one.")
def report(
    config: Path, kind: str, watch_id: str | None, service: str | None, form: str, language: str | None
) -> None:
    """A report of the time until now (`summary`: of the first 24 hours), made from what is stored.

    It is printed, neither posted nor filed: nobody signs it.
    """
    from bot.clock import RealClock
    from bot.domain.report.filed import Filed
    from bot.engine.reports.gather import compose

    setup = load_setup(config)
    now = RealClock().now()
    with rows_of(setup) as ledger:
        asked = _asked(ledger, setup, kind, watch_id, service)
        composed = compose(ledger, setup, asked, now)
    click.echo(
        _formed(setup, Filed(report=composed, evidence=""), form, language or setup.language), nl=False
    )


def _asked(ledger: Ledger, setup: Setup, kind: str, watch_id: str | None, service: str | None) -> Asked:
    from bot.clock import RealClock
    from bot.domain.report.report import ReportKind
    from bot.engine.reports.gather import Asked

    if service is not None:
        require_known([service], setup.services, "service", "--service")
    watch = ledger.watches.get(watch_id) if watch_id else ledger.watches.newest()
    if watch_id and watch is None:
        refuse(f"no watch has the ID {watch_id!r}; `vigil watch list` shows them", 2)
    if watch and (watch.service not in setup.services or service not in (None, watch.service)):
        watch = None
    if watch is None and service is None and len(setup.services) > 1:
        refuse(f"several services are watched; name one with --service: {', '.join(setup.services)}", 2)
    key = service or (watch.service if watch else next(iter(setup.services)))
    at = (watch.ended_at if watch else None) or RealClock().now()
    return Asked(kind=ReportKind(kind), service=setup.services[key], watch=watch, at=at)


def _formed(setup: Setup, filed: Filed, form: str, language: str) -> str:
    from bot.cli.printing import plain
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
