"""Says sentences in one language, with times in one zone and people by their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.setup import Setup
from bot.domain.text import Instant, Label, Name, Param, Quantity, Several, Span, Text, say
from bot.locale import forms
from bot.locale.catalogue import catalogue


@dataclass(frozen=True)
class Speaker:
    """`language` is `en` or `zh`, `zone` an IANA name, `names` person key → name.

    `languages` is channel → language, of channels that have one of their own. Everything it says is plain
    text: escaping is for whoever draws it.
    """

    language: str
    zone: str
    names: Mapping[str, str] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)

    def in_channel(self, channel: str) -> Speaker:
        """Who speaks in the channel of this name (with or without #)."""
        language = self.languages.get(channel.removeprefix("#"), self.language)
        return self if language == self.language else replace(self, language=language)

    def say(self, text: Text, now: datetime | None = None) -> str:
        """The sentence; a key the catalogue does not know is said in English.

        A moment on the local day of `now` is said as its time alone.
        """
        template = catalogue(self.language).get(text.key, text.key)
        said = {place: self._param(param, now) for place, param in text.params}
        return forms.filled(template, said, self._forms)

    def quantity(self, quantity: Quantity) -> str:
        return forms.quantity(quantity.value, quantity.unit)

    def span(self, span: Span) -> str:
        return forms.span(span.seconds, self._forms)

    def instant(self, at: datetime, now: datetime | None = None) -> str:
        """`14:05` on the local day of `now`, else `19 Jan 14:05`."""
        return forms.moment(self._local(at), self._local(now) if now else None, self._forms)

    def time_of_day(self, at: datetime) -> str:
        """`14:05`."""
        return f"{self._local(at):%H:%M}"

    def day(self, at: datetime) -> str:
        """`Mon 19 Jan`: the local day of an instant."""
        return forms.weekday(self._local(at).date(), self._forms)

    def label(self, label: Label) -> str:
        """The label's words in this language, else its English ones."""
        return (label.zh if self.language == "zh" else None) or label.en

    def name(self, person: str) -> str:
        """A person's name by key; an unknown key is said as it is."""
        return self.names.get(person, person) or self.say(say("somebody"))

    def join(self, items: Iterable[str]) -> str:
        """`Lin Wei, Chen Hao`."""
        return self._forms.comma.join(items)

    def named(self, name: str, value: str) -> str:
        """`Owner: Lin Wei`."""
        return f"{name}{self._forms.colon}{value}"

    def noted(self, words: str, note: str) -> str:
        """`12.1 s (> 10 s)`."""
        return self._forms.note.format(words=words, note=note)

    def sentences(self, *parts: str) -> str:
        """`CRITICAL – orders. Passed: 3`, without a full stop at the end; empty parts are left out."""
        return self._forms.stop.join(part for part in parts if part)

    def heading(self, title: str) -> str:
        """A heading inside a text: `Alerts`, `【告警】`."""
        return self._forms.heading.format(title=title)

    @property
    def _forms(self) -> forms.Forms:
        return forms.FORMS[self.language]

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.zone))

    def _param(self, param: Param, now: datetime | None) -> str:
        match param:
            case Quantity():
                return self.quantity(param)
            case Instant(at=at):
                return self.instant(at, now)
            case Span():
                return self.span(param)
            case Label():
                return self.label(param)
            case Name(person=person):
                return self.name(person)
            case Several():
                return self.join(self._param(each, now) for each in param.items)
            case Text():
                return self.say(param, now)
            case float():
                return forms.number(param)
            case _:
                return str(param)


def speaker_of(setup: Setup) -> Speaker:
    """Says sentences in the configured languages and zone."""
    names = {person.key: person.name for person in setup.people.values()}
    return Speaker(language=setup.language, zone=setup.zone, names=names, languages=setup.languages)
