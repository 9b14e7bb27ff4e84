"""A judged milestone or gate: the verdict, what it rests on, and the decision it asks of a person."""

from __future__ import annotations

from bot.domain.card import VerdictCard
from bot.domain.text import Label, Quantity, Text, say
from bot.domain.watches.listing import since_deployment
from bot.domain.watches.plan import EntryKind, EntryState
from bot.domain.watches.verdict import Finding, Outcome
from bot.domain.watches.watch import Watch
from bot.slack.cards import blocks as kit
from bot.slack.cards.blocks import Block, Drawn
from bot.slack.cards.pen import Pen, line
from bot.slack.cards.signs import OUTCOMES
from bot.slack.cards.watches.remarks import remark_blocks

_ASKS = {
    "roll-back": say("Roll back…"),
    "densify": say("Go on, check more often"),
    "go-on": say("Go on as planned"),
    "pass": say("Pass"),
    "fail": say("Fail"),
}


def draw_verdict(card: VerdictCard, pen: Pen) -> Drawn:
    title = _title(card, pen)
    findings = sorted(card.verdict.findings, key=lambda finding: -OUTCOMES[finding.outcome].rank)
    lines = [_line(finding, pen) for finding in findings]
    nothing = pen.write(say("Nothing was looked at"))
    blocks = [kit.header(title), kit.section(pen.fill(lines, 2900) if lines else nothing)]
    if card.decided:
        decided = pen.named(say("Decided"), kit.shorten(pen.write(card.decided), 600))
        blocks.append(kit.section(f":ballot_box_with_check: *{decided}*"))
    elif card.asks:
        blocks.append(kit.section(f"*{pen.write(_question(card))}*"))
        blocks.append(kit.actions(*(_button(card, verb, pen) for verb in dict.fromkeys(card.asks))))
    else:
        blocks += _questions(card, pen)
    why = kit.button(pen.write(say("Why?")), f"verdict.why.{card.id}", f"why:{card.id}")
    blocks += remark_blocks(card.id, card.remarks, pen, beside=(why,) if _explainable(card) else ())
    due = pen.write(say("due {at}", at=pen.instant(card.entry.at)))
    zone = pen.zone()
    criteria = pen.named(say("Criteria"), line(card.entry.criteria)) if card.entry.criteria else ""
    blocks.append(kit.context(" · ".join(kit.shorten(part, 190) for part in (due, criteria, zone) if part)))
    worst = lines[0].replace("*", "") if lines and OUTCOMES[findings[0].outcome].rank else ""
    return Drawn(kit.shorten(pen.speaker.sentences(title, worst), 1500), blocks)


_MOST_QUESTIONS = 8


def _questions(card: VerdictCard, pen: Pen) -> list[Block]:
    """What people are asked and nobody has answered, with Yes and No."""
    blocks: list[Block] = []
    waiting = [each for each in card.verdict.findings if each.asks and each.outcome is Outcome.INCONCLUSIVE]
    for finding in waiting[:_MOST_QUESTIONS] if card.verdict.outcome is Outcome.INCONCLUSIVE else ():
        blocks.append(kit.section(f"*{criterion_words(finding, pen)}*", most=500))
        value = f"{card.id}:{finding.number}"
        yes = kit.button(pen.write(say("Yes")), f"verdict.yes.{value}", f"yes:{value}", style="primary")
        no = kit.button(pen.write(say("No")), f"verdict.no.{value}", f"no:{value}")
        blocks.append(kit.actions(yes, no))
    return blocks


def _explainable(card: VerdictCard) -> bool:
    """Is there more to tell about what has not passed than the card shows?"""
    return card.entry.kind is EntryKind.GATE and any(
        each.number is not None and each.outcome is not Outcome.PASSED for each in card.verdict.findings
    )


def criterion_words(finding: Finding, pen: Pen) -> str:
    """What a criterion asks; "" of what is none."""
    match finding.criterion:
        case None:
            return ""
        case Label():
            return pen.label(finding.criterion)
        case _:
            return pen.write(finding.criterion)


def _title(card: VerdictCard, pen: Pen) -> str:
    """`:red_circle: Gate 24 h: FAILED – orders resilience-v1.0`."""
    # A gate that could not be judged, and that a person let pass, has passed.
    decided = card.entry.kind is EntryKind.GATE and card.entry.state is EntryState.PASSED
    sign = OUTCOMES[Outcome.PASSED if decided else card.verdict.outcome]
    after = since_deployment(card.entry.after)
    what = say("Gate {after}", after=after)
    if card.entry.kind is EntryKind.MILESTONE:
        what = say("Milestone {after}", after=after)
    emoji = sign.emoji if sign.rank else "large_green_circle"
    judged = pen.named(what, pen.write(sign.word))
    return f":{emoji}: {judged} – {_deployment(card.watch)}"


def _deployment(watch: Watch) -> str:
    return kit.shorten(line(f"{watch.service} {watch.version}"), 90)


def _line(finding: Finding, pen: Pen) -> str:
    sign = OUTCOMES[finding.outcome]
    emoji = "x" if finding.outcome is Outcome.FAILED else sign.emoji
    word = pen.write(sign.word)
    told = pen.write(finding.text)
    if finding.criterion:
        told = pen.named(criterion_words(finding, pen), told)
    if finding.coverage is not None and finding.coverage < 1:
        told += (
            f" · {pen.write(say('data for {part} of the time', part=Quantity(finding.coverage * 100, '%')))}"
        )
    return f":{emoji}: *{word}* {kit.shorten(told, 500)}"


def _question(card: VerdictCard) -> Text:
    if card.verdict.outcome is Outcome.INCONCLUSIVE:
        return say("This could not be judged: a person has to")
    return say("Roll back, or go on?")


def _button(card: VerdictCard, verb: str, pen: Pen) -> Block:
    words = pen.write(_ASKS[verb]) if verb in _ASKS else line(verb)
    action_id, value = f"verdict.{verb}.{card.id}", f"{verb}:{card.id}"
    if verb != "roll-back":
        return kit.button(words, action_id, value)
    return kit.confirmed(
        kit.button(words, action_id, value, style="danger"),
        pen.write(say("Roll back?")),
        pen.write(
            say("You decide for everybody that {deployment} is rolled back.", deployment=_raw(card.watch))
        ),
        (pen.write(say("Roll back")), pen.write(say("Cancel"))),
    )


def _raw(watch: Watch) -> str:
    return kit.shorten(f"{watch.service} {watch.version}", 100)
