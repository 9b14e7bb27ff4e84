"""Bearer tokens of programs: kept as digests, compared without telling how much of one fits. Pure."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

PREFIX = "vigil_"
"""What every token begins with, so that scanners for leaked secrets know one when they see it."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """A program that may ask: its name, and the SHA-256 of its token in hexadecimal."""

    name: str
    digest: str
    made_at: datetime
    made_by: str


def digest(token: str) -> str:
    """A token holds 256 random bits, so that nothing slower than SHA-256 would guard it better."""
    return hashlib.sha256(token.encode(errors="surrogateescape")).hexdigest()


def is_name(text: str) -> bool:
    """Lower case letters, digits, `.`, `_` and `-`, at most 40 of them."""
    return _NAME.fullmatch(text) is not None


def bearer_of(token: str, known: Iterable[Bearer]) -> Bearer | None:
    """Whose token this is. Every known one is compared, whichever fits."""
    shown, found = digest(token), None
    for each in known:
        if hmac.compare_digest(shown, each.digest):
            found = each
    return found
