"""Reads the gettext catalogues as they are written (`zh/LC_MESSAGES/vigil.po`), without a build step."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "zh")
SOURCE_LANGUAGE = "en"
"""The keys are its sentences, so it needs no catalogue."""


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Key → sentence, empty for English. Raises ValueError for a language there is no catalogue of."""
    if language not in LANGUAGES:
        raise ValueError(f"there is no language {language!r}; write one of {', '.join(LANGUAGES)}")
    if language == SOURCE_LANGUAGE:
        return {}
    path = FOLDER / language / "LC_MESSAGES" / "vigil.po"
    return read_po(path.read_text(encoding="utf-8"), path.name)


def read_po(text: str, name: str) -> dict[str, str]:
    """The `msgid` → `msgstr` of a .po file without contexts and plurals; untranslated keys are left out.

    Raises ValueError with the line of what it does not understand.
    """
    pairs: list[dict[str, str]] = []
    part = ""
    for number, line in enumerate(text.splitlines(), start=1):
        word, _, quoted = line.partition(" ")
        if not line.strip() or line.startswith("#"):
            continue
        if word in ("msgid", "msgstr"):
            part = word
            if word == "msgid":
                pairs.append({"msgid": "", "msgstr": ""})
        else:
            quoted = line
        try:
            said = json.loads(quoted)
            pairs[-1][part] += said
        except (ValueError, LookupError, TypeError) as wrong:
            raise ValueError(f'{name}:{number}: write msgid "…", msgstr "…" or one more "…"') from wrong
    return {pair["msgid"]: pair["msgstr"] for pair in pairs if pair["msgid"] and pair["msgstr"]}
