"""Whether people would be reached: the ways beside Slack, and the times to come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.channels import Couriers, faults
from bot.domain.finding import Finding, broken, doubtful, well
from bot.domain.oncall.coverage import Gap, coverage, in_words
from bot.domain.oncall.route import leads_to
from bot.domain.setup import Channel, Person, Setup
from bot.domain.text import Instant, Name, Span, say
from bot.engine.ports import Sent
from bot.locale import speaker_of

_AHEAD = timedelta(days=7)


def of_channels(setup: Setup, to: str | None) -> Iterator[Finding]:
    """Whether each channel that is switched on could send, and with `to` whether it does."""
    wrong = dict(faults(setup))
    mend = say("correct its URL under `channels`")
    for key, channel in setup.channels.items():
        subject = f"channel {key}"
        if not channel.url:
            yield well(subject, say("it is switched off: its URL is empty"))
        elif key in wrong:
            yield broken(subject, say("Apprise cannot use its URL: {why}", why=wrong[key]), mend)
        elif to is None:
            yield well(subject, say("its URL is one; `--send PERSON` sends a test"))
        else:
            yield _tried(setup, channel, setup.people[to])


def _tried(setup: Setup, channel: Channel, person: Person) -> Finding:
    subject, name = f"channel {channel.key}", Name(person.key)
    if not leads_to(channel, person):
        told = say("it does not lead to {person}", person=name)
        return doubtful(subject, told, say("write their phone or email under `people`"))
    outcome = Couriers(speaker_of(setup)).try_out(channel, person)
    if isinstance(outcome, Sent):
        return well(subject, say("a test went to {person}; ask whether it came", person=name))
    return broken(
        subject,
        say("the test to {person} was not taken: {why}", person=name, why=outcome.reason),
        say("correct its URL under `channels`, or see whether this machine reaches its service"),
    )


def of_coverage(setup: Setup, now: datetime) -> Iterator[Finding]:
    """Whether somebody would be paged at every instant of the coming days."""
    found = coverage(setup, now, now + _AHEAD)
    for gap in found.gaps:
        yield _gap(gap)
    for fault in found.faults:
        yield doubtful("on call", fault, say("complete `people` and `channels` in config.yaml"))
    if found.complete:
        yield well(
            "on call", say("somebody would be paged at any time of the next {span}", span=Span.of(_AHEAD))
        )


def _gap(gap: Gap) -> Finding:
    told = in_words(gap, Instant(gap.since), Instant(gap.until))
    mend = say(
        "give the schedule somebody for that time (`overrides`, `/monitor override`), or the policy a level"
    )
    return doubtful("on call", told, mend) if gap.level else broken("on call", told, mend)
