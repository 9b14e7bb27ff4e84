"""Types of errors: new ones with a button each, known ones below."""

from __future__ import annotations

from bot.domain.card import ErrorList
from bot.domain.measures.errors import BEFORE, ErrorType, first_seen
from bot.domain.text import Instant, Name, say
from bot.slack.cards import blocks as kit
from bot.slack.cards.blocks import Block, Drawn
from bot.slack.cards.pen import Pen, line
from bot.slack.cards.signs import WELL

_WITH_BUTTONS = 12
_SEVERITIES = {"critical": say("critical"), "error": say("error"), "warning": say("warning")}


def draw_errors(card: ErrorList, pen: Pen) -> Drawn:
    new = [each for each in card.errors if not each.known]
    known = [each for each in card.errors if each.known]
    heading = pen.write(say("Types of errors: {new} new, {known} known", new=len(new), known=card.known))
    blocks: list[Block] = [kit.section(f"*{heading}*")]
    if not new:
        blocks.append(kit.section(f":{WELL.emoji}: {pen.write(say('Every type of error is known'))}"))
    for error in new[:_WITH_BUTTONS]:
        button = kit.button(pen.write(say("Mark as known")), f"known.{error.id}", f"known:{error.id}")
        blocks.append(kit.section(_new(error, card, pen), most=480, accessory=button))
    if len(new) > _WITH_BUTTONS:
        blocks.append(kit.context(pen.write(say("and {count} more", count=len(new) - _WITH_BUTTONS))))
    if known:
        lines = [_known(error, pen) for error in known]
        blocks.append(kit.section(f"*{pen.write(say('Known'))}*\n{pen.fill(lines, 1800)}"))
    if new:
        blocks.append(kit.context(pen.zone()))
    first = kit.shorten(line(new[0].template), 300) if new else ""
    return Drawn(kit.shorten(pen.speaker.sentences(heading, first), 600), blocks)


def _new(error: ErrorType, card: ErrorList, pen: Pen) -> str:
    watch = next((each for each in card.watches if each.service == error.service), None)
    facts = (
        f"{error.count}×",
        pen.write(first_seen(error, watch)),
        pen.write(say("last at {at}", at=Instant(error.last_at))),
    )
    template = kit.shorten(line(error.quotable), 250)
    place = kit.shorten(f"{line(error.service)}/{line(error.check)}", 80)
    severity = (
        pen.write(_SEVERITIES[error.severity]) if error.severity in _SEVERITIES else line(error.severity)
    )
    return f"`{template}`\n{severity} · {' · '.join(facts)} · {place}"


def _known(error: ErrorType, pen: Pen) -> str:
    if error.known_by == BEFORE:
        who = pen.write(say("in the log before"))
    else:
        who = pen.write(say("known by {person}", person=Name(error.known_by or "")))
    template = kit.shorten(line(error.quotable), 120)
    return f"`{template}` · {error.count}× · {who}"
