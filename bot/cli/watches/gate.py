"""`vigil gate`: the verdict a pipeline waits for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.frame.command import command
from bot.cli.frame.opening import watch_named
from bot.cli.frame.options import config_option, json_option, load_setup, refuse, rows_of
from bot.domain.commands import Command
from bot.domain.text import say

if TYPE_CHECKING:
    from bot.domain.watches.watch import Watch
    from bot.engine.ledger import Ledger
    from bot.engine.people.told import GateTold
    from bot.locale import Speaker

WHY = "why"
_EXITS = {"passed": 0, "failed": 1, "pending": 3, "inconclusive": 3}


@command(
    "gate",
    details=(
        say("The last gate that was judged decides; before the first one the answer is pending"),
        say("Exit 0: passed; 1: failed, or rolled back; 3: pending or inconclusive; 2: no such watch"),
    ),
    examples=("gate v1.4.2 --json",),
)
@config_option
@json_option
def gate(config: Path, as_json: bool, typed: Command) -> None:
    from bot.cli.frame.printing import plain, print_json
    from bot.engine.people.told import tell_gate
    from bot.locale import speaker_of

    setup = load_setup(config)
    speaker = speaker_of(setup)
    with rows_of(setup) as ledger:
        told = tell_gate(ledger, _chosen(ledger, typed), speaker.say)
    if as_json:
        print_json(plain(told))
    else:
        _show(told, speaker, why=WHY in typed.arguments)
    raise SystemExit(_EXITS[told.state])


def _chosen(ledger: Ledger, typed: Command) -> Watch:
    """The one that is named, else the one that was started last."""
    for name in typed.arguments:
        if name != WHY:
            return watch_named(ledger, name, (WHY,))
    return ledger.watches.newest() or refuse("no watch was ever started; `vigil watch start` begins one", 2)


def _show(told: GateTold, speaker: Speaker, *, why: bool) -> None:
    from bot.cli.frame.printing import moment
    from bot.domain.watches.listing import since_deployment
    from bot.domain.watches.verdict import Outcome
    from bot.slack.cards.signs import OUTCOMES
    from checks.duration import parse_duration

    words = {outcome.value: OUTCOMES[outcome].word for outcome in Outcome}
    title = (
        speaker.say(say("Gate {after}", after=since_deployment(parse_duration(told.gate))))
        if told.gate
        else told.watch
    )
    state = speaker.say(words.get(told.state, say("pending")))
    at = f" · {moment(told.at, speaker)}" if told.at else ""
    click.echo(f"{told.service} {told.version} – {speaker.named(title, state)}{at}")
    for finding in told.findings:
        if why and finding.outcome is Outcome.PASSED:
            continue
        click.echo(f"  {speaker.named(speaker.say(words[finding.outcome]), finding.text)}")
