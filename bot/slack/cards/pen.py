"""What every card writes with: a speaker and the present moment; all it writes is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.text import Label, Quantity, Span, Text, say
from bot.locale import Speaker
from bot.slack.cards.blocks import escape, shorten


@dataclass(frozen=True, slots=True)
class Pen:
    speaker: Speaker
    now: datetime

    def write(self, text: Text) -> str:
        """The sentence on one line, escaped."""
        return line(self.speaker.say(text, self.now))

    def label(self, label: Label) -> str:
        return line(self.speaker.label(label))

    def quantity(self, quantity: Quantity) -> str:
        return line(self.speaker.quantity(quantity))

    def instant(self, at: datetime) -> str:
        return self.speaker.instant(at, self.now)

    def name(self, person: str) -> str:
        return line(self.speaker.name(person))

    def names(self, people: Sequence[str], room: int = 200) -> str:
        """People in plain text: nobody is notified."""
        return self.fill([self.name(person) for person in people], room, self.speaker.join(("", "")))

    def named(self, name: Text | str, value: str) -> str:
        """`Owner: Lin Wei`. A name that is no Text, and the value, are written already."""
        return self.speaker.named(self.write(name) if isinstance(name, Text) else name, value)

    def zone(self) -> str:
        """Where the clock hangs that a card's times are read from."""
        return self.write(say("times in {zone}", zone=self.speaker.zone))

    def ago(self, at: datetime) -> str:
        """Whole seconds: nobody needs to know an age more closely."""
        return self.write(say("{span} ago", span=Span(max(0, (self.now - at) // timedelta(seconds=1)))))

    def fill(self, pieces: Iterable[str], room: int, between: str = "\n") -> str:
        """As many pieces as `room` characters hold, then "and 12 more"."""
        todo = [shorten(piece, max(room // 2, 2)) for piece in pieces]
        whole = between.join(todo)
        if len(whole) <= room:
            return whole
        shown: list[str] = []
        for piece in todo:
            more = self.write(say("and {count} more", count=len(todo) - len(shown)))
            if len(between.join([*shown, piece, more])) > room:
                break
            shown.append(piece)
        return between.join([*shown, self.write(say("and {count} more", count=len(todo) - len(shown)))])


def line(text: str) -> str:
    """Text from outside on one line, escaped."""
    return escape(" ".join(text.split()))
