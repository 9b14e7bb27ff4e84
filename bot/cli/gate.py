"""`vigil gate`: the verdict a pipeline waits for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.options import Words, config_option, json_option, load_setup, refuse, rows_of

if TYPE_CHECKING:
    from bot.domain.watches.watch import Watch
    from bot.engine.ledger import Ledger
    from bot.engine.people.told import GateTold
    from bot.locale import Speaker

_EXITS = {"passed": 0, "failed": 1, "pending": 3, "inconclusive": 3}


@click.command()
@config_option
@json_option
@click.argument("watch_id", required=False, metavar="[WATCH]", type=Words(100))
def gate(config: Path, as_json: bool, watch_id: str | None) -> None:
    """How the gate of a watch came out; without WATCH of the one started last.

    The last gate that was judged decides; before the first one the answer is pending.
    Exit 0: passed; 1: failed, or rolled back; 3: pending or inconclusive; 2: there is no such watch.
    """
    from bot.cli.printing import plain, print_json
    from bot.engine.people.told import tell_gate
    from bot.locale import speaker_of

    setup = load_setup(config)
    speaker = speaker_of(setup)
    with rows_of(setup) as ledger:
        told = tell_gate(ledger, _chosen(ledger, watch_id), speaker.say)
    if as_json:
        print_json(plain(told))
    else:
        _show(told, speaker)
    raise SystemExit(_EXITS[told.state])


def _chosen(ledger: Ledger, watch_id: str | None) -> Watch:
    from bot.config.errors import did_you_mean

    newest = ledger.watches.newest()
    if newest is None:
        refuse("no watch was ever started; `vigil watch start` begins one", 2)
    if watch_id is None:
        return newest
    known = [newest.id, *(each.id for each in ledger.watches.open_all())]
    return next(iter(ledger.watches.named(watch_id)), None) or refuse(
        f"no watch has the ID or version {watch_id!r}{did_you_mean(watch_id, known)}", 2
    )


def _show(told: GateTold, speaker: Speaker) -> None:
    from bot.cli.printing import moment
    from bot.domain.text import say
    from bot.domain.watches.verdict import Outcome
    from bot.slack.cards.signs import OUTCOMES

    words = {outcome.value: OUTCOMES[outcome].word for outcome in Outcome}
    title = speaker.say(say("Gate {after}", after=told.gate)) if told.gate else told.watch
    state = speaker.say(words.get(told.state, say("pending")))
    at = f" · {moment(told.at, speaker)}" if told.at else ""
    click.echo(f"{told.service} {told.version} – {speaker.named(title, state)}{at}")
    for finding in told.findings:
        click.echo(f"  {speaker.named(speaker.say(words[finding.outcome]), finding.text)}")
