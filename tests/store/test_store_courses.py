"""The last results of what has not been well for long, on both databases."""

from __future__ import annotations

from bot.domain.alerts.flapping import STEADY, Swings
from bot.store import Database

BAD = Swings(results="o" * 20 + "c")
FLAPS = Swings(results="oc" * 10 + "o", flapping=True)


def remember(database: Database, **courses: Swings) -> None:
    with database.transaction() as rows:
        rows.courses.remember(courses)


def among(database: Database, *fingerprints: str) -> dict[str, Swings]:
    with database.reading() as rows:
        return rows.courses.among(fingerprints)


def test_the_last_results_are_kept_by_fingerprint(database: Database) -> None:
    remember(database, a=BAD, b=FLAPS)
    assert among(database, "a", "b", "unknown") == {"a": BAD, "b": FLAPS}
    remember(database, a=FLAPS)
    assert among(database, "a") == {"a": FLAPS}


def test_what_is_steady_again_is_forgotten(database: Database) -> None:
    remember(database, a=BAD, b=BAD)
    remember(database, a=STEADY)
    assert among(database, "a", "b") == {"b": BAD}
    remember(database)
    assert among(database) == {}
