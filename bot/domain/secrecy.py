"""Keep secrets out of what is shown: known values, and what looks like one."""

from __future__ import annotations

import re
from collections.abc import Iterable

HIDDEN = "***"
_SHORTEST = 4
"""A shorter value would hide half of all words."""

_NAMED = re.compile(
    r"(?i)(?<![\w.-])([\w.-]*(?:password|passwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|authorization)"
    r"[\w.-]*[\"']?\s*[=:]\s*)((?:bearer|basic)\s+)?(\"[^\"\n]*\"|'[^'\n]*'|[^\s,;&\"']+)"
)
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}")
_IN_URL = re.compile(r"(?<=://)([^\s/:@]*):([^\s/@]+)@")
_SHAPED = re.compile(
    r"\bxox[a-z]-[\w-]{6,}|\bxapp-[\w-]{6,}|\bgh[pousr]_\w{16,}|\bAKIA[A-Z0-9]{12,}"
    r"|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    re.DOTALL,
)
_SECRET_NAME = re.compile(r"(?i)password|passwd|secret|token|api_?key|access_?key|private_?key|credential")


def is_secret_name(name: str) -> bool:
    """Whether an environment variable or header of this name holds a secret."""
    return bool(_SECRET_NAME.search(name)) or name.lower() in ("authorization", "cookie")


def masked(text: str, secrets: Iterable[str] = ()) -> str:
    """The text with every one of `secrets`, and whatever looks like a password or token, hidden."""
    for secret in sorted({each for each in secrets if len(each) >= _SHORTEST}, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    text = _SHAPED.sub(HIDDEN, text)
    text = _IN_URL.sub(rf"\1:{HIDDEN}@", text)
    text = _NAMED.sub(rf"\1{HIDDEN}", text)
    return _BEARER.sub(rf"\1 {HIDDEN}", text)
