"""What people put into quotes stays together."""

from __future__ import annotations

import shlex

from bot.domain.text import MiswordedError, say

_SMART = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'"})
"""What keyboards and Slack make of quotes."""


def split_words(text: str) -> list[str]:
    """Words with blanks between; quotes keep blanks together and stay what they are to the reader."""
    lexer = shlex.shlex(text.translate(_SMART), posix=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    lexer.escape = ""
    lexer.quotes = '"'
    try:
        return list(lexer)
    except ValueError:
        raise MiswordedError(say("a quotation mark is not closed")) from None
