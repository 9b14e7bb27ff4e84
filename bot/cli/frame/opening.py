"""What a command that reads or changes the bot's rows begins with: who it is, the rows, the time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bot.cli.frame.options import changing, load_setup, person_of, refuse, rows_of

if TYPE_CHECKING:
    from bot.domain.alerts.alert import Refusal
    from bot.domain.setup import Setup
    from bot.domain.text import Text
    from bot.domain.watches.watch import Watch
    from bot.engine.ledger import Ledger
    from bot.locale import Speaker

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The rows at an instant. `by` is who changes them ("" for whoever only looks): a key of `people`, or
    the system's user marked as a stranger with `@`."""

    setup: Setup
    speaker: Speaker
    ledger: Ledger
    now: datetime
    by: str = ""

    def granted(self, outcome: Answer | Refusal) -> Answer:
        """The outcome; where it was refused the command says why and ends, and nothing is changed."""
        from bot.domain.alerts.alert import Refusal

        if isinstance(outcome, Refusal):
            refuse(self.say(outcome.reason))
        return outcome

    def permitted(self, refusal: Refusal | None) -> None:
        """Ends the command likewise where somebody may not do this."""
        if refusal:
            hint = "; say who you are with --as" if self.by.startswith("@") else ""
            refuse(f"{self.say(refusal.reason)}{hint}")

    def say(self, text: Text) -> str:
        return self.speaker.say(text)


def watch_named(ledger: Ledger, name: str, besides: Iterable[str] = ()) -> Watch:
    """The watch of this ID or version, which may have ended; or that of a service that runs.

    Else exit 2 with the nearest name; `besides` are words that might have stood there instead.
    """
    from bot.config.errors import did_you_mean

    running = ledger.watches.open_all()
    found = ledger.watches.named(name) or tuple(each for each in running[::-1] if each.service == name)
    newest = ledger.watches.newest()
    known = {word for each in (*running, *([newest] if newest else ())) for word in (each.id, each.version)}
    hint = did_you_mean(name, sorted({*known, *besides}))
    return found[0] if found else refuse(f"no watch has the ID or version {name!r}{hint}", 2)


@contextmanager
def looking(config: Path) -> Iterator[Opened]:
    """To read."""
    from bot.clock import RealClock
    from bot.locale import speaker_of

    setup = load_setup(config)
    with rows_of(setup) as ledger:
        yield Opened(setup=setup, speaker=speaker_of(setup), ledger=ledger, now=RealClock().now())


@contextmanager
def deciding(config: Path, person: str | None, word: str) -> Iterator[Opened]:
    """For one decision of `person`, kept together or not at all; `permissions` of the command `word` hold."""
    from bot.clock import RealClock
    from bot.domain.permission import forbidden
    from bot.engine.oncall.standing import standing
    from bot.locale import speaker_of

    setup = load_setup(config)
    by, now = person_of(setup, person), RealClock().now()
    with changing(setup) as ledger:
        opened = Opened(setup=setup, speaker=speaker_of(setup), ledger=ledger, now=now, by=by)
        opened.permitted(forbidden(standing(ledger, setup), by, word, now))
        yield opened
