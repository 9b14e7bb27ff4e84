"""Whether Chinese can be drawn here: pictures need a font for it, texts do not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)
_KNOWN = re.compile(
    r"noto.*(cjk|sc)|source.?han|wqy|wenquanyi|pingfang|heiti|songti|msyh|simhei|simsun|droidsansfallback|lxgw",
    re.IGNORECASE,
)


@cache
def has_chinese_font() -> bool:
    """Looked up once, by the names of font files."""
    return chinese_font_in(Path(folder).expanduser() for folder in _FOLDERS)


def chinese_font_in(folders: Iterable[Path]) -> bool:
    """Whether any of these folders holds a font of a known Chinese family."""
    endings = {".ttf", ".ttc", ".otf"}
    return any(
        path.suffix.lower() in endings and _KNOWN.search(path.name)
        for folder in folders
        if folder.is_dir()
        for path in folder.rglob("*")
    )
