"""The live panel, as the answer to `/monitor status` and on other cards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from bot.blockkit import limits
from bot.domain.alerts.health import condition
from bot.domain.card import PanelCard
from bot.domain.panel import Panel, PanelRow, Standing
from bot.domain.text import say
from bot.slack.cards import blocks as kit
from bot.slack.cards.blocks import Block, Drawn
from bot.slack.cards.pen import Pen, line
from bot.slack.cards.signs import CRITICAL, NO_DATA, STANDINGS, WARNING, WELL, Sign
from bot.slack.cards.watches.entries import watch_title

GROUPS = {
    "orders": say("Order processing"),
    "performance": say("Performance"),
    "system": say("System resources"),
    "logs": say("Logs"),
    "dependencies": say("Dependencies"),
    "other": say("Other"),
}
_Item = TypeVar("_Item")
_ROOM = 7000
_MOST_PANELS = 8
_MOST_BLOCKS = 36


def draw_panels(card: PanelCard, pen: Pen) -> Drawn:
    if not card.panels:
        nothing = pen.write(say("There is no service to show: config.yaml names none"))
        return Drawn(nothing, [kit.section(nothing)])
    shown = _most_urgent(card.panels, [overall(panel).rank for panel in card.panels], _MOST_PANELS)
    blocks: list[Block] = []
    for panel in shown:
        blocks.append(kit.header(overall(panel).title(pen, line(panel.service))))
        titles = [watch_title(watch, pen) for watch in card.watches if watch.service == panel.service]
        if titles:
            blocks.append(kit.context(pen.fill(titles, 200, " · ")))
        blocks += panel_blocks(panel, pen, _ROOM // len(shown), _MOST_BLOCKS // len(shown))
    left_out = len(card.panels) - len(shown)
    if left_out:
        blocks.append(kit.context(pen.write(say("and {count} more", count=left_out))))
    return Drawn(pen.fill([summary(panel, pen) for panel in shown], 1500), blocks)


def overall(panel: Panel) -> Sign:
    """The worst of everything shown. A panel without any value is not well: it has no data."""
    signs = [STANDINGS[row.standing] for group in panel.groups for row in group.rows]
    signs = signs or [NO_DATA]
    signs += [STANDINGS[entry.standing] for entry in panel.system]
    signs += [CRITICAL] * bool(panel.critical) + [WARNING] * bool(panel.warning)
    return max(signs, key=lambda sign: sign.rank)


def summary(panel: Panel, pen: Pen) -> str:
    """One sentence: how the service stands and which values are not as they should be."""
    bad = [row for row in _worst_first(row for group in panel.groups for row in group.rows) if _rank(row)]
    head = kit.shorten(pen.named(line(panel.service), pen.write(overall(panel).word)), 200)
    alerts = pen.write(
        say(
            "Open alerts: critical {critical}, warning {warning}",
            critical=panel.critical,
            warning=panel.warning,
        )
    )
    rows = pen.fill([_row(row, pen, mark=False) for row in bad], 400, "; ")
    return pen.speaker.sentences(head, rows, alerts)


def panel_blocks(panel: Panel, pen: Pen, room: int, most: int) -> list[Block]:
    """A section a group, the worst rows first, then alerts and system; at most `room` characters."""
    blocks: list[Block] = []
    tail = _tail(panel, pen, room // 3)
    left = room - sum(len(part) for part in tail)
    ranks = [max((_rank(row) for row in group.rows), default=0) for group in panel.groups]
    groups = _most_urgent(panel.groups, ranks, max(most - 3, 1))
    for index, group in enumerate(groups):
        title = kit.shorten(_group(group.key, pen), 60)
        share = min(left // (len(groups) - index), limits.SECTION_TEXT) - len(title) - 3
        rows = [_row(row, pen) for row in _worst_first(group.rows)]
        text = f"*{title}*\n{pen.fill(rows, share)}"
        left -= len(text)
        blocks.append(kit.section(text))
    if len(groups) < len(panel.groups):
        blocks.append(kit.context(pen.write(say("and {count} more", count=len(panel.groups) - len(groups)))))
    return [*blocks, *(kit.section(part) for part in tail)]


def panel_in_short(panel: Panel, pen: Pen) -> Block:
    """One section: the state, what is not well in it, and how much is."""
    rows = _worst_first(row for group in panel.groups for row in group.rows)
    lines = [f"*{overall(panel).title(pen, kit.shorten(line(panel.service), 80))}*"]
    lines += [_row(row, pen) for row in rows if _rank(row)]
    lines += [
        f"{STANDINGS[entry.standing].mark(pen)} {pen.named(entry.label, pen.write(entry.detail))}"
        for entry in sorted(panel.system, key=lambda entry: -STANDINGS[entry.standing].rank)
        if STANDINGS[entry.standing].rank
    ]
    well = sum(not _rank(row) for row in rows)
    counted = pen.write(say("values as they should be: {count} of {total}", count=well, total=len(rows)))
    return kit.section(pen.fill([*lines, f"{WELL.mark(pen)} {counted}" if well else counted], 1500))


def value_beside_target(row: PanelRow, pen: Pen) -> str:
    """`P99 latency *12.1 s* · target < 1 s`."""
    said = kit.shorten(pen.label(row.label), 80)
    if row.value and row.standing is Standing.STALE:
        said += f" *{pen.write(say('last {value}', value=row.value))}*"
    elif row.value and row.standing is not Standing.NO_DATA:
        said += f" *{pen.quantity(row.value)}*"
    if row.target:
        said += " · " + pen.write(say("target {target}", target=condition(row.target, row.unit)))
    return said


def _row(row: PanelRow, pen: Pen, *, mark: bool = True) -> str:
    sign = STANDINGS[row.standing]
    age = f" · {pen.ago(row.measured_at)}" if row.measured_at else ""
    if not mark:
        return f"{pen.write(sign.word)} {value_beside_target(row, pen)}".replace("*", "")
    return f"{sign.mark(pen)} {value_beside_target(row, pen)}{age}"


def _tail(panel: Panel, pen: Pen, room: int) -> list[str]:
    counts = [
        f"{(CRITICAL if panel.critical else WELL).mark(pen)} "
        + pen.write(say("Critical alerts: {count}", count=panel.critical)),
        f"{(WARNING if panel.warning else WELL).mark(pen)} "
        + pen.write(say("Warning alerts: {count}", count=panel.warning)),
        ":information_source: "
        + pen.write(
            say(
                "Information: {pending} pending, {resolved} resolved in 24 h",
                pending=panel.pending,
                resolved=panel.resolved,
            )
        ),
    ]
    parts = [f"*{pen.write(say('Alerts'))}*\n" + "\n".join(counts)]
    if panel.system:
        ordered = sorted(panel.system, key=lambda entry: -STANDINGS[entry.standing].rank)
        lines = [
            f"{STANDINGS[entry.standing].mark(pen)} {pen.named(entry.label, pen.write(entry.detail))}"
            for entry in ordered
        ]
        parts.append(f"*{pen.write(say('System'))}*\n{pen.fill(lines, room)}")
    return parts


def _group(key: str, pen: Pen) -> str:
    return pen.write(GROUPS[key]) if key in GROUPS else line(key)


def _rank(row: PanelRow) -> int:
    return STANDINGS[row.standing].rank


def _worst_first(rows: Iterable[PanelRow]) -> list[PanelRow]:
    return sorted(rows, key=lambda row: -_rank(row))


def _most_urgent(items: Sequence[_Item], ranks: Sequence[int], most: int) -> list[_Item]:
    """At most so many, in their order; when there are more, those of the highest rank."""
    kept = sorted(range(len(items)), key=lambda index: -ranks[index])[:most]
    return [items[index] for index in sorted(kept)]
