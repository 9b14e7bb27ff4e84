"""A report as one page of HTML that needs nothing else: for the browser, for print, in light and dark."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.locale import Speaker
from bot.render.words import Written

_TEMPLATE = Path(__file__).with_name("page.html")


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn chart: the name of its file without an ending, what it shows, and itself twice."""

    key: str
    title: str
    png: bytes
    svg: str


def page(written: Written, pictures: Sequence[Picture], speaker: Speaker) -> str:
    """The whole page; the pictures stand after the first section."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    shown = [{"title": each.title, "svg": base64.b64encode(each.svg.encode()).decode()} for each in pictures]
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    return template.render(written=written, pictures=shown, speaker=speaker)
