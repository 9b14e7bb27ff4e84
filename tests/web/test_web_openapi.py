"""The description of the API is true: what is sent is answered as it says, and nothing ends in a 500."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from test_web_api import CONFIG, Bot

TOKEN = "s3cret"
FUZZED = (
    CONFIG.replace(
        "people: {",
        "schedules: {primary: {rotation: {every: 1 week, start: 2026-01-12, members: [lin]}}}\npeople: {",
    ).replace("checks:\n", "checks:\n  backup: {kind: heartbeat, key: s3cret-key, period: 1h}\n")
    + "web: {rate: 0}\n"
)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    bot = Bot(tmp_path_factory.mktemp("api"), TOKEN, FUZZED)
    bot.asks("/api/v1/watches", {"version": "v1"}, Authorization=f"Bearer {TOKEN}")
    yield schemathesis.openapi.from_url(
        f"{bot.web.url}/openapi.json", headers={"Authorization": f"Bearer {TOKEN}"}
    )
    bot.close()


@pytest.mark.parametrize("mode", GenerationMode)
def test_whatever_is_sent_is_answered_as_described(api: Any, mode: GenerationMode) -> None:
    operations = [found.ok() for found in api.get_all_operations()]
    assert len(operations) > 15
    for operation in operations:
        if mode is GenerationMode.NEGATIVE and not (
            operation.body or operation.query or operation.path_parameters
        ):
            continue

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=6,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def asks(case: Any) -> None:
            case.call_and_validate(
                headers={"Authorization": f"Bearer {TOKEN}"},
                timeout=10,
                # Which services, people and lengths of time there are, no schema can say.
                excluded_checks=[positive_data_acceptance],
            )

        asks()
