"""Draws every card, form, home page and report as people see them: `make gallery`.

Writes docs/gallery/GROUP.LANGUAGE.WIDTH.SCHEME.png and an index of them, from the agreed cards in
tests/cards/golden, as the local workspace's page shows them, and from the reports of
tests/reports_of_orders.py, as files. Needs Debian's chromium.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page, sync_playwright

from bot.render.press import Press
from bot.workspace import Member, Seed, Workspace

HERE = Path(__file__).parent
TESTS = HERE.parent / "tests"
GOLDEN = TESTS / "cards" / "golden"
sys.path.insert(0, str(TESTS))

from reports_of_orders import NAMES, SCENES  # noqa: E402 - what the tests agree on is what is drawn

LANGUAGES = ("en", "zh")
WIDTHS = {"wide": 760, "phone": 390}
"""What a channel is wide beside the side bar, and on a telephone; CSS pixels."""

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

Scenes = Mapping[str, Mapping[str, Any]]

_SHOW = (HERE / "gallery.js").read_text(encoding="utf-8")


def scenes(language: str) -> Scenes:
    """The agreed cards in this language, by their name."""
    found = sorted(GOLDEN.glob(f"*.{language}.json"))
    return {path.name.split(".")[0]: json.loads(path.read_text(encoding="utf-8")) for path in found}


def reports(language: str) -> Mapping[str, str]:
    """Each report as its page of HTML, with the charts."""
    press = Press(NAMES)
    return {
        f"report-file-{name}": press.files(filed, language)[0].content.decode()
        for name, filed in SCENES.items()
    }


def show(page: Page, url: str, shown: Scenes) -> None:
    """Let the page of the workspace at `url` show these and nothing else."""
    page.goto(url)
    page.locator("#page:not([aria-busy])").wait_for()
    page.evaluate(_SHOW, dict(shown))


def grouped(every: Scenes) -> Iterator[tuple[str, Scenes]]:
    """Those whose names begin alike, together: a sheet each."""
    groups: dict[str, dict[str, Any]] = {}
    for name, scene in every.items():
        groups.setdefault(name.partition("-")[0], {})[name] = scene
    singles = {name: scene for group in groups.values() if len(group) == 1 for name, scene in group.items()}
    yield from ((name, group) for name, group in groups.items() if len(group) > 1)
    yield "others", singles


def window(browser: Browser, language: str, width: int) -> Page:
    locale = {"en": "en-GB", "zh": "zh-CN"}[language]
    return browser.new_context(
        viewport={"width": width, "height": 800}, locale=locale, timezone_id="Asia/Shanghai"
    ).new_page()


def take(page: Page, sheet: Path) -> None:
    """A picture of the whole page by day, and one by night."""
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        picture = sheet.with_name(f"{sheet.name}.{scheme}.png")
        page.screenshot(path=picture, full_page=True, animations="disabled")


def main() -> int:
    folder = HERE / "gallery"
    folder.mkdir(exist_ok=True)
    workspace = Workspace(Seed("Gallery", ("oncall",), (Member("U1", "lin", "Lin Wei"),)))
    workspace.start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for language in LANGUAGES:
            for name, width in WIDTHS.items():
                page = window(browser, language, width)
                for group, shown in grouped(scenes(language)):
                    show(page, workspace.url, shown)
                    take(page, folder / f"{group}.{language}.{name}")
                for report, content in reports(language).items():
                    page.set_content(content)
                    take(page, folder / f"{report}.{language}.{name}")
                page.context.close()
        browser.close()
    workspace.stop()
    sheets = sorted(path.name for path in folder.glob("*.png"))
    pictures = "".join(f'<h2>{name}</h2><img src="{name}" alt="{name}">' for name in sheets)
    index = f"<!doctype html><meta charset=utf-8><title>Vigil: what people see</title>{pictures}"
    (folder / "index.html").write_text(index, encoding="utf-8")
    sys.stdout.write(f"{len(sheets)} sheets: {folder / 'index.html'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
