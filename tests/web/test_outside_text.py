"""Text from outside, through every door: nothing mentions, nothing ends in a traceback, no path is opened."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from asking import ask
from house import House, shown
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.domain.commands import WORDS
from bot.domain.events import Inbound, InboundKind

NASTY = (
    "<!channel> <!here> <@U0LIN> <!subteam^S1> @channel $(touch owned) `touch owned` ../../etc/passwd "
    "\x00\u202e"
)

quick = settings(
    max_examples=20,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
signs = st.text(max_size=40) | st.sampled_from(NASTY.split(" "))


@pytest.fixture
def open_house(house: House) -> Iterator[tuple[House, str]]:
    """The house and the address of its own HTTP."""
    served = house.program.serve_web("127.0.0.1", 0)
    yield house, served.url
    served.stop()


def texts_of(node: object) -> Iterator[str]:
    """All that is shown of it, as Slack gets it; what a button carries is not."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, list):
        for each in node:
            yield from texts_of(each)
    elif isinstance(node, dict):
        for key, each in node.items():
            if key != "value":
                yield from texts_of(each)


def mentions(house: House) -> list[str]:
    """What the bot has posted that would notify anybody, but for its pages."""
    said = [each for each in house.messages() if each["user"] == "U0LOCALBOT"]
    pages = [each["ts"] for each in said if "<@U0" in (each["text"] or "")]
    texts = [
        text for each in said if each["ts"] not in pages for text in texts_of([each["text"], each["blocks"]])
    ]
    return [
        text for text in texts if any(sign in text for sign in ("<!channel", "<!here", "<@U", "<!subteam"))
    ]


def test_nothing_that_is_typed_mentions_anybody_or_breaks_the_bot(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    @given(st.sampled_from((*WORDS, "frob")), st.lists(signs, max_size=4))
    @quick
    def types(word: str, rest: list[str]) -> None:
        answer = house.post(
            "/local/command", user="lin", channel="oncall", text=f"/monitor {word} {' '.join(rest)}"
        )
        assert answer["ok"]
        house.program.settle()

    types()
    assert mentions(house) == []
    told = [each for each in house.messages(user="lin") if each["ephemeral_to"]]
    assert told
    assert not any("could not carry this out" in shown(each) for each in told)
    assert not any("Traceback" in record.getMessage() or record.exc_info for record in caplog.records)


def test_nothing_that_a_button_carries_breaks_the_bot(house: House, caplog: pytest.LogCaptureFixture) -> None:
    pressed = count()

    @given(
        st.sampled_from(("say", "ack", "watch-pause", "playbook-tick", "silence-end", "known", "x")), signs
    )
    @quick
    def presses(verb: str, rest: str) -> None:
        button = Inbound(
            identity=f"action:{next(pressed)}",
            kind=InboundKind.ACTION,
            at=house.clock.now(),
            person="U0LIN",
            channel=house.messages()[0]["channel"],
            value=f"{verb}:{rest}",
        )
        with house.program._database.transaction() as rows:
            rows.letters.keep(button)
        house.program.settle()

    presses()
    assert mentions(house) == []
    assert not any(record.exc_info for record in caplog.records)


def test_no_alert_of_another_program_mentions_anybody_or_ends_in_a_500(
    open_house: tuple[House, str], caplog: pytest.LogCaptureFixture
) -> None:
    house, url = open_house
    values = st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | signs,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(signs, inner, max_size=3),
        max_leaves=8,
    )
    labels = st.dictionaries(
        st.sampled_from(("alertname", "severity", "service", "host")) | signs, values, max_size=4
    )
    alert = st.fixed_dictionaries(
        {"status": st.sampled_from(("firing", "resolved")) | values, "labels": labels | values},
        optional={"annotations": labels | values, "generatorURL": values},
    )
    bodies = values | st.builds(
        lambda alerts: {"version": "4", "status": "firing", "alerts": alerts}, st.lists(alert, max_size=3)
    )

    @given(st.sampled_from(("alertmanager", "alerts")), bodies)
    @quick
    def sends(path: str, body: object) -> None:
        sent = json.dumps(body).encode()
        reply = ask(f"{url}/api/v1/webhooks/{path}", sent, {"Content-Type": "application/json"})
        assert reply.status in (200, 409, 422), reply.body

    sends()
    told = {"alertname": NASTY, "severity": "critical", "host": NASTY}
    body = {
        "version": "4",
        "alerts": [{"status": "firing", "labels": told, "annotations": {"summary": NASTY}}],
    }
    reply = ask(
        f"{url}/api/v1/webhooks/alertmanager", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    assert reply.json["began"] == 1
    house.fast_forward(seconds=30)
    assert mentions(house) == []
    assert not list(Path(house.folder).rglob("owned*"))
    assert not any(record.exc_info for record in caplog.records)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/watches/..%2f..%2fetc%2fpasswd",
        "/api/v1/oncall/..%2f..%2fetc%2fpasswd.ics",
        "/api/v1/heartbeats/%00",
        "/api/v1/heartbeats/..%2f..%2fvigil.db",
        "/..%2f..%2fetc%2fpasswd",
    ],
)
def test_no_address_leads_to_a_file(path: str, open_house: tuple[House, str]) -> None:
    reply = ask(open_house[1] + path)
    assert (reply.status, reply.content_type) == (404, "application/problem+json")
    assert "root:" not in reply.body
