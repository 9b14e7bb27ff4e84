"""Pages beside Slack, taken by a real SMTP server and by Apprise's own receiving ends."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from receivers import hook, mail_box

from bot.channels import Couriers, faults
from bot.channels.address import address, without_secrets
from bot.domain.alerts.alert import Judgement, Severity, Subject
from bot.domain.alerts.course import observe
from bot.domain.card import Told
from bot.domain.oncall.escalation import Policy
from bot.domain.setup import Channel, Person, Setup
from bot.domain.text import Label, Quantity, say
from bot.engine.ports import Later, Refused, Sent, Unsure
from bot.locale import Speaker

SPEAKER = Speaker(language="en", zone="Asia/Shanghai", names={"lin": "Lin Wei"})
LIN = Person(key="lin", name="Lin Wei", slack="U0LIN", email="lin+x@example.com", phone="+86 138 0000 0000")
WHY = say("{person} has no Slack ID", person="Lin Wei")


def firing() -> object:
    subject = Subject(
        service="orders",
        channel="oncall",
        key="latency_p99",
        label=Label("P99 latency"),
        tier=1,
        policy=Policy(key="default", levels=()),
    )
    value = Quantity(12.1, "s")
    reason = say("P99 latency {value} > 10 s", value=value)
    seen = Judgement(severity=Severity.CRITICAL, recovered=False, value=value, reason=reason)
    begun = observe(None, subject, seen, datetime(2026, 1, 19, tzinfo=UTC))
    assert begun
    return begun.alert


def told(**changes) -> Told:
    plain = {"alert": firing(), "person": LIN, "level": 1, "levels": 3}
    return Told(**(plain | {"reason": say("first notification")} | changes))


def channel(url: str) -> Channel:
    return Channel(key="way", url=url)


def carry(url: str, **changes):
    return Couriers(SPEAKER, limit_s=10).carry(channel(url), LIN, told(**changes))


def test_a_page_speaks_the_language_of_the_channel_that_its_alert_stands_in() -> None:
    chinese = replace(SPEAKER, languages={"oncall": "zh"})
    with mail_box() as box:
        url = f"mailto://127.0.0.1:{box.port}?to={{email}}&from=vigil%40example.com&mode=insecure"
        assert Couriers(chinese, limit_s=10).carry(channel(url), LIN, told()) == Sent(None)
        assert "严重 orders：" in box.text()


def test_an_e_mail_reaches_the_persons_own_address_and_says_what_why_and_what_to_do() -> None:
    with mail_box() as box:
        url = f"mailto://127.0.0.1:{box.port}?to={{email}}&from=vigil%40example.com&mode=insecure"
        assert carry(url, why=WHY) == Sent(None)
        said = box.text()
    for words in (
        "CRITICAL orders",
        "lin+x@example.com",
        "P99 latency 12.1 s > 10 s",
        "Level 1 of 3: first notification",
        "Lin Wei has no Slack ID",
        "`/monitor ack",
    ):
        assert words in said
    assert "<br" not in said


@pytest.mark.parametrize("count", [1, 12])
def test_alerts_that_are_told_of_together_are_counted_in_the_title_and_listed(count: int) -> None:
    with hook() as end:
        assert carry(f"json://127.0.0.1:{end.port}/", others=(firing(),) * count) == Sent(None)
        (said,) = end.said()
    assert said["title"].endswith(f"(and {count} more)")
    assert len(said["title"]) <= 120
    assert said["message"].count("CRITICAL orders: P99 latency 12.1 s > 10 s") == min(count, 10)


@pytest.mark.parametrize("kind", ["json", "xml", "form"])
def test_a_receiving_end_of_apprise_takes_it(kind: str) -> None:
    with hook() as end:
        assert carry(f"{kind}://127.0.0.1:{end.port}/secret-path/{{phone}}") == Sent(None)
        assert "12.1" in end.got[0]


def test_what_is_not_taken_is_to_be_tried_again_and_says_why_without_secrets() -> None:
    with hook() as end, mail_box() as box:
        end.status, box.refuses = 500, "554 no"
        answers = [
            carry(f"json://user:hunter22@127.0.0.1:{end.port}/secret-path"),
            carry(f"mailto://127.0.0.1:{box.port}?to={{email}}&from=vigil%40example.com&mode=insecure"),
            carry("json://127.0.0.1:1/secret-path"),
        ]
    for answer in answers:
        assert isinstance(answer, Later)
        assert answer.reason
        assert not {"hunter22", "secret-path"} & set(answer.reason.replace("/", " ").split())


def test_a_url_that_apprise_cannot_use_is_refused_for_good() -> None:
    answer = carry("twilio://topsecret/x")
    assert isinstance(answer, Refused)
    assert "correct it under `channels`" in answer.reason
    assert "topsecret" not in answer.reason


def test_a_service_that_never_answers_takes_no_longer_than_the_limit() -> None:
    with hook() as end:
        end.hangs = True
        url = f"json://127.0.0.1:{end.port}/?rto=20"
        answer = Couriers(SPEAKER, limit_s=0.3).carry(channel(url), LIN, told())
        assert answer == Unsure("no answer within 0.3 s")


def test_nothing_of_a_url_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    root = logging.getLogger()
    root.setLevel(logging.DEBUG)
    carry("json://user:hunter22@127.0.0.1:1/secret-path")
    assert "hunter22" not in caplog.text


@pytest.mark.parametrize(
    ("url", "text", "masked"),
    [
        # login, path and query are secret; scheme, host and port help to find the fault
        ("json://me:pass@host.example.com/tok?k=v12", "host.example.com me:pass tok v12", 4),
        # a token where others have their host
        ("pover://user1@abcdef123/x", "user1 abcdef123", 2),
        # as it was given and as it was decoded
        ("mailto://h.example.com?to=lin%40example.com", "lin%40example.com lin@example.com", 2),
        # nothing secret in it
        ("json://127.0.0.1:8/", "json 127.0.0.1", 0),
    ],
)
def test_secrets_are_masked(url: str, text: str, masked: int) -> None:
    hidden = without_secrets(text, url)
    assert hidden.count("***") == masked or (masked and "***" in hidden)
    assert "host.example.com" in hidden or "host.example.com" not in text
    for secret in ("pass", "tok", "v12", "abcdef123", "lin@", "lin%"):
        assert secret not in hidden


def test_what_is_a_persons_own_is_quoted() -> None:
    assert address(channel("sms://a/{phone}?to={email}"), LIN) == (
        "sms://a/%2B86%20138%200000%200000?to=lin%2Bx%40example.com"
    )


def test_channels_that_cannot_work_are_found_before_they_are_needed() -> None:
    ways = {
        "good": "json://127.0.0.1/{phone}",
        "off": "",
        "bad": "twilio://topsecret/x",
        "none": "nothing://x",
    }
    setup = Setup(
        services={},
        zone="UTC",
        language="en",
        storage="",
        folder="",
        channels={key: Channel(key=key, url=url) for key, url in ways.items()},
    )
    found = dict(faults(setup))
    assert set(found) == {"bad", "none"}
    assert "topsecret" not in repr(found) + repr(setup)
