"""What can be pressed on the card of an incident: the step whose turn it is, the decision, the menu."""

from __future__ import annotations

from bot.domain.incident.playbook import Meaning, Option, StepKind
from bot.domain.incident.state import Incident, StepState
from bot.domain.text import Text, say
from bot.slack.cards import blocks as kit
from bot.slack.cards.blocks import Block
from bot.slack.cards.pen import Pen


def buttons(incident: Incident, pen: Pen) -> list[Block]:
    """What people can do now; nothing when it is over."""
    if not incident.open:
        return []
    working = _working(incident, pen)
    deciding, menu = _deciding(incident, pen), _menu(incident, pen)
    if deciding or not working:
        return [*([kit.actions(*working)] if working else []), kit.actions(*deciding, menu)]
    return [kit.actions(*working, menu)]


def _working(incident: Incident, pen: Pen) -> list[Block]:
    """The step whose turn it is, and steps that have failed."""
    number = incident.current()
    found: list[Block] = []
    if number is None:
        return found
    step, progress = incident.step(number)
    if step.kind is StepKind.MANUAL and progress.state is StepState.WAITING:
        found.append(_press(incident, "tick", number, say("Done"), pen, style="primary"))
        found.append(_press(incident, "tick-note", number, say("Done, with a note…"), pen))
    for at, each in enumerate(incident.steps):
        if each.state is StepState.FAILED:
            found.append(_press(incident, "again", at, say("Run step {number} again", number=at + 1), pen))
            found.append(_press(incident, "skip", at, say("Go on without step {number}", number=at + 1), pen))
    return found[:6]


def _press(
    incident: Incident, word: str, what: object, words: Text, pen: Pen, style: str | None = None
) -> Block:
    value = f"playbook-{word}:{incident.id}:{what}:{incident.turn}"
    shown = kit.button(pen.write(words), f"playbook.{word}.{incident.id}.{what}", value)
    return {**shown, "style": style} if style else shown


def _deciding(incident: Incident, pen: Pen) -> list[Block]:
    number = incident.find(StepKind.DECISION)
    if number is None or incident.rolling_back or not incident.undecided:
        return []
    last = incident.decision.option.key if incident.decision else ""
    options = incident.playbook.steps[number].options
    return [_option(incident, option, pen) for option in options if option.key != last][:4]


def _option(incident: Incident, option: Option, pen: Pen) -> Block:
    words = kit.shorten(pen.label(option.label), 70)
    asks_more = option.means is Meaning.ACCEPT
    value = f"playbook-decide:{incident.id}:{option.key}:{incident.turn}"
    style = {"style": "danger"} if option.means is Meaning.ROLL_BACK else {}
    button: Block = {
        **kit.button(
            f"{words}…" if asks_more else words, f"playbook.decide.{incident.id}.{option.key}", value
        ),
        **style,
    }
    if asks_more:
        return button
    return kit.confirmed(
        button,
        kit.shorten(f"{words}?", 95),
        pen.label(option.consequence) if option.consequence else pen.write(_consequence(incident, option)),
        (words[:30], pen.write(say("Cancel"))),
    )


def _consequence(incident: Incident, option: Option) -> Text:
    if option.means is Meaning.ROLL_BACK:
        return say(
            "{service} {version} is taken back now, for everybody; then the checks run until they pass.",
            service=incident.service,
            version=incident.version,
        )
    if option.means is Meaning.REPAIR and incident.clock.due_at is None:
        return say("You repair it, and the checks verify it.")
    if option.means is Meaning.REPAIR:
        return say("You repair it. The clock goes on: at its end rolling back is due all the same.")
    return say("It acts on the running service at once. It is noted with your name.")


def _menu(incident: Incident, pen: Pen) -> Block:
    def entry(word: str, what: object, words: Text) -> tuple[str, str]:
        return pen.write(words), f"playbook-{word}:{incident.id}:{what}:{incident.turn}"

    entries = [entry("lead", 0, say("I lead")), entry("note", 0, say("Add a note…"))]
    if incident.clock.runs and incident.clock.due_at and incident.undecided:
        entries.append(entry("extend", 0, say("More time…")))
    number = incident.current()
    if number is not None and incident.playbook.steps[number].kind is not StepKind.DECISION:
        entries.append(entry("skip", number, say("Go on without step {number}", number=number + 1)))
    entries.append(entry("close", 0, say("Close…")))
    return kit.overflow(f"playbook.more.{incident.id}", entries)
