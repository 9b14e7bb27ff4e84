"""Slack slow, deaf, strict or forgetful: each page still arrives, and arrives once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from house import House, shown

from bot.engine.people.answer import ANSWERS

pytestmark = pytest.mark.story


def breaks(house: House, seconds: float = 12) -> None:
    house.measures(order_duplication_rate=0.42)
    house.fast_forward(seconds=seconds)


def fails(house: House, *effects: str, method: str = "chat.postMessage", retry_after: int = 1) -> None:
    """The next calls of the method go wrong in this order."""
    for effect in effects:
        house.post("/local/faults", method=method, effect=effect, times=1, retry_after=retry_after)


def test_a_page_that_went_to_the_channel_without_an_answer_is_not_sent_again_in_the_thread(
    house: House,
) -> None:
    # The head fails; the page goes to the channel by itself, and its answer is lost; then the head comes.
    fails(house, "http_500", "reset_after")
    breaks(house, seconds=30)
    assert house.paged() == [["lin"]]
    card = house.card("CRITICAL – Order duplication rate")
    assert not [each for each in house.thread(card) if "<@" in each["text"]]


def test_where_slack_does_not_let_us_look_a_page_is_rather_sent_twice_than_never(house: House) -> None:
    fails(house, "http_500", "http_500")
    fails(house, *["error:missing_scope"] * 3, method="conversations.history")
    breaks(house, seconds=30)
    assert house.paged() == [["lin"]]


def test_a_page_that_slack_refuses_goes_when_the_reason_is_mended(house: House) -> None:
    fails(house, *["error:restricted_action"] * 3)
    breaks(house, seconds=15)
    assert house.paged() == []
    house.fast_forward(minutes=2, seconds=5)
    assert house.paged() == [["lin"]]
    assert "Level 1 of 3: Lin Wei" in shown(house.card("CRITICAL – Order duplication rate"))


def test_what_slack_refuses_until_nobody_needs_it_is_dropped(house: House) -> None:
    fails(house, *["error:restricted_action"] * 2)
    breaks(house, seconds=15)
    house.measures(order_duplication_rate=0)
    house.fast_forward(minutes=5)
    assert house.paged() == []
    assert house.card("RESOLVED – Order duplication rate")


def test_a_page_whose_thread_is_gone_goes_to_the_channel(house: House) -> None:
    breaks(house)
    fails(house, "error:thread_not_found")
    house.fast_forward(minutes=10)
    assert house.paged() == [["lin"], ["chen", "wang"]]
    assert not house.pages()[-1]["thread_ts"]


def test_a_page_waits_as_long_as_slack_asks_and_what_matters_less_waits_with_it(house: House) -> None:
    breaks(house)
    fails(house, "ratelimited", retry_after=40)
    house.fast_forward(minutes=9, seconds=55)
    calls: list[tuple[float, str]] = []
    began = house.clock.now()

    def called(method: str, form: dict[str, object]) -> None:
        if method.startswith("chat.") and method != "chat.postEphemeral":
            calls.append(((house.clock.now() - began).total_seconds(), method))

    house.workspace.on_api_call = called
    house.fast_forward(minutes=1)
    house.workspace.on_api_call = None
    assert house.paged() == [["lin"], ["chen", "wang"]]
    posts = [at for at, method in calls if method == "chat.postMessage"]
    assert posts[1] == posts[0] + 40
    assert not [at for at, _ in calls if posts[0] < at < posts[1]]
    assert "chat.update" in dict(map(reversed, calls))


def test_while_slack_is_deaf_for_an_hour_nothing_is_lost_and_nothing_doubled(house: House) -> None:
    house.post("/local/faults", method="*", effect="http_500", times=100_000)
    breaks(house, seconds=60)
    assert house.paged() == []
    house.post("/local/faults", method="*", effect="http_500", times=0)
    house.fast_forward(seconds=30)
    assert house.paged() == [["lin"]]
    assert len([each for each in house.channel() if "CRITICAL – Order" in shown(each)]) == 1


def test_a_command_that_cannot_be_carried_out_is_answered_all_the_same(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks_down(request: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setitem(ANSWERS, "oncall", breaks_down)
    house.post("/local/command", user="lin", channel="oncall", text="/monitor oncall")
    for _ in range(3):
        with pytest.raises(RuntimeError, match="a fault of ours"):
            house.fast_forward(seconds=6)
        house.clock.advance(timedelta(seconds=6))
    house.fast_forward(seconds=6)
    answers = [each for each in house.messages(user="lin") if each["ephemeral_to"]]
    assert "could not carry this out" in shown(answers[-1])
