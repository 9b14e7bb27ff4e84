"""Nothing that is sent to the Web API ends in a traceback."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from standin import SEED, Clock

from bot.workspace.api.arguments import ApiError, Arguments, parse
from bot.workspace.api.calls import METHODS_OF_THE_BOT
from bot.workspace.facts.messages import Content, Draft
from bot.workspace.seed import BOT_USER_ID, conversation_id
from bot.workspace.state import State

ONCALL = conversation_id("C", "oncall")
HEAD = "1768760000.250000"

NAMES = [
    *("channel", "text", "blocks", "metadata", "thread_ts", "ts", "timestamp", "message_ts", "name"),
    *(
        "user",
        "users",
        "user_id",
        "usergroup",
        "bot",
        "attachments",
        "view",
        "view_id",
        "external_id",
        "trigger_id",
    ),
    *("hash", "limit", "cursor", "oldest", "latest", "inclusive", "types", "include_users"),
]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 3),
    st.floats(),
    st.text(max_size=4),
    st.sampled_from(
        [ONCALL, HEAD, BOT_USER_ID, "U1", "S1", "[]", "{}", "[1]", '{"type":"home","blocks":[]}']
    ),
    st.lists(st.integers() | st.none(), max_size=2),
    st.dictionaries(
        st.sampled_from(["type", "blocks", "event_type"]), st.sampled_from(["home", "modal", []])
    ),
)


@pytest.fixture(scope="module")
def state() -> Iterator[State]:
    state = State(SEED, None, Clock(), "http://127.0.0.1:1")
    state.directory.join(ONCALL, BOT_USER_ID)
    state.messages.post(ONCALL, Draft(BOT_USER_ID, Content("head")))
    yield state
    state.journal.close()


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(sorted(METHODS_OF_THE_BOT)), st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=5)
)
def test_a_method_answers_or_names_the_error(state: State, method: str, sent: dict[str, Any]) -> None:
    sent = {"channel": ONCALL, "ts": HEAD, **sent}
    with suppress(ApiError):
        assert isinstance(METHODS_OF_THE_BOT[method](state, Arguments(sent)), dict)


@given(st.sampled_from(["application/json", "application/x-www-form-urlencoded", ""]), st.binary(max_size=20))
def test_any_body_is_read_or_refused(content_type: str, body: bytes) -> None:
    with suppress(ApiError):
        assert isinstance(parse(content_type, body, ""), dict)


def test_half_a_surrogate_pair_is_no_json() -> None:
    with pytest.raises(ApiError, match="invalid_json"):
        parse("application/json", b'{"text": "\\ud800"}', "")
    assert parse("application/json", b'{"text": "\\ud83d\\ude00"}', "") == {"text": "\U0001f600"}
