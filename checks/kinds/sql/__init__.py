"""A query of a database, or of files by DuckDB: its numbers are measurements."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, SecretStr, field_validator
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from checks.base import Answer, CouldNotMeasure, Cursor, Options, Situation
from checks.deadline import Patience, StillWaiting, TooLate
from checks.kinds.sql.database import DatabaseQuestion, is_elsewhere
from checks.kinds.sql.duck import DuckQuestion
from checks.kinds.sql.question import Put, Question
from checks.kinds.sql.rows import Rows, summary, to_measurements, unmeasured
from checks.numbers import plain
from checks.result import State

_FILES = "duckdb:"
_GRACE_S = 0.7


class SqlOptions(Options):
    """Measures what the columns of the answer are called: every number in it. Text in a row labels its
    numbers, so that several rows are several series. `:now` in the query is the instant of asking, in UTC.
    """

    url: SecretStr = Field(
        description="The database, as SQLAlchemy has it: `postgresql://…`, `sqlite:///file.db`, "
        "`mysql+pymysql://…` (its driver must be installed). `duckdb:` asks files: "
        "`SELECT … FROM read_json('logs/*.jsonl')`; `duckdb:///file.duckdb` a file of DuckDB's."
    )
    query: str = Field(min_length=1, description="One query that only reads. Relative files: see `folder`.")
    labels: tuple[str, ...] = Field(
        default=(), description="Columns that label a row although they hold numbers, such as [shard]."
    )
    empty: Literal["unknown", "ok"] = Field(
        default="unknown", description="What an answer without a row means: nothing found out, or all well."
    )
    folder: str = Field(
        default=".", description="Where relative files start; relative to the folder of the configuration."
    )

    @field_validator("url")
    @classmethod
    def _is_database(cls, url: SecretStr) -> SecretStr:
        try:
            if not url.get_secret_value().startswith(_FILES):
                make_url(url.get_secret_value())
        except (ArgumentError, ValueError):
            raise ValueError(
                "not a database's address; write one such as postgresql://user@host/name or duckdb:"
            ) from None
        return url


class Sql:
    """Always OK when it got an answer: the metrics judge the figures."""

    name: ClassVar[str] = "sql"
    options_model: ClassVar[type[Options]] = SqlOptions

    def __init__(self, options: SqlOptions) -> None:
        self._options = options
        self._patience = Patience()

    def probe(self, situation: Situation, cursor: Cursor | None) -> tuple[Answer, Cursor | None]:
        put = Put(
            query=self._options.query,
            now=situation.now,
            folder=(situation.folder / self._options.folder).absolute(),
            timeout_s=situation.timeout_s,
        )
        question = _question(self._options.url.get_secret_value(), put)
        try:
            rows = self._patience.ask("query", situation.timeout_s, question.rows)
        except StillWaiting:
            raise CouldNotMeasure("the database does not answer", "an earlier query still waits") from None
        except TooLate as late:
            question.stop()
            late.thread.join(_GRACE_S)
            url = self._options.url.get_secret_value()
            raise CouldNotMeasure(
                f"no answer within {plain(situation.timeout_s)} s",
                "make the query faster or raise `timeout`",
                reached=url.startswith(_FILES) or not is_elsewhere(url),
            ) from None
        return self._answer(rows), cursor

    def _answer(self, rows: Rows) -> Answer:
        if not rows.values and self._options.empty == "unknown":
            raise CouldNotMeasure(
                "it returned no rows", "let it return a number then, too, or write `empty: ok`"
            )
        found = to_measurements(rows, self._options.labels)
        missing = unmeasured(rows)
        return Answer(
            state=State.OK,
            summary=summary(found) or "no rows",
            measurements=found,
            hint=f"null, so not measured: {', '.join(missing)}" if missing else "",
        )


def _question(url: str, put: Put) -> Question:
    if url.startswith(_FILES):
        return DuckQuestion(url.removeprefix(_FILES).removeprefix("///"), put)
    return DatabaseQuestion(url, put)
