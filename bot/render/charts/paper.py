"""What every chart is drawn on and with: its size, its colours, and its words."""

from __future__ import annotations

from typing import Any

from bot.domain.report.report import Chart, Curve
from bot.domain.text import Label, Quantity, Text, say
from bot.locale import Speaker

Spec = dict[str, Any]

WIDTH, HEIGHT = 640, 340
COLUMN = 30
"""The room of one bar across."""

INK, PAPER = "#1d1c1d", "#ffffff"
RED, AMBER, GREEN, BLUE = "#b5123f", "#b36b00", "#2e7d32", "#1264a3"

_LETTER, _SYMBOL = 9.5, 60
"""About so wide are a letter of the legend, half a Chinese sign, and what stands before each label."""


def words(said: Text | Label, speaker: Speaker) -> str:
    return speaker.label(said) if isinstance(said, Label) else speaker.say(said)


def curve_name(curve: Curve, unit: str, speaker: Speaker) -> str:
    """The curve in the legend, with the target whose line has its colour."""
    if curve.target is None:
        return words(curve.label, speaker)
    target = Quantity(curve.target, unit)
    return speaker.say(say("{metric} (target {target})", metric=curve.label, target=target))


def columns(chart: Chart, speaker: Speaker) -> int:
    """In how many columns the legend fits below the chart."""
    names = [curve_name(curve, chart.unit, speaker) for curve in chart.curves]
    widest = max((sum(1 if sign.isascii() else 2 for sign in name) for name in names), default=12)
    return max(1, int(WIDTH // (widest * _LETTER + _SYMBOL)))
