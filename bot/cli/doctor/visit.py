"""The round that the doctor makes: what is looked at, in which order, and what rests on what."""

from __future__ import annotations

import os
from collections.abc import Iterator

from bot.cli.check import ask_all
from bot.cli.doctor import local, reaching
from bot.cli.frame.options import has_rows, standing_of
from bot.cli.running.up import SECRETS
from bot.clock import RealClock
from bot.domain.finding import Finding, Grade, well
from bot.domain.setup import Setup
from bot.domain.text import Instant, say
from bot.engine.oncall.coverage import asked_of_slack
from bot.engine.ports import Clock
from bot.slack.access import SlackAccess, access_from
from bot.slack.examination import Relied, examine, tokens

_HEARTBEAT = "heartbeat"


def visit(setup: Setup, file: str, to: str | None) -> list[Finding]:
    """Everything there is to find; `to` is whom a test is really sent to."""
    return list(_visit(setup, file, to, RealClock()))


def _visit(setup: Setup, file: str, to: str | None, clock: Clock) -> Iterator[Finding]:
    now = clock.now()
    access = access_from(os.environ)
    for name in SECRETS:  # no check is to inherit them
        os.environ.pop(name, None)
    yield well(file, say("it has no errors"))
    yield well("zone", say("{zone}, where it is {at}", zone=setup.zone, at=Instant(now)))
    stored = local.of_database(setup)
    yield stored
    yield from local.of_disk(setup)
    yield from local.of_ports(setup, without_slack=not access.bot_token)
    readable = stored.grade is Grade.OK
    # Who is on call may have been changed by people; jobs that call in have said so to the database.
    setup_now = standing_of(setup, now) if readable or not has_rows(setup) else setup
    known = [
        (service, each)
        for service in setup.services.values()
        for each in service.checks.values()
        if not each.sites and (readable or each.kind != _HEARTBEAT)
    ]
    for asked in ask_all(setup, known):
        yield local.of_check(asked)
    if readable:
        yield from local.of_sites(setup, now)
    yield from _slack(access, setup, clock, keep=to is not None)
    yield from reaching.of_channels(setup, to)
    yield from reaching.of_coverage(setup_now, now)


def _slack(access: SlackAccess, setup: Setup, clock: Clock, *, keep: bool) -> Iterator[Finding]:
    found = list(tokens(access))
    yield from found
    if any(each.subject in ("Slack", "SLACK_BOT_TOKEN") for each in found):
        return
    channels, groups = asked_of_slack(setup)
    kept = tuple(each.usergroup for each in setup.schedules.values() if each.usergroup)
    people = {key: person.slack for key, person in setup.people.items() if person.slack}
    relied = Relied(channels=channels, groups=groups, kept=kept, people=people)
    yield from examine(access, relied, clock.now, write=keep)
