"""The next release's tables, made up: what a program of today meets while its replicas are exchanged."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.store import Database
from bot.store.schema import HEAD, SCHEMA, Schema
from faults.course import Course
from faults.kills import scene
from faults.nursery import Nursery
from faults.proof import prove
from faults.scene import Scene
from faults.server import Databases
from faults.table import Tried

NEXT = f"{int(HEAD) + 1:04}"
_MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision = {next!r}
down_revision = {head!r}
oldest = {oldest!r}


def upgrade() -> None:
    op.add_column("alerts", sa.Column("weather", sa.Text(), nullable=True))
    op.add_column("outbox", sa.Column("stamps", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("outbox_stamps", "outbox", ["stamps"])
    op.create_table("weather", sa.Column("alert", sa.Text(), primary_key=True), sa.Column("is", sa.Text()))
"""


def next_schema(folder: Path, oldest: str = HEAD) -> Schema:
    """Today's migrations and one more, which only adds; `oldest` is the oldest program that it takes."""
    migrations = folder / "migrations"
    shutil.copytree(SCHEMA.folder, migrations)
    words = _MIGRATION.format(next=NEXT, head=HEAD, oldest=oldest)
    (migrations / "versions" / f"{NEXT}_next.py").write_text(words)
    return Schema(NEXT, migrations)


def upgraded(nursery: Nursery, folder: Path, server: Databases, times: int) -> Tried:
    """Two bots, under which the tables are upgraded with an alert open; one of them is begun anew then.

    `recovered_s` is from the upgrade to the acknowledgement.
    """
    proofs, slowest = [], 0.0
    for number in range(times):
        place = folder / f"upgrade-{number}"
        with scene(Scene(place, nursery, server.new(), metrics=("m0", "m1"))) as here:
            course = Course(here)
            course.begin(count=2)
            course.paged()
            course.struck()
            Database(here.storage, next_schema(place)).close()
            course.acknowledged()
            slowest = max(slowest, course.recovered_s)
            for bot in course.bots[:1]:
                bot.kill()
            course.resolved()
            Course(here, "m1", bots=course.bots).whole()
            course.rests()
            proofs.append(prove(here))
    return Tried.of("PostgreSQL: tables upgraded under bots of the version before", times, proofs, slowest)
