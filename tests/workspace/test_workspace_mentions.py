"""What people type reaches the bot escaped, with names turned into references."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standin import SEED

from bot.workspace.facts.directory import Directory
from bot.workspace.facts.journal import Journal
from bot.workspace.local.mentions import refer
from bot.workspace.seed import conversation_id

ONCALL = conversation_id("C", "oncall")


@pytest.fixture(scope="module")
def directory() -> Iterator[Directory]:
    journal = Journal(None)
    directory = Directory(journal)
    directory.sow(SEED)
    yield directory
    journal.close()


CASES = [
    # a person, with and without punctuation after it
    ("ack @lin", "ack <@U1|lin>"),
    ("@lin, @chen.", "<@U1|lin>, <@U2|chen>."),
    ("@Lin", "<@U1|lin>"),
    # nobody, and an address that is no mention
    ("@nobody", "@nobody"),
    ("lin@example.com", "lin@example.com"),
    # a channel, and none
    ("in #oncall", f"in <#{ONCALL}|oncall>"),
    ("alert #7", "alert #7"),
    # a user group and everybody
    ("@operations", "<!subteam^S1|@operations>"),
    ("@channel @here", "<!channel> <!here>"),
    # the three characters that are escaped, and one that is not
    ("p99 > 5 & < 6 'x'", "p99 &gt; 5 &amp; &lt; 6 'x'"),
    # a link
    ("see https://x.example/?a=1&b=2", "see <https://x.example/?a=1&amp;b=2>"),
    # references stay what they are
    ("<@U1> <!subteam^S1> <https://x.example|x>", "<@U1> <!subteam^S1> <https://x.example|x>"),
    # what only looks like one does not
    ("<script>", "&lt;script&gt;"),
]


@pytest.mark.parametrize(("typed", "sent"), CASES)
def test_what_is_typed_is_escaped(directory: Directory, typed: str, sent: str) -> None:
    assert refer(typed, directory, with_labels=True) == sent


def test_messages_refer_without_labels(directory: Directory) -> None:
    assert refer("@lin @operations", directory, with_labels=False) == "<@U1> <!subteam^S1>"


@given(st.text(alphabet="ab @#<>&|!:/.lin", max_size=30))
def test_no_stray_angle_bracket_is_left(directory: Directory, typed: str) -> None:
    sent = refer(typed, directory, with_labels=True)
    depth = 0
    for character in sent:
        depth += {"<": 1, ">": -1}.get(character, 0)
        assert depth in (0, 1)
    assert depth == 0
