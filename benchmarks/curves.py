"""How a cost grows with what there is: points on a curve, its steepness, and a picture of several.

Both scales are logarithmic: there a cost that grows in proportion rises by one decade a decade, whatever it
costs a piece, and one that stays the same lies flat.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from printing import milliseconds, say, within

from bot.render.charts.paper import AMBER, BLUE, GREEN, INK, PAPER, RED
from bot.render.paint import draw

MOST_LINEAR, MOST_FLAT = 1.1, 0.2
"""The exponent that a curve may have between its two largest points."""

FEW_MS = 5.0
"""Below it a curve counts as flat: there the fixed cost of a question hides how the rest grows."""

_PANEL = {"width": 330, "height": 260}
_COLOURS = [BLUE, RED, GREEN, AMBER, "#6a3fa0"]


@dataclass(frozen=True, slots=True)
class Curve:
    """Processor seconds of an act at each number of what grows, smallest first."""

    act: str
    grows: str
    flat: bool
    points: Sequence[tuple[int, float]]

    @property
    def exponents(self) -> list[float]:
        """Between neighbouring points: 1 is in proportion, 0 the same."""
        return [math.log(b / a) / math.log(more / less) for (less, a), (more, b) in pairwise(self.points)]


def told(curve: Curve) -> bool:
    """Say every point, and how steep the curve is at its end; whether that is within its limit."""
    steep = [""] + [f"exponent {each:.2f}" for each in curve.exponents]
    for (number, taken_s), beside in zip(curve.points, steep, strict=True):
        say(f"{curve.act}, {number:,} {curve.grows}", milliseconds(taken_s), beside)
    name, last, (_, most_s) = f"{curve.act} by {curve.grows}", curve.exponents[-1], curve.points[-1]
    if not curve.flat:
        return within(f"{name}: exponent", last, MOST_LINEAR, "")
    if most_s * 1000 <= FEW_MS:
        return within(f"{name}: at most", most_s * 1000, FEW_MS, "ms", f"exponent {last:.2f}")
    return within(f"{name}: exponent", last, MOST_FLAT, "")


def drawn(curves: Sequence[Curve], file: Path) -> None:
    """All of them as an SVG: a panel for each thing that grows. Raises PaintError."""
    kinds = list(dict.fromkeys(each.grows for each in curves))
    panels = [_panel(kind, [each for each in curves if each.grows == kind]) for kind in kinds]
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": PAPER,
        "padding": 16,
        "concat": panels,
        "columns": 2,
        "spacing": 40,
        "resolve": {"scale": {"color": "independent", "shape": "independent"}},
        "config": {
            "font": "sans-serif",
            "axis": {"labelFontSize": 13, "titleFontSize": 14, "labelColor": INK, "titleColor": INK},
            "legend": {
                "labelFontSize": 13,
                "labelLimit": 320,
                "orient": "bottom",
                "title": None,
                "columns": 1,
            },
        },
    }
    ((_, svg),) = draw([spec], 1)
    file.write_text(svg)


def _panel(kind: str, curves: Sequence[Curve]) -> dict[str, Any]:
    """The curves of one thing that grows, above a dashed line that grows in proportion."""
    values = [
        {"number": number, "ms": taken_s * 1000, "act": curve.act}
        for curve in curves
        for number, taken_s in curve.points
    ]
    most, least = (pick(each["number"] for each in values) for pick in (max, min))
    costliest = max(each["ms"] for each in values)
    proportion = [{"number": each, "ms": costliest * each / most} for each in (least, most)]
    x = _axis("number", kind, "~s")
    y = _axis("ms", "processor time, ms", "~g")
    acts = {"field": "act", "type": "nominal", "sort": None, "scale": {"range": _COLOURS}}
    return {
        **_PANEL,
        "layer": [
            {
                "data": {"values": proportion},
                "mark": {"type": "line", "strokeDash": [4, 4], "color": "#8a8a8a", "clip": True},
                "encoding": {"x": x, "y": y},
            },
            {
                "data": {"values": values},
                "mark": {"type": "line", "point": {"size": 70}, "strokeWidth": 2.5},
                "encoding": {"x": x, "y": y, "color": acts},
            },
        ],
    }


def _axis(field: str, title: str, form: str) -> dict[str, Any]:
    decades = [10.0**exponent for exponent in range(-2, 10)]
    axis = {"title": title, "format": form, "gridColor": "#dddddd", "values": decades}
    scale = {"type": "log", "nice": True} | ({"domain": [0.01, 10_000]} if field == "ms" else {})
    return {"field": field, "type": "quantitative", "scale": scale, "axis": axis}
