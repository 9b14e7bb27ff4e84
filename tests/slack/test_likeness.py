"""A message that stands is told from one that was drawn by what was drawn, not by what Slack adds."""

from __future__ import annotations

import pytest

from bot.slack.cards import Drawn
from bot.slack.likeness import alike

DRAWN = Drawn("P99 is high", [{"type": "section", "text": {"type": "mrkdwn", "text": "*P99*"}}])
STANDS = {"type": "section", "block_id": "x7", "text": {"type": "mrkdwn", "text": "*P99*", "verbatim": False}}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"text": "P99 is high", "blocks": [STANDS]}, True),  # Slack has numbered the block
        ({"text": "all is well", "blocks": [STANDS]}, False),
        ({"text": "P99 is high"}, False),  # the blocks are gone
        ({"text": "P99 is high", "blocks": [STANDS, STANDS]}, False),  # one too many
        ({"text": "P99 is high", "blocks": [{**STANDS, "type": "context"}]}, False),
        ({"text": "P99 is high", "blocks": [{"type": "section", "text": "*P99*"}]}, False),
        ({"text": "P99 is high", "blocks": ["*P99*"]}, False),
    ],
)
def test_what_stands_is_what_was_drawn(found: dict[str, object], expected: bool) -> None:
    assert alike(found, DRAWN) is expected
