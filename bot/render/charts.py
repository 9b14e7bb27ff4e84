"""A chart as a Vega-Lite specification. Times are drawn as the clock on the wall shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.localtime import wall
from bot.domain.report.report import Chart, Stretch
from bot.domain.text import Label, Text, say
from bot.locale import Speaker

Spec = dict[str, Any]

WIDTH, HEIGHT = 640, 340
SCALE = 2
"""Pixels a unit: sharp on a phone."""

FONTS = "Noto Sans CJK SC, Noto Sans SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
_COLOURS = ["#1264a3", "#b36b00", "#b5123f", "#2e7d32", "#6a3fa0", "#00796b"]
_DASHES = [[1, 0], [8, 4], [2, 3], [10, 3, 2, 3], [4, 4], [12, 4]]
_INK, _PAPER, _GRID = "#1d1c1d", "#ffffff", "#dddddd"
_LONG = timedelta(days=2)


def specification(chart: Chart, speaker: Speaker, zone: str) -> Spec:
    """What draws this chart in the speaker's language; ink on white paper, for any theme."""
    drawing = _Drawing(chart, speaker, ZoneInfo(zone))
    layers = drawing.bars() if chart.bars else drawing.changes() if chart.changes else drawing.lines()
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": WIDTH,
        "height": HEIGHT,
        "background": _PAPER,
        "padding": 16,
        "title": {"text": drawing.text(chart.title), "anchor": "start", "fontSize": 22, "color": _INK},
        "layer": layers,
        "config": {
            "font": FONTS,
            "view": {"stroke": None},
            "axis": {
                "labelFontSize": 17,
                "titleFontSize": 17,
                "labelColor": _INK,
                "titleColor": _INK,
                "gridColor": _GRID,
                "labelOverlap": True,
            },
            "legend": {
                "labelFontSize": 17,
                "labelColor": _INK,
                "orient": "bottom",
                "title": None,
                "symbolStrokeWidth": 3,
                "symbolSize": 300,
                "labelLimit": 400,
                "columns": 3,
            },
        },
    }


