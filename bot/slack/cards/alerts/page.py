"""Pages and reminders: the only messages that mention anybody."""

from __future__ import annotations

import re

from bot.blockkit import limits
from bot.domain.card import PageMessage, Reminder
from bot.domain.setup import Person
from bot.domain.text import Text, say
from bot.slack.cards import blocks as kit
from bot.slack.cards.alerts.alert import acknowledge_all_button, acknowledge_button, began, reason, subject
from bot.slack.cards.blocks import Drawn
from bot.slack.cards.pen import Pen, line
from bot.slack.cards.signs import of_problem

_ID = re.compile(r"[A-Za-z0-9]{1,40}")


def draw_page(page: PageMessage, pen: Pen) -> Drawn:
    alert = page.alert
    mentioned = pen.fill([*_groups(page, pen), *(_mention(person, pen) for person in page.people)], 1800, " ")
    sign = of_problem(alert)
    facts = pen.write(
        say(
            "Level {level} of {levels}: {reason}",
            level=page.level,
            levels=page.levels,
            reason=page.reason,
        )
    )
    since = pen.write(say("since {at}", at=began(alert, pen)))
    how = pen.write(say("Acknowledge here, on the card or with `/monitor ack`"))
    words = [
        mentioned,
        f"{sign.mark(pen)} *{kit.shorten(subject(alert, pen), 150)}*",
        f"{reason(alert, pen)} · {since}",
        *([f"*{pen.write(_others(page))}*"] if page.others else []),
        pen.speaker.sentences(kit.shorten(facts, 200), how),
    ]
    buttons = [acknowledge_button(alert, pen)]
    if page.others and alert.card:
        buttons.append(acknowledge_all_button(alert.card, pen))
    title = sign.title(pen, reason(alert, pen))
    said = pen.speaker.sentences(title, pen.write(_others(page))) if page.others else title
    return Drawn(f"{mentioned} {said}", [kit.section("\n".join(words)), kit.actions(*buttons)])


def _others(page: PageMessage) -> Text:
    return say("It also stands for {count} more", count=page.others)


def draw_reminder(reminder: Reminder, pen: Pen) -> Drawn:
    words = f"{_mention(reminder.person, pen)} {pen.write(reminder.text)}"
    return Drawn(kit.shorten(words, limits.SECTION_TEXT), [kit.section(words)])


def _groups(page: PageMessage, pen: Pen) -> list[str]:
    return [
        f"<!subteam^{group}>" if _ID.fullmatch(group) else pen.write(say("user group {group}", group=group))
        for group in page.usergroups
    ]


def _mention(person: Person, pen: Pen) -> str:
    if person.slack and _ID.fullmatch(person.slack):
        return f"<@{person.slack}>"
    name = kit.shorten(line(person.name), 80)
    return f"{name} ({pen.write(say('no Slack ID, so not notified here'))})"
