"""The live card of several alerts: the worst first, and a count of the rest."""

from __future__ import annotations

from bot.domain.alerts.alert import Alert, AlertState
from bot.domain.card import GroupCard
from bot.domain.text import Text, say
from bot.slack.cards import blocks as kit
from bot.slack.cards.alerts.alert import OPEN_TO_PEOPLE, acknowledge_all_button, alert_menu, coming, reason
from bot.slack.cards.alerts.listing import LINE, alert_line
from bot.slack.cards.blocks import Block, Drawn
from bot.slack.cards.pen import Pen
from bot.slack.cards.signs import of_alert


def draw_group(card: GroupCard, pen: Pen) -> Drawn:
    worst = card.alerts[0]
    heading = pen.write(say("{service}: {count} alerts", service=card.service, count=card.count()))
    title = of_alert(worst).title(pen, heading)
    blocks: list[Block] = [kit.header(title), kit.section(f"*{pen.write(_standing(card))}*")]
    for alert in card.alerts:
        menu = alert_menu(alert, pen) if alert.state in OPEN_TO_PEOPLE else None
        blocks.append(kit.section(alert_line(alert, pen), most=LINE, accessory=menu))
    left = card.count() - len(card.alerts)
    if left:
        blocks.append(
            kit.context(pen.write(say("and {count} more; `/monitor alerts` lists what is open", count=left)))
        )
    foot = [pen.zone()]
    if card.next:
        foot.insert(0, pen.named(say("Next"), pen.write(coming(card.next, pen))))
    blocks.append(kit.context(" · ".join(foot)))
    if buttons := _buttons(card, worst, pen):
        blocks.append(buttons)
    said = pen.speaker.sentences(title, pen.write(_standing(card)), reason(worst, pen))
    return Drawn(kit.shorten(said, 900), blocks)


def _standing(card: GroupCard) -> Text:
    firing, taken = card.count(AlertState.FIRING), card.count(AlertState.ACKNOWLEDGED)
    if not firing and not taken:
        return say("All {count} are resolved", count=card.count())
    return say(
        "{firing} not taken, {taken} taken, {resolved} resolved",
        firing=firing,
        taken=taken,
        resolved=card.count(AlertState.RESOLVED),
    )


def _buttons(card: GroupCard, worst: Alert, pen: Pen) -> Block | None:
    if worst.state not in OPEN_TO_PEOPLE:
        return None
    sure = (pen.write(say("Yes")), pen.write(say("Cancel")))
    resolve = kit.confirmed(
        kit.button(pen.write(say("Resolve all")), f"group.resolve.{card.id}", f"resolve-all:{card.id}"),
        pen.write(say("Resolve all of them?")),
        pen.write(say("They close for everybody. What is still bad opens a new alert.")),
        sure,
    )
    if not card.count(AlertState.FIRING):
        return kit.actions(resolve)
    take = {**acknowledge_all_button(card.id, pen), "style": "primary"}
    return kit.actions(take, resolve)
