"""Makes files: of a report a page, Markdown and a picture of each chart; of a post-mortem Markdown."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.domain.incident.postmortem import PostMortem
from bot.domain.report.filed import Filed
from bot.domain.report.report import Chart
from bot.domain.text import Label, Text, say
from bot.engine.ports import File
from bot.locale import Speaker
from bot.render.charts import SCALE, specification
from bot.render.fonts import has_chinese_font
from bot.render.markdown import markdown
from bot.render.page import Picture, page
from bot.render.paint import PaintError, draw
from bot.render.postmortem import post_mortem_markdown, write_post_mortem
from bot.render.words import write

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Press:
    """Implements `engine.ports.Press`. `names` is person key → name."""

    names: Mapping[str, str]

    def files(self, filed: Filed, language: str) -> tuple[File, ...]:
        """The page and the Markdown, then the pictures; without pictures where they cannot be drawn."""
        speaker = Speaker(language, filed.report.zone, self.names)
        written = write(filed, speaker)
        pictures = self.pictures(filed.report.charts, language, filed.report.zone)
        stem = file_stem(filed)
        whole = page(written, pictures, speaker).encode()
        return (
            File(name=f"{stem}.html", title=written.title, content=whole),
            File(name=f"{stem}.md", title=written.title, content=markdown(written, speaker).encode()),
            *(File(name=f"{stem}-{each.key}.png", title=each.title, content=each.png) for each in pictures),
        )

    def post_mortem(self, facts: PostMortem, language: str, zone: str) -> File:
        """The Markdown, named after the incident and how far it had come."""
        incident, speaker = facts.incident, Speaker(language, zone, self.names)
        return File(
            name=f"{incident.service}-post-mortem-{incident.id}-v{incident.revision}.md",
            title=speaker.say(say("Post-mortem of {playbook}", playbook=incident.playbook.label)),
            content=post_mortem_markdown(write_post_mortem(facts, speaker), speaker).encode(),
        )

    def pictures(self, charts: tuple[Chart, ...], language: str, zone: str) -> tuple[Picture, ...]:
        """Every chart drawn; none, with a word in the log, where drawing fails."""
        if language == "zh" and not has_chinese_font():
            # Boxes instead of signs tell nobody anything: a picture in English does.
            language, charts = "en", tuple(map(_in_english, charts))
        speaker = Speaker(language, zone, self.names)
        try:
            drawn = draw([specification(chart, speaker, zone) for chart in charts], SCALE)
        except PaintError as error:
            log.warning("a report goes without its pictures: %s", error)
            return ()
        return tuple(
            Picture(key=chart.key, title=speaker.say(chart.title), png=png, svg=svg)
            for chart, (png, svg) in zip(charts, drawn, strict=True)
        )


def file_stem(filed: Filed) -> str:
    """`orders-daily-2026-01-19-rab12cd34-v1`: names one version of one report."""
    report = filed.report
    return f"{report.service}-{report.kind}-{report.until:%Y-%m-%d}-{report.id}-v{report.revision}"


def _in_english(chart: Chart) -> Chart:
    return replace(chart, curves=tuple(replace(each, label=_english(each.label)) for each in chart.curves))


def _english(label: Label | Text) -> Label | Text:
    return Label(label.en) if isinstance(label, Label) else label
