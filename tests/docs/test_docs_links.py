"""Links in the documentation lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]
LINK = re.compile(r"\]\(([^()\s]+)(?:\s+\"[^\"]*\")?\)|(?:src|srcset|href)=\"([^\"]+)\"")
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//")


def prose(page: Path) -> str:
    """The text without blocks and pieces of code, in which nothing is a link."""
    text = re.sub(r"^ *(```+|~~~+).*?^ *\1", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    return re.sub(r"`[^`\n]+`", "", text)


def anchors(page: Path) -> set[str]:
    """The anchors GitHub gives to the headings, and those the page sets itself."""
    text = re.sub(r"^ *(```+|~~~+).*?^ *\1", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    headings = re.findall(r"^#+ +(.*?) *#*$", text, re.M)
    plain = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower() for heading in headings)
    return {re.sub(r"[^\w -]", "", heading).replace(" ", "-") for heading in plain} | set(
        re.findall(r"(?:id|name)=\"([^\"]+)\"", text)
    )


def dead_links(page: Path) -> list[str]:
    dead = []
    for groups in LINK.findall(prose(page)):
        link = next(filter(None, groups))
        if ELSEWHERE.match(link):
            continue
        file, _, anchor = link.partition("#")
        target = page.parent / file if file else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            dead.append(link)
    return dead


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_points_to_a_file_and_a_heading_that_exist(page):
    assert dead_links(page) == []


def test_a_dead_link_is_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# A `key` here\n[a](#a-key-here) [b](page.md) [`c`](https://example.com) `[d](code)`\n"
        '[e](#gone) [f](gone.md) [g](page.md#gone) <img src="gone.png">\n```\n[h](block)\n```\n'
    )
    assert dead_links(page) == ["#gone", "gone.md", "page.md#gone", "gone.png"]
