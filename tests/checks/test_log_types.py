from hypothesis import given
from hypothesis import strategies as st

from checks.kinds.log.types import MOST_TYPES, Types


def templates(*messages: str) -> list[str]:
    types = Types()
    for message in messages:
        types.type_of(message)
    return [template for _, template in types.known()]


def test_what_varies_by_nature_is_one_type_from_the_first_message_on() -> None:
    assert templates("order o-17 of 10.0.0.7 lost", "order o-18 of 10.0.0.8 lost") == ["order … of … lost"]


def test_one_odd_word_of_many_varies() -> None:
    said = "cannot reach the store of orders at {} after three attempts"
    assert templates(said.format("alpha"), said.format("beta")) == [said.format("…")]


def test_short_messages_that_differ_in_a_word_are_different_things() -> None:
    assert templates("push timed out", "push was refused", "pull timed out") == [
        "push timed out",
        "push was refused",
        "pull timed out",
    ]


def test_a_word_that_many_types_differ_in_varies() -> None:
    people = ("alice", "bob", "carol", "dave", "eve", "frank")
    assert templates(*(f"login failed for {who}" for who in people)) == ["login failed for …"]


def test_a_type_keeps_its_key_when_its_template_grows_and_over_a_restart() -> None:
    types = Types()
    key = types.type_of("cannot reach the store of orders at alpha, giving up").key
    types.type_of("cannot reach the store of orders at beta, giving up")
    again = Types(types.known())
    found = again.type_of("cannot reach the store of orders at gamma, giving up")
    assert (found.key, found.template) == (key, "cannot reach the store of orders at … giving up")


def test_the_same_message_has_the_same_key_everywhere() -> None:
    assert Types().type_of("order 7 lost").key == Types().type_of("order 8 lost").key


def test_the_types_seen_last_are_kept() -> None:
    letters = "abcdefghijklmnopqrst"
    types = Types()
    for first in letters:
        for second in letters:
            types.type_of(f"{first * 3} {second * 4} {first * 5} {second * 6} {second + first}")
    known = types.known()
    assert len(known) == MOST_TYPES
    assert known[-1][1].startswith("ttt tttt")
    assert known[0][1].startswith("fff")


@given(st.lists(st.text(max_size=40), max_size=40))
def test_any_message_has_a_type_and_finds_it_again(messages: list[str]) -> None:
    types = Types()
    for message in messages:
        assert types.type_of(message).key == types.type_of(message).key
    assert len({key for key, _ in types.known()}) == len(types.known())
    assert Types(types.known()).known() == types.known()
