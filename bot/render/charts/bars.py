"""Charts of bars: alerts by day, and by how much each metric has changed."""

from __future__ import annotations

from collections import Counter
from zoneinfo import ZoneInfo

from bot.domain.measures.baseline import Change
from bot.domain.report.compared import CHANGES
from bot.domain.report.report import Chart
from bot.domain.text import Quantity
from bot.locale import Speaker
from bot.render.charts.paper import AMBER, BLUE, GREEN, INK, RED, Spec, words

_BY_VERDICT = {Change.SAME: BLUE, Change.BETTER: GREEN, Change.WORSE: RED, Change.NO_DATA: "#8a8a8a"}


def bars(chart: Chart, speaker: Speaker, zone: ZoneInfo) -> list[Spec]:
    """Counts a day, one colour a sort, with their sum above."""
    sorts = list(dict.fromkeys(words(name, speaker) for _, name, _ in chart.bars))
    values = []
    totals: Counter[str] = Counter()
    for at, name, count in chart.bars:
        day, sort = f"{at.astimezone(zone):%m-%d}", words(name, speaker)
        values.append({"day": day, "sort": sort, "count": count, "order": sorts.index(sort)})
        totals[day] += count
    sums = [{"day": day, "count": count, "said": str(count)} for day, count in totals.items() if count]
    colours = {"domain": sorts, "range": [RED, AMBER][: len(sorts)]}
    x = {"field": "day", "type": "ordinal", "sort": None, "axis": {"title": None, "labelAngle": 0}}
    most = max(totals.values(), default=0)
    ticks = list(range(0, most + 1, -(-most // 5) or 1))
    y = {"field": "count", "type": "quantitative", "axis": {"title": None, "values": ticks, "format": "d"}}
    return [
        {
            "data": {"values": values},
            "mark": {"type": "bar", "width": {"band": 0.6}},
            "encoding": {
                "x": x,
                "y": y,
                "color": {"field": "sort", "type": "nominal", "scale": colours},
                "order": {"field": "order", "type": "quantitative"},
            },
        },
        {
            "data": {"values": sums},
            "mark": {"type": "text", "fontSize": 17, "color": INK, "baseline": "bottom", "dy": -3},
            "encoding": {"x": x, "y": {**y, "stack": None}, "text": {"field": "said"}},
        },
    ]


def changes(chart: Chart, speaker: Speaker) -> list[Spec]:
    """A bar a metric, to the right for more and to the left for less; its number stands right of it."""
    said = {speaker.say(text): _BY_VERDICT[verdict] for verdict, text in CHANGES.items()}
    values = [
        {
            "metric": words(label, speaker),
            "change": change,
            "end": max(change, 0.0),
            "said": f"{_signed(change, speaker)} {speaker.say(verdict)}",
            "verdict": speaker.say(verdict),
        }
        for label, change, verdict in chart.changes
    ]
    shown = [verdict for verdict in said if any(each["verdict"] == verdict for each in values)]
    axis = {"title": None, "labelLimit": 260, "labelOverlap": False}
    y = {"field": "metric", "type": "nominal", "sort": None, "axis": axis}
    x = {"field": "change", "type": "quantitative", "axis": {"title": "%", "tickCount": 6}}
    colours = {"domain": shown, "range": [said[verdict] for verdict in shown]}
    number = {"type": "text", "fontSize": 15, "color": INK, "align": "left", "dx": 6}
    return [
        {
            "data": {"values": values},
            "mark": {"type": "bar"},
            "encoding": {"y": y, "x": x, "color": {"field": "verdict", "type": "nominal", "scale": colours}},
        },
        {
            "data": {"values": values},
            "mark": number,
            "encoding": {"y": y, "x": {**x, "field": "end", "stack": None}, "text": {"field": "said"}},
        },
    ]


def _signed(change: float, speaker: Speaker) -> str:
    """`+64%`, `-7.3%`; what nobody would see is `0%`."""
    seen = round(change, 1)
    return ("+" if seen > 0 else "") + speaker.quantity(Quantity(seen + 0.0, "%"))