class _Drawing:
    def __init__(self, chart: Chart, speaker: Speaker, zone: ZoneInfo) -> None:
        self._chart = chart
        self._speaker = speaker
        self._zone = zone

    def text(self, said: Text | Label) -> str:
        return self._speaker.label(said) if isinstance(said, Label) else self._speaker.say(said)

    def lines(self) -> list[Spec]:
        """From the back to the front: phases, alerts, limits, curves, the deployment."""
        parts: list[Callable[[], Iterator[Spec]]] = [
            self._phases,
            self._alerts,
            self._targets,
            self._curves,
            self._deployment,
        ]
        return [layer for part in parts for layer in part()]

    def bars(self) -> list[Spec]:
        """Counts a day, one colour a sort."""
        words = list(dict.fromkeys(self.text(name) for _, name, _ in self._chart.bars))
        values = [
            {"day": f"{at.astimezone(self._zone):%m-%d}", "sort": self.text(name), "count": count}
            for at, name, count in self._chart.bars
        ]
        colours = {"domain": words, "range": ["#b5123f", "#d99000", "#8a8a8a"][: len(words)]}
        return [
            {
                "data": {"values": values},
                "mark": {"type": "bar", "width": {"band": 0.6}},
                "encoding": {
                    "x": {"field": "day", "type": "ordinal", "axis": {"title": None, "labelAngle": 0}},
                    "y": {
                        "field": "count",
                        "type": "quantitative",
                        "axis": {"title": None, "tickMinStep": 1, "format": "d"},
                    },
                    "color": {"field": "sort", "type": "nominal", "scale": colours},
                    "order": {"field": "sort"},
                },
            }
        ]

    def changes(self) -> list[Spec]:
        """A bar a metric, to the right for more and to the left for less, with its number in words."""
        values = [
            {
                "metric": self.text(label),
                "change": change,
                "said": f"{change:+.1f}% {self._speaker.say(verdict)}",
                "verdict": self._speaker.say(verdict),
            }
            for label, change, verdict in self._chart.changes
        ]
        y = {"field": "metric", "type": "nominal", "sort": None, "axis": {"title": None, "labelLimit": 260}}
        x = {"field": "change", "type": "quantitative", "axis": {"title": "%"}}
        words = list(dict.fromkeys(each["verdict"] for each in values))
        colours = {"domain": words, "range": _COLOURS[: len(words)]}
        text = {"type": "text", "fontSize": 15, "color": _INK, "align": "left", "dx": 6}
        return [
            {
                "data": {"values": values},
                "mark": {"type": "bar"},
                "encoding": {
                    "y": y,
                    "x": x,
                    "color": {"field": "verdict", "type": "nominal", "scale": colours},
                },
            },
            {
                "data": {"values": values},
                "mark": text,
                "encoding": {"y": y, "x": {**x, "stack": None}, "text": {"field": "said"}},
            },
        ]

    def _time(self, at: datetime) -> int:
        """The clock on the wall, as milliseconds of a time that Vega takes for UTC."""
        return round(wall(self._zone, at).replace(tzinfo=UTC).timestamp() * 1000)

    def _x(self, field: str) -> Spec:
        domain = [self._time(self._chart.since), self._time(self._chart.until)]
        long = self._chart.until - self._chart.since > _LONG
        return {
            "field": field,
            "type": "temporal",
            "scale": {"type": "utc", "domain": domain, "clamp": True},
            "axis": {"title": None, "format": "%m-%d" if long else "%H:%M", "tickCount": 7, "grid": False},
        }

    def _y(self, field: str) -> Spec:
        return {"field": field, "type": "quantitative", "axis": {"title": self._chart.unit or None}}

    def _spans(self, stretches: tuple[Stretch, ...]) -> list[Spec]:
        return [
            {
                "from": self._time(each.since),
                "to": self._time(each.until),
                "name": self.text(each.label),
                "n": n % 2,
            }
            for n, each in enumerate(stretches)
        ]

    def _phases(self) -> Iterator[Spec]:
        if not self._chart.phases:
            return
        yield {
            "data": {"values": [each for each in self._spans(self._chart.phases) if each["n"]]},
            "mark": {"type": "rect", "color": "#eef3f8"},
            "encoding": {"x": self._x("from"), "x2": {"field": "to"}},
        }

    def _alerts(self) -> Iterator[Spec]:
        if not self._chart.alerts:
            return
        spans = self._spans(self._chart.alerts)
        at = {"x": self._x("from"), "x2": {"field": "to"}}
        yield {
            "data": {"values": spans},
            "mark": {"type": "rect", "color": "#b5123f", "opacity": 0.18},
            "encoding": at,
        }
        yield {
            "data": {"values": [spans[0] | {"name": "▲ " + self._speaker.say(say("alert"))}]},
            "mark": {
                "type": "text",
                "align": "left",
                "baseline": "top",
                "color": "#8c0f32",
                "fontSize": 16,
                "y": 22,
                "dx": 3,
            },
            "encoding": {"x": self._x("from"), "text": {"field": "name"}},
        }

    def _targets(self) -> Iterator[Spec]:
        limits = [
            {
                "limit": curve.target,
                "name": self._speaker.say(say("target of {metric}", metric=curve.label)),
            }
            for curve in self._chart.curves
            if curve.target is not None
        ]
        if not limits:
            return
        yield {
            "data": {"values": limits},
            "mark": {"type": "rule", "strokeDash": [6, 4], "color": "#555555", "strokeWidth": 1.5},
            "encoding": {"y": self._y("limit")},
        }
        yield {
            "data": {"values": limits},
            "mark": {
                "type": "text",
                "align": "right",
                "baseline": "bottom",
                "color": "#555555",
                "fontSize": 15,
                "x": WIDTH - 2,
                "dy": -2,
            },
            "encoding": {"y": self._y("limit"), "text": {"field": "name"}},
        }

    def _curves(self) -> Iterator[Spec]:
        names = [self.text(curve.label) for curve in self._chart.curves]
        values = [
            {"at": self._time(at), "value": value, "curve": name}
            for name, curve in zip(names, self._chart.curves, strict=True)
            for at, value in curve.points
        ]
        yield {
            "data": {"values": values},
            "mark": {"type": "line", "strokeWidth": 2.5, "interpolate": "monotone"},
            "encoding": {
                "x": self._x("at"),
                "y": self._y("value"),
                "color": {
                    "field": "curve",
                    "type": "nominal",
                    "scale": {"domain": names, "range": _COLOURS[: len(names)]},
                },
                "strokeDash": {
                    "field": "curve",
                    "type": "nominal",
                    "scale": {"domain": names, "range": _DASHES[: len(names)]},
                },
            },
        }

    def _deployment(self) -> Iterator[Spec]:
        at = self._chart.deployed_at
        if at is None or not self._chart.since <= at <= self._chart.until:
            return
        values = [{"at": self._time(at), "name": self._speaker.say(say("deployment"))}]
        mark = {"type": "rule", "color": "#6a3fa0", "strokeWidth": 2.5}
        yield {"data": {"values": values}, "mark": mark, "encoding": {"x": self._x("at")}}
        text = {
            "type": "text",
            "align": "left",
            "baseline": "top",
            "color": "#6a3fa0",
            "fontSize": 16,
            "y": 2,
            "dx": 5,
        }
        yield {
            "data": {"values": values},
            "mark": text,
            "encoding": {"x": self._x("at"), "text": {"field": "name"}},
        }
