"""Why a gate has not passed: each criterion that did not, with the few rows that decide."""

from __future__ import annotations

from bot.domain.card import WhyCard
from bot.domain.text import say
from bot.domain.watches.listing import since_deployment
from bot.domain.watches.verdict import Finding
from bot.slack.cards import blocks as kit
from bot.slack.cards.blocks import Drawn
from bot.slack.cards.pen import Pen
from bot.slack.cards.signs import OUTCOMES
from bot.slack.cards.watches.verdict import criterion_words

_ROOM = 8000


def draw_why(card: WhyCard, pen: Pen) -> Drawn:
    gate = pen.write(say("Gate {after}", after=since_deployment(card.entry.after)))
    if not card.findings:
        passed = pen.named(gate, pen.write(say("every criterion has passed")))
        return Drawn(passed, [kit.section(passed)])
    count = pen.write(say("{count} criteria have not passed", count=len(card.findings)))
    title = pen.named(gate, count)
    room = _ROOM // len(card.findings)
    blocks = [
        kit.header(title),
        *(kit.section(_reason(each, pen, room), most=room) for each in card.findings),
    ]
    decided = pen.named(say("Decided"), pen.write(card.decided)) if card.decided else ""
    foot = kit.context(" · ".join(part for part in (decided, pen.zone()) if part))
    return Drawn(title, [*blocks[:49], foot])


def _reason(finding: Finding, pen: Pen, room: int) -> str:
    sign = OUTCOMES[finding.outcome]
    asked = criterion_words(finding, pen)
    head = f":{sign.emoji}: *{pen.write(sign.word)}*" + (f" {asked}" if asked else "")
    rows = [f"• {pen.write(row)}" for row in finding.rows]
    return pen.fill([head, pen.write(finding.text), *rows], room)
