"""Every card, form, home page and report says on the page what was drawn, in both languages and widths.

Compared by what can be read and pressed, not by pixels: `make gallery` makes the pictures to look at.
"""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe import severe
from playwright.sync_api import Browser
from reports_of_orders import NAMES, SCENES

from bot.locale import Speaker
from bot.render.page import Picture
from bot.render.page import page as report_page
from bot.render.words import Written, write
from bot.workspace import Workspace

pytestmark = pytest.mark.browser
GALLERY = runpy.run_path(str(Path(__file__).parents[2] / "docs" / "gallery.py"))
READ = """() => Object.fromEntries([...document.querySelectorAll(".scene")].map((scene) => [
  scene.dataset.scene, {
  said: scene.querySelector(".scene-name").nextElementSibling.innerText,
  pressed: [...scene.querySelectorAll("button, a.button")].map((one) => one.innerText.trim()),
  missing: scene.querySelectorAll(".missing").length,
  wide: [...scene.querySelectorAll("*")].some((one) => one.getBoundingClientRect().right > innerWidth),
}]))"""

_SIGN = re.compile(r":[a-z0-9_+-]+:")
_LINK = re.compile(r"<[^<>|]*\|([^<>]*)>")
_MENTION = re.compile(r"<[@#!][^<>]*>")


def texts(part: Any) -> Iterator[str]:
    """What a card shows, in its order; what a confirmation or a menu says is not shown yet."""
    if isinstance(part, list):
        for inner in part:
            yield from texts(inner)
    elif isinstance(part, dict):
        if part.get("type") in ("plain_text", "mrkdwn", "raw_text"):
            yield part["text"]
            return
        for name in ("title", "text", "fields", "label", "element", "elements", "accessory", "rows", "hint"):
            yield from texts(part.get(name))
        yield from texts(part.get("blocks"))


def words(text: str) -> list[str]:
    """The words of what can be read."""
    return re.findall(r"[^\W_]+", text)


def written(text: str) -> list[str]:
    """The words that a text of a card comes to: without signs, mentions and the addresses of links."""
    plain = _SIGN.sub(" ", _MENTION.sub(" ", _LINK.sub(r"\1", text)))
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        plain = plain.replace(entity, character)
    return words(plain)


def buttons(part: Any) -> list[str]:
    """The words on every button, in their order."""
    if isinstance(part, list):
        return [each for inner in part for each in buttons(inner)]
    if not isinstance(part, dict):
        return []
    own = [part["text"]["text"]] if part.get("type") == "button" else []
    return own + [each for inner in part.values() for each in buttons(inner)]


@pytest.mark.parametrize("language", GALLERY["LANGUAGES"])
@pytest.mark.parametrize("width", GALLERY["WIDTHS"])
def test_the_page_shows_what_was_drawn(
    browser: Browser, workspace: Workspace, language: str, width: str
) -> None:
    page = GALLERY["window"](browser, language, GALLERY["WIDTHS"][width])
    scenes = GALLERY["scenes"](language)
    GALLERY["show"](page, workspace.url, scenes)
    shown = page.evaluate(READ)
    page.context.close()
    assert len(shown) == len(scenes) > 80
    for name, scene in scenes.items():
        seen = shown[name]
        said = set(words(seen["said"]))
        assert [word for text in texts(scene) for word in written(text) if word not in said] == [], name
        pressed = [words(each) for each in seen["pressed"]]
        assert [each for each in buttons(scene) if written(each) not in pressed] == [], name
        assert not re.search(r":[a-z_]{3,}:", seen["said"]), f"{name}: an emoji that the page does not know"
        assert (seen["missing"], seen["wide"]) == (0, False), name


CHART = Picture(key="latency", title="Latency", png=b"", svg='<svg xmlns="http://www.w3.org/2000/svg"/>')


def said_in(report: Written, speaker: Speaker) -> Iterator[str]:
    """All that a report's page says, in its order."""
    yield report.title
    for section in (None, *report.sections):
        if section:
            yield speaker.heading(section.title)
        for row in section.rows if section else report.head:
            yield from (row.word, row.name, row.value, row.note)
        if section:
            yield from (cell for cells in (section.head, *section.cells) for cell in cells)
    yield from report.footer


@pytest.mark.parametrize("language", GALLERY["LANGUAGES"])
@pytest.mark.parametrize("width", GALLERY["WIDTHS"])
def test_the_page_of_a_report_says_what_was_written(browser: Browser, language: str, width: str) -> None:
    page = GALLERY["window"](browser, language, GALLERY["WIDTHS"][width])
    speaker = Speaker(language, "Asia/Shanghai", NAMES)
    for name, filed in SCENES.items():
        report = write(filed, speaker)
        page.set_content(report_page(report, (CHART,), speaker))
        assert words(page.locator("body").inner_text()) == words(" ".join(said_in(report, speaker))), name
        assert page.get_by_role("img", name=CHART.title).count() == 1
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    assert severe(page) == []
    page.context.close()
