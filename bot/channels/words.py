"""What a page says beside Slack: a title and a few plain lines."""

from __future__ import annotations

from bot.domain.alerts.alert import Alert, Severity
from bot.domain.card import Told
from bot.domain.text import Instant, say
from bot.locale import Speaker

TITLE = 120
"""Characters: a text message has 160."""

_LISTED = 10
"""So many alerts are told of with another one; the rest are counted."""


def words(told: Told, speaker: Speaker) -> tuple[str, str]:
    """Title and body. The title says it all: some ways show nothing else."""
    alert = told.alert
    more = speaker.say(say("and {count} more", count=len(told.others))) if told.others else ""
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
    if told.others:
        lines += ["", speaker.named(more, ""), *(_headline(each, speaker) for each in told.others[:_LISTED])]
        lines += ["…"] if len(told.others) > _LISTED else []
    title = _cut(_headline(alert, speaker), TITLE - len(more) - 3 if more else TITLE)
    return f"{title} ({more})" if more else title, "\n".join(lines)


def _headline(alert: Alert, speaker: Speaker) -> str:
    """`CRITICAL orders: P99 latency 12.1 s > 10 s`."""
    critical = alert.severity is Severity.CRITICAL
    sign = speaker.say(say("CRITICAL") if critical else say("WARNING"))
    return speaker.named(f"{sign} {alert.subject.service}", speaker.say(alert.reason))


def _cut(title: str, most: int) -> str:
    one_line = " ".join(title.split())
    return one_line if len(one_line) <= most else f"{one_line[: most - 1]}…"
