"""Charts as specifications that Vega-Lite draws."""

from bot.render.charts.frame import SCALE, specification

__all__ = ["SCALE", "specification"]
