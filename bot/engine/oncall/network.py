"""This machine is offline: nobody else is to blame, and whoever is on call must know that nobody watches."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.alerts.alert import Judgement, Severity, Subject
from bot.domain.setup import Service, Setup
from bot.domain.text import Label, say
from bot.engine.alerts.findings import policy_of
from bot.engine.alerts.observe import decide
from bot.engine.ledger.oncall import Duty
from bot.engine.measures.outside import NETWORK
from bot.engine.world import World

EVERY = timedelta(seconds=15)
PATIENCE = timedelta(minutes=1)
"""A network that is gone for a moment wakes nobody."""

KEY = "network"
LABEL = Label("This machine's own network", "本机网络")
POLICY = "default"


def look_outside(world: World, duty: Duty, now: datetime) -> None:
    """Fire, keep or end the alert; nothing more to look at once this machine is online.

    Its pages go by whatever ways remain; its card stands in Slack as soon as that can be reached again, and
    then tells from when until when nobody watched.
    """
    service = world.setup.services.get(duty.key.removeprefix(NETWORK))
    why = world.cut_off() if service else ""
    with world.store.transaction() as ledger:
        ledger.duties.again(duty.key, now + EVERY if why else None, "")
        if service is None:
            return
        subject = _subject(world.setup, service)
        opened = ledger.alerts.open_among([subject.fingerprint]).get(subject.fingerprint)
        if why or opened:
            decide(ledger, world.setup, (subject, opened), _judgement(why), now)


def _judgement(why: str) -> Judgement:
    if not why:
        words = say("this machine is online again; what other machines did meanwhile is not known")
        return Judgement(severity=None, recovered=True, reason=words)
    words = say("this machine is offline ({why}): other machines are not watched", why=why)
    return Judgement(severity=Severity.CRITICAL, recovered=False, reason=words)


def _subject(setup: Setup, service: Service) -> Subject:
    return Subject(
        service=service.key,
        channel=service.channel,
        key=KEY,
        label=LABEL,
        for_=PATIENCE,
        damped=False,
        policy=policy_of(setup, POLICY),
    )
