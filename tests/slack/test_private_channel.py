"""Vigil in a private channel: unknown until it is invited, then as in any other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from driving import Local, Plainly
from hearing import AT

from bot.domain.card import Line
from bot.domain.text import say
from bot.engine.ports import Place, Refused, Sent
from bot.locale import Speaker
from bot.slack.access import web_client
from bot.slack.manifest import EVENTS, SCOPES
from bot.slack.notifier import Notifier
from bot.workspace import Member, Seed, Workspace

SEED = Seed("Test", ("oncall",), (Member("U0LIN", "lin", "Lin Wei"),))
SECRET = Place(channel="secret")


@pytest.fixture
def workspace() -> Iterator[Local]:
    """With the manifest's permissions and no more, and a private channel of Lin's."""
    running = Workspace(replace(SEED, scopes=tuple(SCOPES), events=EVENTS))
    running.start()
    local = Local(running)
    local.do("channel", user="lin", channel="secret", deed="create_private")
    yield local
    running.stop()


@pytest.fixture
def notifier(workspace: Local) -> Notifier:
    return Notifier(web_client(workspace.access), Plainly(Speaker("en", "UTC"), lambda: AT))


def test_until_it_is_invited_there_is_no_such_channel_and_the_mend_is_said(
    workspace: Local, notifier: Notifier
) -> None:
    refused = notifier.post("one", SECRET, Line(text=say("firing")))
    assert isinstance(refused, Refused)
    assert "invite the bot" in refused.reason
    assert [dict(told.params)["why"] for told in notifier.examine(["secret"], [])] == [refused.reason]


def test_invited_it_posts_looks_up_and_draws_anew_with_the_scopes_it_asks_for(
    workspace: Local, notifier: Notifier
) -> None:
    workspace.do("command", user="lin", channel="secret", text="/invite @vigil")
    assert notifier.examine(["secret"], []) == ()
    sent: Any = notifier.post("one", SECRET, Line(text=say("firing")))
    assert isinstance(sent, Sent)
    assert notifier.find("one", SECRET, AT - timedelta(days=3650)) == sent
    assert notifier.redraw(sent.posted, Line(text=say("resolved"))) == sent
    assert workspace.texts("secret") == ["resolved"]
