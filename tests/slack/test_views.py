"""Modals and App Home over real sockets: opened, sent back, looked at."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import Any

import pytest
from hearing import AT

from bot.domain.card import Form, HomeView, Line
from bot.domain.events import Inbound, InboundKind
from bot.domain.text import Label, say
from bot.domain.watches.listing import Manual
from bot.engine.ports import Later, Place, Refused, Sent, Unsure
from bot.locale import Speaker
from bot.slack.access import web_client
from bot.slack.cards import Drawing, View
from bot.slack.cards import blocks as kit
from bot.slack.notifier import Notifier

START = Form(verb="watch-start", subject="", title=say("A new deployment"), services=("orders", "billing"))
STOP = Form(verb="watch-stop", subject="w1", title=say("Watch of orders"))
EMPTY = HomeView(at=AT, panels=(), watches=(), next_entries=(), manuals=(), alerts=(), mine=(), shifts=())
FAR_TOO_MANY = [kit.section("x" * 900) for _ in range(130)]
ITEM = Manual(ask=Label("On-call person confirmed"), remind=AT - AT)


def asked(local: Any, inbox: Any) -> str:
    """The trigger of a command that was just typed."""
    assert local.do("command", user="lin", channel="clicks", text="/monitor watch start") == {"ok": True}
    inbound = inbox.only()
    inbox.inbounds.clear()
    return str(inbound.trigger_id)


def clicked(trigger_id: str) -> Place:
    return Place(channel="clicks", trigger_id=trigger_id)


def shown(local: Any) -> Any:
    [view] = local.get("views?user=lin")
    return view


@pytest.mark.usefixtures("connected")
def test_a_form_is_opened_filled_in_and_sent_back_and_is_closed_then(
    local: Any, inbox: Any, notifier: Notifier
) -> None:
    assert notifier.open(clicked(asked(local, inbox)), START) == Sent(None)
    view = shown(local)
    values = {"service": "billing", "version": "2.1 & up", "deployed": 1768788840, "owner": "U0MEI"}
    assert local.do("submit", user="lin", view_id=view["id"], values=values) == {"ok": True}
    assert inbox.only() == Inbound(
        identity=f"form:{view['id']}:{view['hash']}",
        kind=InboundKind.FORM,
        at=AT,
        person="U0LIN",
        person_name="lin",
        channel="",
        value="watch-start",
        trigger_id=inbox.only().trigger_id,
        values=(
            ("service", "billing"),
            ("version", "2.1 & up"),
            ("deployed", "2026-01-19T02:14:00+00:00"),
            ("owner", "U0MEI"),
        ),
    )
    assert local.get("views?user=lin") == []


@pytest.mark.usefixtures("connected")
def test_a_form_needs_what_it_needs_and_no_more(local: Any, inbox: Any, notifier: Notifier) -> None:
    assert notifier.open(clicked(asked(local, inbox)), START) == Sent(None)
    submit = {"user": "lin", "view_id": shown(local)["id"]}
    refused = local.do("submit", **submit, values={})
    assert set(refused["errors"]) == {"service", "version"}
    assert local.do("submit", **submit, values={"service": "orders", "version": "2.1"}) == {"ok": True}
    assert inbox.only().values == (("service", "orders"), ("version", "2.1"))


@pytest.mark.usefixtures("connected")
def test_a_form_that_cannot_be_saved_stays_open_with_the_reason(
    local: Any, inbox: Any, notifier: Notifier
) -> None:
    assert notifier.open(clicked(asked(local, inbox)), STOP) == Sent(None)
    inbox.fails = OSError("the disk is full")
    refused = local.do("submit", user="lin", view_id=shown(local)["id"], values={"reason": "done"})
    assert "could not note this" in refused["errors"]["reason"]
    inbox.fails = None
    assert local.do("submit", user="lin", view_id=shown(local)["id"], values={"reason": "done"})["ok"]
    assert (inbox.only().value, inbox.only().values) == ("watch-stop w1", (("reason", "done"),))


@pytest.mark.usefixtures("connected")
def test_a_trigger_opens_one_form_and_not_when_it_is_old(local: Any, inbox: Any, notifier: Notifier) -> None:
    trigger = asked(local, inbox)
    assert notifier.open(clicked(trigger), STOP) == Sent(None)
    again = notifier.open(clicked(trigger), STOP)
    assert again == Refused(
        "Slack refused it with exchanged_trigger_id: "
        "a form opens only within three seconds of the click: click again"
    )
    old = notifier.open(clicked("12321423423.3336494366.d8c1bb837935619ccad0f624c448ffb3"), STOP)
    assert isinstance(old, Refused)
    assert "click again" in old.reason
    assert notifier.open(clicked(""), STOP) == Refused("a form opens only for a click or a command")


@pytest.mark.usefixtures("connected")
def test_who_looks_at_app_home_is_shown_what_can_be_done_from_there(
    local: Any, inbox: Any, notifier: Notifier
) -> None:
    local.do("home", user="mei")
    look = inbox.only()
    assert (look.kind, look.person, look.channel) == (InboundKind.HOME, "U0MEI", "")
    inbox.inbounds.clear()
    assert notifier.publish(look.person, replace(EMPTY, manuals=(("r7", 0, ITEM),))) == Sent(None)
    view = local.get("home?user=mei")
    assert local.do("action", user="mei", view_id=view["id"], action_id="round.tick.r7.0") == {"ok": True}
    click = inbox.only()
    assert (click.kind, click.person, click.value) == (InboundKind.ACTION, "U0MEI", "tick:r7:0")
    assert notifier.open(clicked(click.trigger_id), STOP) == Sent(None)
    assert notifier.publish(look.person, EMPTY) == Sent(None)
    assert local.get("home?user=mei")["blocks"] != view["blocks"]


def test_what_answers_a_form_or_a_click_in_app_home_comes_as_a_direct_message(
    local: Any, notifier: Notifier
) -> None:
    assert notifier.post("direct", Place(channel="", only_for="U0MEI"), Line(text=say("Done"))) == Sent(None)
    [direct] = [each["id"] for each in local.get("state")["channels"] if each.get("user") == "U0MEI"]
    assert local.texts(direct) == ["Done"]
    assert notifier.find("direct", Place(channel="", only_for="U0MEI"), AT) is None


@pytest.mark.parametrize(
    ("effect", "meant"),
    [
        ("ratelimited", Later),
        ("reset_after", Unsure),
        ("error:invalid_arguments", Refused),
        ("error:not_enabled", Refused),
    ],
)
def test_a_home_page_that_is_not_taken_is_judged_like_a_message(
    local: Any, notifier: Notifier, caplog: pytest.LogCaptureFixture, effect: str, meant: type
) -> None:
    local.fault("views.publish", effect)
    with caplog.at_level(logging.WARNING):
        assert isinstance(notifier.publish("U0LIN", EMPTY), meant)
    assert ("did not take the view" in caplog.text) is effect.endswith("invalid_arguments")


class Hugely(Drawing):
    """Draws more than Slack takes."""

    def form(self, form: Form, channel: str = "") -> View:
        view = super().form(form, channel)
        return {**view, "title": {"type": "plain_text", "text": "t" * 99}, "blocks": FAR_TOO_MANY}

    def home(self, home: HomeView) -> View:
        return {"type": "home", "blocks": FAR_TOO_MANY}


@pytest.fixture
def huge(local: Any) -> Notifier:
    drawing = Hugely(Speaker("en", "Asia/Shanghai"), lambda: AT)
    return Notifier(web_client(local.access), drawing)


@pytest.mark.usefixtures("connected")
def test_a_form_of_the_biggest_incident_opens_shortened_with_a_link_to_what_it_is_about(
    local: Any, inbox: Any, huge: Notifier
) -> None:
    about = huge.post("huge", Place(channel="clicks"), Line(text=say("firing")))
    assert isinstance(about, Sent)
    assert about.posted
    place = Place(channel=about.posted.channel, thread_ts=about.posted.ts, trigger_id=asked(local, inbox))
    assert huge.open(place, STOP) == Sent(None)
    view = shown(local)
    assert (view["private_metadata"], len(view["title"]["text"]), len(view["blocks"])) == (
        "watch-stop w1",
        24,
        100,
    )
    [note] = view["blocks"][-1]["elements"]
    link = rf"<http://.*/archives/{place.channel}/p\d+\|What it is about>"
    assert re.fullmatch(rf"Shortened: Slack takes no more than this\. {link}", note["text"])


def test_app_home_of_the_biggest_incident_is_shown_shortened(local: Any, huge: Notifier) -> None:
    assert huge.publish("U0LIN", EMPTY) == Sent(None)
    blocks = local.get("home?user=lin")["blocks"]
    assert len(blocks) == 100
    assert "`/monitor alerts` say more" in blocks[-1]["elements"][0]["text"]


def test_nobody_is_shown_a_home_page_under_an_id_that_is_not_theirs(notifier: Notifier) -> None:
    outcome = notifier.publish("U0GONE", EMPTY)
    assert isinstance(outcome, Refused)
    assert "config.yaml" in outcome.reason
