"""One database of each kind for all tests of this folder, empty at the start of each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from stage import empty

from bot.store import Database

KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session", params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('store') / 'vigil.db'}"
    return str(request.getfixturevalue("postgresql"))


@pytest.fixture(scope="session")
def opened(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()


@pytest.fixture
def database(opened: Database) -> Database:
    empty(opened)
    return opened
