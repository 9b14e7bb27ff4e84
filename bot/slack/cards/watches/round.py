"""The summary card of one round: what failed first, what passed on one line."""

from __future__ import annotations

from bot.domain.card import RoundCard
from bot.domain.panel import PanelRow, RoundRow
from bot.domain.text import Name, say
from bot.slack.cards import blocks as kit
from bot.slack.cards.blocks import Drawn
from bot.slack.cards.pen import Pen, line
from bot.slack.cards.signs import (
    COULD_NOT_MEASURE,
    NOT_DONE,
    STANDINGS,
    STATES,
    TO_CONFIRM,
    WELL,
    Sign,
)
from bot.slack.cards.watches.entries import next_round
from bot.slack.cards.watches.manual import manual_blocks
from bot.slack.cards.watches.panel import value_beside_target
from bot.slack.cards.watches.remarks import remark_blocks

_MOST_ALERTS = 5


def draw_round(card: RoundCard, pen: Pen) -> Drawn:
    signs = [*(_sign(row) for row in card.rows), *(COULD_NOT_MEASURE for _ in card.gone)]
    signs += [NOT_DONE for manual in card.manuals if manual.given_up_at and not manual.done_at]
    sign = max(signs, key=lambda found: found.rank, default=_unmeasured(card))
    title = sign.title(pen, _title(card, pen))
    bad = sorted((row for row in card.rows if _sign(row).rank), key=lambda row: -_sign(row).rank)
    good = [row for row in card.rows if not _sign(row).rank]
    blocks = [kit.header(title)]
    if bad or card.gone:
        failures = [*(_failure(row, pen) for row in bad), *(_gone(name, pen) for name in card.gone)]
        blocks.append(kit.section(pen.fill(failures, 2200, "\n\n")))
    if good:
        passes = pen.fill([_pass(row, pen) for row in good], 1200, " · ")
        blocks.append(kit.section(pen.named(f"{WELL.write(pen)} ({len(good)})", passes)))
    if not card.rows and not card.manuals and not card.gone:
        blocks.append(kit.section(pen.write(say("Nothing was measured: this round has no check"))))
    if card.between:
        came = pen.fill([pen.write(text) for text in card.between], 500, "; ")
        between = pen.write(say("Between rounds"))
        blocks.append(kit.section(f":information_source: {pen.named(f'*{between}*', came)}"))
    if card.manuals:
        blocks.append(kit.section(f"*{pen.write(say('For a person to confirm'))}*"))
        blocks += manual_blocks([(card.id, number, item) for number, item in enumerate(card.manuals)], pen)
    blocks += remark_blocks(card.id, card.remarks, pen)
    blocks.append(kit.context(_footer(card, pen)))
    return Drawn(kit.shorten(pen.speaker.sentences(title, _sentence(card, bad, good, pen)), 1500), blocks)


def _unmeasured(card: RoundCard) -> Sign:
    """A round without checks: only people can say how it stands."""
    if not card.manuals:
        return COULD_NOT_MEASURE
    return WELL if all(manual.done_at for manual in card.manuals) else TO_CONFIRM


def _sign(row: RoundRow) -> Sign:
    """The worse of the check's own state and its values."""
    signs = [STATES[row.state], *(STANDINGS[value.standing] for value in row.values)]
    return max(signs, key=lambda sign: sign.rank)


def _title(card: RoundCard, pen: Pen) -> str:
    at = pen.speaker.instant(card.at, pen.now)
    service = f"{card.service} {card.version}".strip()
    if card.follows:
        return pen.write(say("To do for {service}, {at}", service=kit.shorten(service, 90), at=at))
    return pen.write(say("Round of {service}, {at}", service=kit.shorten(service, 90), at=at))


def _gone(name: str, pen: Pen) -> str:
    text = say("the checklist {names} is configured no more", names=name)
    return f"{COULD_NOT_MEASURE.mark(pen)} {pen.write(text)}"


def _failure(row: RoundRow, pen: Pen) -> str:
    sign = _sign(row)
    label = kit.shorten(pen.label(row.label), 100)
    # Where values explain the state, a long list of all of them only stands in the way.
    explained = any(STANDINGS[value.standing].rank >= STATES[row.state].rank for value in _notable(row))
    words = kit.shorten(line(row.summary), 100 if explained else 400)
    said = pen.named(label, words) if words else label
    lines = [f"{sign.mark(pen)} {said}"]
    lines += [f"• {kit.shorten(pen.write(text), 200)}" for text in (row.alerts or ())[:_MOST_ALERTS]]
    if (left := len(row.alerts or ()) - _MOST_ALERTS) > 0:
        lines.append(pen.write(say("and {count} more", count=left)))
    lines += [f"{_mark(value, pen)} {value_beside_target(value, pen)}" for value in _notable(row)]
    if row.hint:
        lines.append(f"→ {kit.shorten(line(row.hint), 300)}")
    if row.on_failure:
        lines.append(f"→ *{kit.shorten(pen.label(row.on_failure), 300)}*")
    return "\n".join(lines)


def _mark(value: PanelRow, pen: Pen) -> str:
    return STANDINGS[value.standing].mark(pen)


def _notable(row: RoundRow) -> list[PanelRow]:
    """The values that are not well, at most five."""
    return [value for value in row.values if STANDINGS[value.standing].rank][:5]


def _pass(row: RoundRow, pen: Pen) -> str:
    if row.alerts is not None:
        return pen.write(say("No open alerts"))
    if not row.values:
        return pen.label(row.label)
    shown = [
        f"{pen.label(value.label)} {pen.quantity(value.value)}" if value.value else pen.label(value.label)
        for value in row.values
    ]
    return pen.fill(shown, 300, " · ")


def _sentence(card: RoundCard, bad: list[RoundRow], good: list[RoundRow], pen: Pen) -> str:
    waiting = sum(item.open for item in card.manuals)
    todo = pen.write(say("To confirm: {count}", count=waiting)) if waiting else ""
    if not card.rows and todo:
        return todo
    if not bad:
        return pen.speaker.sentences(pen.write(say("Passed: {passed}", passed=len(good))), todo)
    names = pen.fill([pen.label(row.label) for row in bad], 400, ", ")
    return pen.speaker.sentences(pen.named(say("Not passed"), names), todo)


def _footer(card: RoundCard, pen: Pen) -> str:
    parts = [pen.fill([line(name) for name in card.checklists], 200, ", ")] if card.checklists else []
    if card.asked_by:
        parts.append(pen.write(say("asked for by {person}", person=Name(card.asked_by))))
    parts.append(pen.named(say("Next round"), next_round(card.next_round, pen)))
    parts.append(pen.zone())
    return " · ".join(kit.shorten(part, 190) for part in parts)
