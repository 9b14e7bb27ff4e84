"""Channels that cannot work, found without sending anything."""

from __future__ import annotations

from collections.abc import Iterator

from bot.channels.address import address, without_secrets
from bot.channels.couriers import Overheard
from bot.domain.oncall.route import leads_to
from bot.domain.setup import Channel, Person, Setup

_SOMEBODY = Person(key="somebody", name="Somebody", phone="+15555550100", email="somebody@example.com")


def faults(setup: Setup) -> Iterator[tuple[str, str]]:
    """(channel, why Apprise cannot use its URL) of every channel that is switched on."""
    for channel in setup.channels.values():
        if channel.url and (why := _fault(channel, setup)):
            yield channel.key, why


def _fault(channel: Channel, setup: Setup) -> str:
    from apprise import Apprise

    person = next((each for each in setup.people.values() if leads_to(channel, each)), _SOMEBODY)
    url = address(channel, person)
    with Overheard() as overheard:
        service = Apprise.instantiate(url)
    return "" if service else without_secrets(overheard.said(), url) or "it is no URL of Apprise's"
