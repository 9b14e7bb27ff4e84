"""The program that asks DuckDB: `python duck_child.py QUESTION`, one JSON document in, one out.

It runs by itself, so that neither DuckDB's memory nor its fate is the bot's, and imports nothing of the bot,
so that it starts in a few hundredths of a second.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

try:
    import _duckdb as duckdb  # the package around it takes five times as long
except ImportError:
    import duckdb  # type: ignore[no-redef]

# One thread and little memory: a check is a guest on the machine it watches.
SETTINGS: dict[str, Any] = {
    "threads": 1,
    "memory_limit": "256MB",
    "temp_directory": "",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """`query`, `now` (ISO, or nothing), `folder`, `database` (a path, or nothing) and `most` rows →
    `columns` and `rows`, or what is `wrong`.
    """
    try:
        kinds = [each.type.name for each in duckdb.extract_statements(question["query"])]
        if kinds != ["SELECT"]:
            return {"wrong": f"the query must be one SELECT, not {' and '.join(kinds) or 'nothing'}"}
        path = question["database"]
        with duckdb.connect(path or ":memory:", read_only=bool(path), config=SETTINGS) as connection:
            folder = question["folder"].replace("'", "''")
            connection.execute(f"SET file_search_path = '{folder}'")
            now = question["now"]
            given = {"now": datetime.fromisoformat(now)} if now else None
            found = connection.execute(question["query"], given)
            columns = [column[0] for column in found.description or ()]
            return {"columns": columns, "rows": found.fetchmany(question["most"])}
    except duckdb.Error as error:
        return {"wrong": f"DuckDB: {str(error).partition(chr(10))[0]}", "more": str(error)}


def plain(value: object) -> object:
    """What JSON has no word for: exact numbers and spans as numbers, all else as text."""
    if isinstance(value, Decimal):
        return float(value)
    return value.total_seconds() if isinstance(value, timedelta) else str(value)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(answer(json.loads(sys.argv[1])), default=plain))
