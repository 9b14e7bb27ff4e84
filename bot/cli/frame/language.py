"""The language of the terminal, in which `--help` speaks: no configuration is read for that."""

from __future__ import annotations

import os

from bot.domain.text import Text


def tell(text: Text) -> str:
    """The sentence in Chinese where the environment says so, else in English."""
    said = text.key
    if _named().startswith("zh"):
        from bot.locale.catalogue import catalogue

        said = catalogue("zh").get(said, said)
    return said.format(**dict(text.params)) if text.params else said


def _named() -> str:
    """As POSIX has it: the first of these that is set."""
    return next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
