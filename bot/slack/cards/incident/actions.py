"""The actions that may be run, each with its button."""

from __future__ import annotations

from bot.domain.card import ActionList, Offer
from bot.domain.text import say
from bot.slack.cards import blocks as kit
from bot.slack.cards.blocks import Block, Drawn
from bot.slack.cards.pen import Pen, line

_MOST = 20


def draw_actions(card: ActionList, pen: Pen) -> Drawn:
    if not card.actions:
        nothing = pen.write(say("No action is configured: see `actions` in config.yaml"))
        return Drawn(nothing, [kit.section(nothing)])
    title = pen.write(say("Actions"))
    blocks = [kit.section(f"*{title}*")]
    blocks += [_row(offer, pen) for offer in card.actions[:_MOST]]
    names = pen.fill([line(offer.action) for offer in card.actions], 600, ", ")
    return Drawn(pen.named(title, names), blocks)


def _row(offer: Offer, pen: Pen) -> Block:
    who = ", ".join(offer.who)
    allowed = pen.named(say("for"), kit.shorten(line(who), 200)) if who else pen.write(say("for everybody"))
    name = kit.shorten(line(offer.action), 80).replace("`", "'")
    label, place = kit.shorten(pen.label(offer.label), 100), kit.shorten(line(offer.service), 80)
    words = f"*{label}* `{name}`\n{place} · {allowed}"
    value = f"action:{offer.service}/{offer.action}"
    press = kit.button(pen.write(say("Run…")), f"action.run.{offer.service}/{offer.action}"[:255], value)
    return kit.section(words, accessory=press)
