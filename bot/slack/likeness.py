"""Whether a message that Slack gives back is the one that was drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.slack.cards import Drawn


def alike(found: Mapping[str, Any], drawn: Drawn) -> bool:
    """Whether all that was drawn stands there. What Slack adds, such as block IDs, does not count."""
    return found.get("text") == drawn.text and _holds(found.get("blocks") or [], drawn.blocks)


def _holds(theirs: object, ours: object) -> bool:
    if isinstance(ours, Mapping):
        return isinstance(theirs, Mapping) and all(_holds(theirs.get(key), ours[key]) for key in ours)
    if isinstance(ours, list):
        if not isinstance(theirs, list) or len(theirs) != len(ours):
            return False
        return all(_holds(one, other) for one, other in zip(theirs, ours, strict=True))
    return theirs == ours
