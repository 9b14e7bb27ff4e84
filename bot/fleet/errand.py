"""One question sent to another site, in the form in which it waits there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from checks.base import Cursor

FORM = 1
"""The form of what is written down here. A worker answers what has its own form, and refuses any other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """`service` and `check` name what is asked; how to ask it stands in the worker's own configuration.

    No option of the check travels: secrets stay where they are configured, and whoever can write to the
    queue makes a worker do nothing that its own configuration does not say.
    """

    id: str
    service: str
    check: str
    kind: str
    asked_at: datetime
    cursor: Cursor | None

    def written(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "service": self.service,
            "check": self.check,
            "kind": self.kind,
            "asked_at": self.asked_at.isoformat(),
            "cursor": self.cursor,
        }

    @classmethod
    def read(cls, written: dict[str, Any]) -> Errand:
        """Raises ValueError where it is none."""
        try:
            return cls(**{**written, "asked_at": datetime.fromisoformat(written["asked_at"])})
        except (TypeError, KeyError) as error:
            raise ValueError(f"no errand: {error}") from error
