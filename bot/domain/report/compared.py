"""Sections of a report that compare before and after: the table of the baseline, and why."""

from __future__ import annotations

from bot.domain.measures.baseline import Change, Comparison
from bot.domain.panel import Standing
from bot.domain.report.facts import Facts
from bot.domain.report.report import Grid, Row, Section
from bot.domain.report.rows import section
from bot.domain.text import Label, Quantity, Text, say

_UNSEEN = 0.005
"""A change below half a per cent is none to people."""


def before_and_after(facts: Facts) -> Section:
    head_ = (say("Metric"), say("Before"), say("After"), say("Changed by"), say("State"))
    if not facts.compared:
        nothing = say("no data: there is no baseline of the time before")
        return Section(title=say("Before and after"), rows=(Row(value=nothing, standing=Standing.NO_DATA),))
    grid = Grid(head=head_, rows=tuple(compared_cells(each) for each in facts.compared))
    return Section(title=say("Before and after"), grid=grid)


def compared_cells(each: Comparison) -> tuple[Text | Label | Quantity | None, ...]:
    """A line of the baseline table: metric, before, after, change, state."""
    before, after = each.before, each.after
    change: Text | Quantity | None = None
    if each.change is not None:
        little = each.verdict is Change.SAME and abs(each.change) < _UNSEEN
        change = say("no change") if little else Quantity(each.change * 100, "%")
        if each.change > 0 and not little:
            change = say("+{change}", change=change)
    return (
        each.label,
        None if before is None else Quantity(before, each.unit),
        None if after is None else Quantity(after, each.unit),
        change,
        say("{sign} {verdict}", sign=_SIGNS[each.verdict], verdict=CHANGES[each.verdict]),
    )


_SIGNS = {Change.SAME: "✅", Change.BETTER: "✅", Change.WORSE: "🟡", Change.NO_DATA: "⚪"}

CHANGES: dict[Change, Text] = {
    Change.SAME: say("same"),
    Change.BETTER: say("better"),
    Change.WORSE: say("worse"),
    Change.NO_DATA: say("no data"),
}


def arithmetic(facts: Facts) -> Section:
    """Why each metric is judged as it is."""
    rows = [
        Row(name=each.label, value=each.reason, standing=_CHANGE_MARKS[each.verdict], spoken=True)
        for each in facts.compared
    ]
    return section(say("Why"), rows, say("there is no baseline to compare with"))


_CHANGE_MARKS = {
    Change.SAME: Standing.OK,
    Change.BETTER: Standing.OK,
    Change.WORSE: Standing.WARNING,
    Change.NO_DATA: Standing.NO_DATA,
}
