"""The way out through Apprise. The only room that knows it."""

from __future__ import annotations

import logging
import threading

from bot.channels.address import address, without_secrets
from bot.channels.words import words
from bot.domain.card import Told
from bot.domain.setup import Channel, Person
from bot.domain.text import say
from bot.engine.ports import Later, Outcome, Refused, Sent, Unsure
from bot.locale import Speaker

LIMIT_S = 15.0
"""How long one delivery may take, whatever its service does."""

_RETRY_S = 5.0


class Couriers:
    """Implements `engine.ports.Courier`. Safe to use from several threads."""

    def __init__(self, speaker: Speaker, limit_s: float = LIMIT_S) -> None:
        self._speaker = speaker
        self._limit_s = limit_s

    def warm_up(self) -> None:
        """Let Apprise load its services, which takes seconds, before the first page needs them."""
        threading.Thread(target=_load, name="channels", daemon=True).start()

    def carry(self, channel: Channel, person: Person, told: Told) -> Outcome:
        """Send the page by this channel. A reason is what Apprise said, without any secret of the URL."""
        return self._send(channel, person, words(told, self._speaker.in_channel(told.alert.subject.channel)))

    def try_out(self, channel: Channel, person: Person) -> Outcome:
        """Send a test in the place of a page."""
        title = self._speaker.say(say("Vigil: this is a test"))
        body = self._speaker.say(
            say("By {channel}, Vigil would page you. Nothing is wrong.", channel=channel.key)
        )
        return self._send(channel, person, (title, body))

    def _send(self, channel: Channel, person: Person, said: tuple[str, str]) -> Outcome:
        url = address(channel, person)
        title, body = said
        outcomes: list[Outcome] = []

        def send() -> None:
            outcomes.append(_sent(url, title, body))

        # A daemon, so that a service that hangs for ever cannot hold up the end of the program.
        sender = threading.Thread(target=send, name=f"channel-{channel.key}", daemon=True)
        sender.start()
        sender.join(self._limit_s)
        return outcomes[0] if outcomes else Unsure(f"no answer within {self._limit_s:g} s")


def _load() -> None:
    from apprise import Apprise

    with Overheard():
        Apprise.instantiate("json://localhost")


def _sent(url: str, title: str, body: str) -> Outcome:
    # Apprise takes its time to load, and a bot without channels does without it.
    from apprise import Apprise, NotifyFormat, NotifyType

    with Overheard() as overheard:
        try:
            service = Apprise.instantiate(url)
            if service is None:
                said = without_secrets(overheard.said(), url)
                return Refused(f"Apprise cannot use its URL ({said}); correct it under `channels`")
            service.notify_format = NotifyFormat.TEXT
            delivered = service.notify(title=title, body=body, notify_type=NotifyType.FAILURE)
        except Exception as error:  # noqa: BLE001 - whatever a service's plug-in does, the next way must go
            return Later(_RETRY_S, without_secrets(f"{type(error).__name__}: {error}", url))
        if delivered:
            return Sent(None)
        return Later(_RETRY_S, without_secrets(overheard.said(), url) or "it was not taken")


class Overheard(logging.Handler):
    """What Apprise tells its log in this thread meanwhile: the only way in which it says why not."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._thread = threading.get_ident()
        self._lines: list[str] = []
        self._log = logging.getLogger("apprise")

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self._lines.append(record.getMessage())

    def said(self) -> str:
        return "; ".join(dict.fromkeys(self._lines))[:300]

    def __enter__(self) -> Overheard:
        # It may log parts of a URL: nothing goes on from there to where logs are read.
        self._log.propagate = False
        self._log.setLevel(logging.WARNING)
        self._log.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._log.removeHandler(self)
