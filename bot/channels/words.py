"""What a page says beside Slack: a title and a few plain lines."""

from __future__ import annotations

from bot.domain.alerts.alert import Severity
from bot.domain.card import Told
from bot.domain.text import Instant, say
from bot.locale import Speaker

TITLE = 120
"""Characters: a text message has 160."""


def words(told: Told, speaker: Speaker) -> tuple[str, str]:
    """Title and body. The title says it all: some ways show nothing else."""
    alert = told.alert
    critical = alert.severity is Severity.CRITICAL
    sign = speaker.say(say("CRITICAL") if critical else say("WARNING"))
    title = speaker.named(f"{sign} {alert.subject.service}", speaker.say(alert.reason))
    place = say(
        "Level {level} of {levels}: {reason}", level=told.level, levels=told.levels, reason=told.reason
    )
    since = say("since {at}", at=Instant(alert.fired_at or alert.began_at))
    how = say(
        "Acknowledge in Slack, in #{channel}, with `/monitor ack {alert}`",
        channel=alert.subject.channel.removeprefix("#"),
        alert=alert.id,
    )
    lines = [speaker.label(alert.subject.label), speaker.say(alert.reason), speaker.say(since)]
    lines += [
        *([speaker.say(place)] if told.level else []),
        *([speaker.say(told.why)] if told.why else []),
        speaker.say(how),
    ]
    return _cut(title), "\n".join(lines)


def _cut(title: str) -> str:
    one_line = " ".join(title.split())
    return one_line if len(one_line) <= TITLE else f"{one_line[: TITLE - 1]}…"
