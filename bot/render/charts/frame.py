"""A chart as a Vega-Lite specification: ink on white paper, for any theme, in one frame and one font."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.domain.report.report import Chart
from bot.locale import Speaker
from bot.render.charts.bars import bars, changes
from bot.render.charts.lines import Lines
from bot.render.charts.paper import COLUMN, HEIGHT, INK, PAPER, WIDTH, Spec, columns, words

SCALE = 2
"""Pixels a unit: sharp on a phone."""

_FONTS = "Noto Sans CJK SC, Noto Sans SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
_GRID = "#dddddd"


def specification(chart: Chart, speaker: Speaker, zone: str) -> Spec:
    """What draws this chart in the speaker's language, its times as the clock on the wall shows them."""
    height: object = HEIGHT
    if chart.bars:
        layers = bars(chart, speaker, ZoneInfo(zone))
    elif chart.changes:
        layers, height = changes(chart, speaker), {"step": COLUMN}
    else:
        layers = Lines(chart, speaker, ZoneInfo(zone)).layers()
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": WIDTH,
        "height": height,
        "background": PAPER,
        "padding": 16,
        "title": {
            "text": words(chart.title, speaker),
            "anchor": "start",
            "fontSize": 22,
            "color": INK,
            "offset": 18,
        },
        "layer": layers,
        "config": _config(columns(chart, speaker)),
    }


def _config(legend_columns: int) -> Spec:
    return {
        "font": _FONTS,
        "view": {"stroke": None},
        "axis": {
            "labelFontSize": 17,
            "titleFontSize": 17,
            "labelColor": INK,
            "titleColor": INK,
            "gridColor": _GRID,
        },
        "legend": {
            "labelFontSize": 17,
            "labelColor": INK,
            "orient": "bottom",
            "title": None,
            "symbolStrokeWidth": 3,
            "symbolSize": 300,
            "labelLimit": 600,
            "columns": legend_columns,
        },
    }
