"""What runs: the version, the share of the requests it serves, and whether new orders are taken."""

from __future__ import annotations

import json
import random
from dataclasses import asdict, dataclass, replace
from pathlib import Path

FIRST = "resilience-v1.0"
BEFORE = "resilience-v0.9"


@dataclass(frozen=True, slots=True)
class State:
    """`share` is in percent: the other requests are served by the previous version, which has no faults."""

    version: str = FIRST
    previous: str = BEFORE
    share: int = 100
    accepting: bool = True
    worker: int = 1
    """How often the push worker was started."""


class Release:
    """The state, kept in a file so that it survives a restart."""

    def __init__(self, path: Path) -> None:
        """Read `path`. Raises ValueError when it holds something else."""
        self._path = path
        self.state = _read(path)

    def change(self, **values: object) -> State:
        """Change and save. Raises OSError when the file cannot be written."""
        changed = replace(self.state, **values)  # type: ignore[arg-type]
        draft = self._path.with_suffix(".new")
        draft.write_text(json.dumps(asdict(changed)) + "\n", encoding="utf-8")
        draft.replace(self._path)
        self.state = changed
        return changed

    def serves_new(self) -> bool:
        """Whether the newest version serves this request."""
        return random.random() * 100 < self.state.share


def _read(path: Path) -> State:
    if not path.exists():
        return State()
    wrong = ValueError(f"{path}: not what the sample wrote there; delete the file to begin anew")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise wrong from None
    blank = asdict(State())
    if not isinstance(content, dict) or {key: type(value) for key, value in content.items()} != {
        key: type(value) for key, value in blank.items()
    }:
        raise wrong
    return State(**content)
