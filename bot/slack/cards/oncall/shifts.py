"""Who is on call, who follows, and who would be paged right now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.card import OnCallList
from bot.domain.oncall.coverage import WouldPage
from bot.domain.oncall.override import Kept, in_words
from bot.domain.oncall.rotation import Shift
from bot.domain.text import Instant, say
from bot.slack.cards import blocks as kit
from bot.slack.cards.alerts.alert import way_in_words
from bot.slack.cards.blocks import Block, Drawn
from bot.slack.cards.pen import Pen, line


def draw_oncall(card: OnCallList, pen: Pen) -> Drawn:
    blocks: list[Block] = []
    if card.shifts:
        title = pen.write(say("On call"))
        lines = [shift_line(shift, pen) for shift in card.shifts]
        blocks.append(kit.section(f"*{title}*\n{pen.fill(lines, 2500)}"))
    else:
        blocks.append(kit.section(pen.write(say("There is no schedule: config.yaml names none"))))
    if card.would_page:
        title = pen.write(say("Who would be paged now"))
        lines = [_level(entry, pen) for entry in _told_once(card.would_page, pen)]
        blocks.append(kit.section(f"*{title}*\n{pen.fill(lines, 2500)}"))
    blocks += [_override(kept, n, pen) for n, kept in enumerate(card.overrides[:_OVERRIDES])]
    if card.shifts:
        blocks.append(kit.actions(kit.button(pen.write(say("Override…")), "override", "override:")))
        blocks.append(kit.context(pen.zone()))
    return Drawn(_sentence(card, pen), blocks)


def _sentence(card: OnCallList, pen: Pen) -> str:
    who = [pen.named(kit.shorten(line(shift.schedule), 80), _who(shift, pen)) for shift in card.shifts]
    if not who:
        return pen.write(say("There is no schedule: config.yaml names none"))
    return f"{pen.write(say('On call'))} – {pen.fill(who, 600, '; ')}"


def _who(shift: Shift, pen: Pen) -> str:
    return pen.names(shift.on_call) if shift.on_call else pen.write(say("nobody"))


def shift_line(shift: Shift, pen: Pen) -> str:
    """Who is on call until when, who follows, and why."""
    emoji = "pager" if shift.on_call else "warning"
    parts = [f":{emoji}: {pen.named(kit.shorten(line(shift.schedule), 80), f'*{_who(shift, pen)}*')}"]
    if shift.until:
        until = f"{pen.speaker.day(shift.until)} {pen.speaker.time_of_day(shift.until)}"
        parts.append(pen.write(say("until {at}", at=until)))
        follows = pen.names(shift.next) if shift.next else pen.write(say("nobody"))
        parts.append(f"{pen.write(say('then'))} {follows}")
    elif shift.since:
        parts.append(pen.write(say("since {at}", at=Instant(shift.since))))
    parts.append(f"_{kit.shorten(pen.write(shift.why), 200)}_")
    return " · ".join(parts)


def _override(kept: Kept, number: int, pen: Pen) -> Block:
    """An exception that somebody made, with a button that takes it back."""
    what = pen.named(kit.shorten(line(kept.schedule), 80), pen.write(in_words(kept.override)))
    by = pen.speaker.join((pen.name(kept.by), f"`{kept.id}`"))
    words = f":pencil2: {pen.speaker.noted(what, by)}"
    take_back = kit.button(pen.write(say("Take back")), f"override.{number}", f"override-cancel:{kept.id}")
    return kit.section(words, most=300, accessory=take_back)


def _told_once(entries: Sequence[WouldPage], pen: Pen) -> list[WouldPage]:
    """Policies whose levels reach the same people by the same ways are told together."""
    levels: dict[str, tuple[WouldPage, ...]] = {}
    for entry in entries:
        levels[entry.policy] = (*levels.get(entry.policy, ()), replace(entry, policy=""))
    alike: dict[tuple[WouldPage, ...], list[str]] = {}
    for policy, chain in levels.items():
        alike.setdefault(chain, []).append(policy)
    return [
        replace(level, policy=pen.speaker.join(names)) for chain, names in alike.items() for level in chain
    ]


def _level(entry: WouldPage, pen: Pen) -> str:
    place = pen.write(say("{policy}, level {level}", policy=entry.policy, level=entry.level))
    place = kit.shorten(place, 120)
    nobody = pen.write(say("nobody"))
    why = kit.shorten(pen.write(entry.why), 200) if entry.why else "–"
    people = [_by(key, by, pen) for key, by in entry.people]
    who = pen.fill([*people, *map(line, entry.others)], 400, pen.speaker.join(("", "")))
    if not who:
        return f":warning: {pen.speaker.noted(pen.named(place, f'*{nobody}*'), why)}"
    return f":pager: {pen.named(place, who)} _{why}_"


def _by(person: str, by: tuple[str, ...], pen: Pen) -> str:
    """`Lin Wei (Slack, phone)`."""
    ways = pen.speaker.join([line(way_in_words(each, pen)) for each in by])
    return pen.speaker.noted(pen.name(person), ways or f":warning: {pen.write(say('no way'))}")


_OVERRIDES = 10
