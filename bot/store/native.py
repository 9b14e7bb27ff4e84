"""What tables are told in a database's own words, when they are made in it."""

from __future__ import annotations

from sqlalchemy import DDL, Connection, ExecutableDDLElement, MetaData, Table, event

_ON_SQLITE = (
    "CREATE TRIGGER %(table)s_no_update BEFORE UPDATE ON %(table)s "
    "BEGIN SELECT RAISE(ABORT, '%(table)s is append-only'); END",
    "CREATE TRIGGER %(table)s_no_delete BEFORE DELETE ON %(table)s "
    "BEGIN SELECT RAISE(ABORT, '%(table)s is append-only'); END",
)
_ON_POSTGRESQL = (
    "CREATE FUNCTION %(table)s_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '%(table)s is append-only'; END $$",
    "CREATE TRIGGER %(table)s_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %(table)s "
    "FOR EACH STATEMENT EXECUTE FUNCTION %(table)s_append_only()",
)


def keep_every_row(table: Table) -> Table:
    """The database itself refuses to change or delete a row of this table."""
    for dialect, statements in (("sqlite", _ON_SQLITE), ("postgresql", _ON_POSTGRESQL)):
        for statement in statements:
            written: ExecutableDDLElement = DDL(statement)  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", written.execute_if(dialect=dialect))
    return table


def index_alike(metadata: MetaData) -> MetaData:
    """What is an index of some rows in SQLite is one in PostgreSQL.

    Said at each index, the dialect of PostgreSQL would be loaded where nobody uses it.
    """
    event.listen(metadata, "before_create", _index_alike)
    return metadata


def _index_alike(metadata: MetaData, connection: Connection, **_options: object) -> None:
    if connection.dialect.name == "postgresql":
        for table in metadata.tables.values():
            for index in table.indexes:
                where = index.dialect_options["sqlite"]["where"]
                index.dialect_options["postgresql"]["where"] = where
