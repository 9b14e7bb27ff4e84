"""A query over files (logs, CSV, JSON lines, Parquet), or of a file of DuckDB's, by DuckDB."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from checks.base import CouldNotMeasure
from checks.kinds.sql.question import NOW, Put
from checks.kinds.sql.rows import MOST_ROWS, Rows

if TYPE_CHECKING:
    import duckdb

# One thread and little memory: a check is a guest on the machine it watches.
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "memory_limit": "256MB",
    "temp_directory": "",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


class DuckQuestion:
    """Put to a database in memory that reads files, or to a file that is only read."""

    def __init__(self, database: str, put: Put) -> None:
        """`database` is a path, or nothing."""
        self._database = database
        self._put = put
        self._connection: duckdb.DuckDBPyConnection | None = None

    def rows(self) -> Rows:
        """Raises CouldNotMeasure."""
        import duckdb  # heavy: 30 MB and 0.2 s that only those pay who use it

        put = self._put
        query = re.sub(NOW, "$now", put.query)
        try:
            _require_reading(query)
            with self._connect() as connection:
                self._connection = connection
                connection.execute(f"SET file_search_path = {_quoted(str(put.folder))}")
                now = put.now.replace(tzinfo=None)
                answer = connection.execute(query, {"now": now} if query != put.query else None)
                columns = [column[0] for column in answer.description or ()]
                return Rows(columns, answer.fetchmany(MOST_ROWS + 1))
        except duckdb.Error as error:
            words = str(error).partition("\n")[0]
            raise CouldNotMeasure(f"DuckDB: {words}", "correct the check's `query`", str(error)) from error

    def stop(self) -> None:
        """End the query that runs."""
        if self._connection is not None:
            self._connection.interrupt()

    def _connect(self) -> duckdb.DuckDBPyConnection:
        import duckdb

        if not self._database:
            return duckdb.connect(":memory:", config=_SETTINGS)
        path = self._put.folder / self._database
        if not path.is_file():
            raise CouldNotMeasure(f"there is no {Path(self._database).name}", "correct the check's `url`")
        return duckdb.connect(str(path), read_only=True, config=_SETTINGS)


def _require_reading(query: str) -> None:
    import duckdb

    statements = duckdb.extract_statements(query)
    kinds = [statement.type.name for statement in statements]
    if kinds != ["SELECT"]:
        raise CouldNotMeasure(
            f"the query must be one SELECT, not {' and '.join(kinds) or 'nothing'}",
            "correct the check's `query`",
        )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
