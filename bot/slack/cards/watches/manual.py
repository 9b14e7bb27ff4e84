"""Items that only a person can confirm: how each stands, and buttons for those that are open."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.text import Instant, Name, say
from bot.domain.watches.listing import Manual
from bot.slack.cards import blocks as kit
from bot.slack.cards.blocks import Block
from bot.slack.cards.pen import Pen, line

_OPEN = "white_large_square"
_WITH_BUTTONS = 12
_ROOM = 1500

Numbered = tuple[str, int, Manual]
"""(round, number in the round from 0, item)"""


def manual_blocks(items: Sequence[Numbered], pen: Pen) -> list[Block]:
    """Open items first, each with its buttons; then what was done and what was not."""
    waiting = [each for each in items if each[2].open]
    blocks: list[Block] = []
    for round_id, number, item in waiting[:_WITH_BUTTONS]:
        blocks += [kit.section(_line(item, pen)), _buttons(round_id, number, pen)]
    rest = [item for _, _, item in waiting[_WITH_BUTTONS:]]
    rest += sorted((item for _, _, item in items if not item.open), key=lambda item: item.done_at is not None)
    if rest:
        blocks.append(kit.section(pen.fill([_line(item, pen) for item in rest], _ROOM)))
    return blocks


def _line(item: Manual, pen: Pen) -> str:
    ask = kit.shorten(pen.label(item.ask), 120)
    if item.open:
        reminded = f" · {pen.write(say('reminded'))}" if item.reminded_at else ""
        return f":{_OPEN}: {ask}{reminded}"
    if item.done_at:
        who = say("done by {person}, {at}", person=Name(item.done_by or ""), at=Instant(item.done_at))
        note = f" · _{kit.shorten(line(item.note), 120)}_" if item.note.strip() else ""
        return f":white_check_mark: {ask} · {kit.shorten(pen.write(who), 120)}{note}"
    todo = f"\n→ *{kit.shorten(pen.label(item.on_failure), 160)}*" if item.on_failure else ""
    return f":x: *{pen.write(say('NOT DONE'))}* {ask}{todo}"


def _buttons(round_id: str, number: int, pen: Pen) -> Block:
    place = f"{round_id}:{number}"
    done = kit.button(
        pen.write(say("Done")), f"round.tick.{round_id}.{number}", f"tick:{place}", style="primary"
    )
    note = kit.button(
        pen.write(say("Done, with a note…")), f"round.tick-note.{round_id}.{number}", f"tick-note:{place}"
    )
    return kit.actions(done, note)
