"""What is quiet, each silence with a button to end it; and the question before everything is."""

from __future__ import annotations

from datetime import datetime

from bot.domain.alerts.quiet.silence import Silence
from bot.domain.alerts.quiet.wording import sure_value
from bot.domain.card import SilenceList, SureOfSilence
from bot.domain.text import Instant, Name, Span, say
from bot.slack.cards import blocks as kit
from bot.slack.cards.blocks import Block, Drawn
from bot.slack.cards.pen import Pen, line

_SHOWN = 15


def draw_silences(card: SilenceList, pen: Pen) -> Drawn:
    if card.silences:
        heading = pen.write(say("Silences: {count}", count=len(card.silences)))
    else:
        heading = pen.write(say("Nothing is silenced"))
    blocks = [kit.section(f"*{heading}*")]
    for silence, count in card.silences[:_SHOWN]:
        end = kit.button(pen.write(say("End")), f"silence.end.{silence.id}", f"silence-end:{silence.id}")
        blocks.append(kit.section(_silence(silence, count, pen), most=450, accessory=end))
    if len(card.silences) > _SHOWN:
        more = say("and {count} more", count=len(card.silences) - _SHOWN)
        blocks.append(kit.context(pen.write(more)))
    if card.windows:
        lines = [_window(*each, pen) for each in card.windows]
        blocks.append(kit.section(f"*{pen.write(say('Maintenance'))}*\n{pen.fill(lines, 1500)}"))
    new = kit.button(pen.write(say("Silence…")), "silence.new", "silence:")
    blocks.append(kit.actions(new))
    if card.silences or card.windows:
        blocks.append(kit.context(pen.zone()))
    return Drawn(heading, blocks)


def _silence(silence: Silence, count: int, pen: Pen) -> str:
    until = say(
        "until {at}, by {person}; quiet now: {count}",
        at=Instant(silence.until),
        person=Name(silence.by),
        count=count,
    )
    matching = kit.shorten(line(silence.matching).replace("`", "'"), 200)
    reason = kit.shorten(line(silence.reason), 120)
    return f"`{matching}`\n{pen.write(until)} · `{silence.id}`" + (f"\n{reason}" if reason else "")


def _window(name: str, matchers: str, until: datetime | None, following: datetime | None, pen: Pen) -> str:
    title = kit.shorten(line(name), 80)
    matching = kit.shorten(line(matchers).replace("`", "'"), 120)
    if until:
        return f":wrench: *{title}* {pen.write(say('open until {at}', at=Instant(until)))} · `{matching}`"
    when = pen.write(say("next at {at}", at=Instant(following))) if following else "–"
    return f"{title}: {when} · `{matching}`"


def draw_sure(card: SureOfSilence, pen: Pen) -> Drawn:
    ask = say("{why}. Silence all of them for {span}?", why=card.why, span=Span.of(card.wish.length))
    words = pen.write(ask)
    yes: Block = kit.button(
        pen.write(say("Silence everything")), "silence.sure", sure_value(card.wish), style="danger"
    )
    return Drawn(words, [kit.section(words), kit.actions(yes)])
