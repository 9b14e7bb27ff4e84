"""The live card of an incident: the clock, what is done by whom, what is next, what can be decided."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.card import PlaybookCard, PlaybookList
from bot.domain.incident.playbook import Priority, StepKind
from bot.domain.incident.state import ENDED, Incident, Progress, StepState
from bot.domain.text import Instant, Name, Span, Text, say
from bot.slack.cards import blocks as kit
from bot.slack.cards.alerts.alert import subject
from bot.slack.cards.blocks import Block, Drawn
from bot.slack.cards.incident.buttons import buttons
from bot.slack.cards.pen import Pen, line
from bot.slack.cards.signs import CRITICAL, STATES, WARNING, Sign
from checks.result import State

_PRIORITIES = {
    Priority.CRITICAL: CRITICAL,
    Priority.HIGH: Sign("large_orange_circle", say("HIGH"), 3),
    Priority.MEDIUM: Sign("large_yellow_circle", say("MEDIUM"), 1),
}
_STEPS = {
    StepState.WAITING: "white_large_square",
    StepState.RUNNING: "arrows_counterclockwise",
    StepState.DONE: "white_check_mark",
    StepState.FAILED: "x",
    StepState.SKIPPED: "heavy_minus_sign",
}
_WORDS = {
    StepState.RUNNING: say("running"),
    StepState.FAILED: say("FAILED"),
    StepState.SKIPPED: say("passed over"),
}
_ROOM = 2600
_MOST_OPEN = 8


def draw_playbook(card: PlaybookCard, pen: Pen) -> Drawn:
    incident = card.incident
    title = _title(incident, pen)
    clock = _clock(incident, pen)
    blocks = [kit.header(title), kit.section(clock), kit.fields(_facts(card, pen))]
    blocks.append(kit.section(pen.fill(_steps(incident, pen), _ROOM)))
    blocks += buttons(incident, pen)
    blocks += _items(incident, pen)
    blocks.append(kit.context(_footer(incident, pen)))
    plain = clock.replace("*", "")
    return Drawn(kit.shorten(pen.speaker.sentences(title, plain), 900), blocks)


def _title(incident: Incident, pen: Pen) -> str:
    label = kit.shorten(pen.label(incident.playbook.label), 80)
    if incident.open:
        sign = _PRIORITIES[incident.playbook.priority]
        return sign.title(pen, pen.write(say("Playbook: {playbook}", playbook=incident.playbook.label)))
    sign = Sign("large_green_circle", say("CLOSED"))
    if incident.verified is False:
        sign = Sign("large_yellow_circle", say("CLOSED, NOT VERIFIED"), 1)
    return f":{sign.emoji}: {pen.write(sign.word)} – {label}"


def _clock(incident: Incident, pen: Pen) -> str:
    clock = incident.clock
    if incident.closed_at and incident.outcome:
        lasted = Span.of(incident.closed_at - incident.opened_at)
        return f"*{pen.write(say('{outcome}, after {span}', outcome=incident.outcome, span=lasted))}*"
    if incident.rolling and not incident.rolling.ended_at:
        return f":rewind: *{pen.write(_rolling(incident, pen))}*"
    if clock.stopped:
        return f":stopwatch: {pen.write(say('The clock is stopped: {why}', why=clock.stopped))}"
    if clock.demands and clock.why:
        asked = say("Roll back or not? A person has to decide: {why}", why=clock.why)
        return f":rotating_light: *{pen.write(asked)}*"
    if clock.due_at is None:
        return f":stopwatch: {pen.write(_without_deadline(incident))}"
    left = clock.due_at - pen.now
    due = say("{span} left: rolling back is due at {at}", span=_rounded(left), at=Instant(clock.due_at))
    return f":hourglass_flowing_sand: *{pen.write(due)}*{_how(incident, pen)}"


def _rounded(left: timedelta) -> Span:
    """As exact as a card can be that is drawn anew once a minute."""
    seconds = max(0.0, left.total_seconds())
    return Span(round(seconds / 60) * 60 if seconds > 120 else round(seconds / 15) * 15)


def _how(incident: Incident, pen: Pen) -> str:
    automatic = incident.playbook.rollback is not None and incident.playbook.rollback.automatic
    words = say("then by itself") if automatic else say("then a decision is demanded")
    return f" · {pen.write(words)}"


def _rolling(incident: Incident, pen: Pen) -> Text:
    assert incident.rolling is not None  # noqa: S101 - asked before
    at = Instant(incident.rolling.due_at)
    if pen.now >= incident.rolling.due_at:
        return say("The rollback is LATE: it was to be through by {at}", at=at)
    return say("Rolling back, to be through by {at}", at=at)


def _without_deadline(incident: Incident) -> Text:
    if incident.playbook.rollback and incident.playbook.rollback.trends:
        return say("No deadline: rolling back falls due by what the metrics do")
    return say("No deadline")


def _facts(card: PlaybookCard, pen: Pen) -> list[tuple[str, str]]:
    incident = card.incident
    service = kit.shorten(line(f"{incident.service} {incident.version}"), 150)
    lead = pen.name(incident.lead) if incident.lead else pen.write(say("nobody yet"))
    found = [(pen.write(say("Service")), service), (pen.write(say("Leads")), lead)]
    if not incident.open:
        return found  # what is measured now belongs to it no more
    if card.alert:
        value = pen.quantity(card.value) if card.value else pen.write(say("no value"))
        found.append((kit.shorten(subject(card.alert, pen), 100), value))
    found.append((pen.write(say("Next")), _next(incident, pen)))
    return found


def _next(incident: Incident, pen: Pen) -> str:
    number = incident.current()
    if number is None:
        return pen.write(say("nothing"))
    return kit.shorten(pen.label(incident.playbook.steps[number].label), 200)


def _steps(incident: Incident, pen: Pen) -> list[str]:
    current = incident.current() if incident.open else None
    return [_step(incident, number, number == current, pen) for number in range(len(incident.steps))]


def _step(incident: Incident, number: int, current: bool, pen: Pen) -> str:
    step, progress = incident.step(number)
    words = kit.shorten(pen.label(step.label), 160)
    emoji = "arrow_forward" if current and progress.state is StepState.WAITING else _STEPS[progress.state]
    name = f"*{words}*" if current or progress.state is StepState.FAILED else words
    parts = [f":{emoji}: {number + 1}. {name}"]
    if word := _WORDS.get(progress.state):
        parts.append(pen.write(word))
    if step.kind is StepKind.DECISION and incident.decisions:
        parts.append(_decided(incident, pen))
    elif progress.state in ENDED and progress.at and progress.state is StepState.DONE:
        parts.append(_who(progress, pen))
    if progress.said:
        parts.append(kit.shorten(pen.write(progress.said), 220))
    if progress.note:
        parts.append(f"_{kit.shorten(line(progress.note), 160)}_")
    return " · ".join(parts) + _results(progress, pen)


def _who(progress: Progress, pen: Pen) -> str:
    who = Name(progress.by) if progress.by else say("the bot")
    return pen.write(say("{person}, {at}", person=who, at=Instant(progress.at or pen.now)))


def _decided(incident: Incident, pen: Pen) -> str:
    told = []
    for decision in incident.decisions[-2:]:
        who = Name(decision.by) if decision.by else say("the clock")
        said = say(
            "{decision} ({person}, {at})", decision=decision.option.label, person=who, at=Instant(decision.at)
        )
        why = f" _{kit.shorten(line(decision.reason), 160)}_" if decision.reason else ""
        told.append(f"{pen.write(said)}{why}")
    return " → ".join(told)


def _results(progress: Progress, pen: Pen) -> str:
    """What checks said: only what is not in order in words."""
    bad = [
        row
        for row in progress.rows
        if row.state is not State.OK or any(v.standing != "ok" for v in row.values)
    ]
    lines = []
    for row in bad[:4]:
        values = ", ".join(
            f"{pen.label(value.label)} {pen.quantity(value.value)}" if value.value else pen.label(value.label)
            for value in row.values
            if value.standing != "ok"
        )
        said = values or line(row.summary)
        sign = STATES[row.state] if row.state is not State.OK else WARNING
        lines.append(f"\n      {sign.mark(pen)} {kit.shorten(pen.named(pen.label(row.label), said), 200)}")
    return "".join(lines)


def _items(incident: Incident, pen: Pen) -> list[Block]:
    if not incident.items:
        return []
    lines = [f"*{pen.write(say('Look at'))}*"]
    for item in incident.items:
        words = kit.shorten(pen.label(item.label), 160)
        if item.at:
            who = pen.write(say("{person}, {at}", person=Name(item.by or ""), at=Instant(item.at)))
            lines.append(f":ballot_box_with_check: {words} · {who}")
        else:
            lines.append(f":white_large_square: {words}")
    waiting = [(number, item) for number, item in enumerate(incident.items) if not item.at]
    found = [kit.section(pen.fill(lines, 1600))]
    if incident.open and waiting:
        options = [
            {
                "text": kit.plain(pen.label(item.label), 75),
                "value": f"playbook-item:{incident.id}:{number}",
            }
            for number, item in waiting
        ]
        select: Block = {
            "type": "static_select",
            "action_id": f"playbook.item.{incident.id}",
            "placeholder": kit.plain(pen.write(say("I have looked at…")), 75),
            "options": options,
        }
        found.append(kit.actions(select))
    return found


def _footer(incident: Incident, pen: Pen) -> str:
    opened = say("opened {at}", at=Instant(incident.opened_at))
    if incident.opened_by:
        opened = say(
            "opened {at} by {person}", at=Instant(incident.opened_at), person=Name(incident.opened_by)
        )
    return " · ".join((f"`{incident.id}`", pen.write(opened), pen.zone()))


def draw_playbooks(card: PlaybookList, pen: Pen) -> Drawn:
    """What is open, and what can be opened by hand."""
    if not card.open and not card.playbooks:
        nothing = pen.write(say("No playbook is configured: see `playbooks` in config.yaml"))
        return Drawn(nothing, [kit.section(nothing)])
    title = pen.write(say("Playbooks"))
    lines = [f"{_title(each, pen)} · {_clock(each, pen)}" for each in card.open[:_MOST_OPEN]]
    blocks = [kit.section(f"*{title}*\n{pen.fill(lines, 2000) if lines else pen.write(say('None is open'))}")]
    for service, key, label in card.playbooks[:20]:
        name = kit.shorten(line(key), 80).replace("`", "'")
        words = f"*{kit.shorten(pen.label(label), 100)}* `{name}`\n{kit.shorten(line(service), 80)}"
        value = f"playbook-open:{service}/{key}"
        press = kit.button(pen.write(say("Open")), f"playbook.open.{service}/{key}"[:255], value)
        blocks.append(kit.section(words, accessory=press))
    if card.open:
        blocks.append(kit.context(pen.zone()))
    return Drawn(pen.named(title, pen.write(say("{count} open", count=len(card.open)))), blocks)
