"""A query over files (logs, CSV, JSON lines, Parquet), or of a file of DuckDB's, by DuckDB."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from checks.base import CouldNotMeasure
from checks.child import Finished, Manner, run_child
from checks.kinds.sql.question import NOW, Put
from checks.kinds.sql.rows import MOST_ROWS, Rows
from checks.numbers import plain
from checks.printed import last_line

_PROGRAM = Path(__file__).with_name("duck_child.py")
_MANNER = Manner(kept_bytes=8 * 1024 * 1024)


class DuckQuestion:
    """Put to a database in memory that reads files, or to a file that is only read, in a child program."""

    def __init__(self, database: str, put: Put) -> None:
        """`database` is a path, or nothing."""
        self._database = database
        self._put = put

    def rows(self) -> Rows:
        """Raises CouldNotMeasure."""
        question = self._question()
        finished = run_child(
            [sys.executable, "-I", str(_PROGRAM), json.dumps(question)],
            folder=self._put.folder,
            environment={},
            timeout_s=self._put.timeout_s,
            manner=_MANNER,
        )
        if not finished.in_time:
            raise CouldNotMeasure(
                f"no answer within {plain(self._put.timeout_s)} s", "make the query faster or raise `timeout`"
            )
        told = _told(finished)
        if "wrong" in told:
            raise CouldNotMeasure(told["wrong"], "correct the check's `query`", told.get("more", ""))
        return Rows(told["columns"], told["rows"])

    def stop(self) -> None:
        """The child has its own deadline, and is killed at it."""

    def _question(self) -> dict[str, object]:
        put = self._put
        if not put.folder.is_dir():
            raise CouldNotMeasure(
                f"there is no folder {put.folder}", "correct `folder`, or start what writes there"
            )
        query, uses_now = re.subn(NOW, "$now", put.query)
        path = str(put.folder / self._database) if self._database else ""
        if path and not Path(path).is_file():
            raise CouldNotMeasure(f"there is no {Path(path).name}", "correct the check's `url`")
        return {
            "query": query,
            "now": put.now.replace(tzinfo=None).isoformat() if uses_now else "",
            "folder": str(put.folder),
            "database": path,
            "most": MOST_ROWS + 1,
        }


def _told(finished: Finished) -> dict[str, Any]:
    if finished.cut_short:
        raise CouldNotMeasure("it returned too much text", "let it return numbers")
    try:
        return dict(json.loads(finished.stdout))
    except ValueError:
        said = last_line(finished.stderr) or f"exited {finished.exit_code}"
        raise CouldNotMeasure(f"DuckDB gave up: {said}", "make the query smaller", finished.stderr) from None
