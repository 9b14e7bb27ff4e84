"""What an answer means: the table."""

from __future__ import annotations

import errno
import http.client
import socket
import ssl
from urllib.error import URLError

import pytest

from bot.engine.ports import Later, Refused, Unsure
from bot.slack.outcomes import APP_TOKEN_MEND, LATER, MENDS, UNSURE, from_error, from_exception

NOT_SLACKS = Unsure("the answer (HTTP 200) is not one of Slack's")


@pytest.mark.parametrize(
    ("error", "status", "headers", "expected"),
    [
        # Slack says how long to wait, whatever the case of the header
        ("ratelimited", 429, {"Retry-After": "7"}, Later(7, "Slack asks to wait 7 s (ratelimited)")),
        ("ratelimited", 429, {"retry-after": "1"}, Later(1, "Slack asks to wait 1 s (ratelimited)")),
        # a 429 without a usable body or header still waits
        ("", 429, {}, Later(5, "Slack asks to wait 5 s (ratelimited)")),
        ("", 429, {"Retry-After": "soon"}, Later(5, "Slack asks to wait 5 s (ratelimited)")),
        ("", 429, {"Retry-After": "-3"}, Later(5, "Slack asks to wait 5 s (ratelimited)")),
        # chat.postMessage has its own name for it, with status 200
        ("rate_limited", 200, {}, Later(5, "Slack asks to wait 5 s (rate_limited)")),
        # the request's body was cut off: nothing was done
        ("request_timeout", 200, {}, Later(2, "Slack asks to wait 2 s (request_timeout)")),
        # a failure of Slack's may have done the work
        ("internal_error", 500, {}, Unsure("Slack answered HTTP 500")),
        ("", 503, {}, Unsure("Slack answered HTTP 503")),
        ("fatal_error", 200, {}, Unsure("Slack failed with fatal_error")),
        ("internal_error", 200, {}, Unsure("Slack failed with internal_error")),
        ("service_unavailable", 200, {}, Unsure("Slack failed with service_unavailable")),
        # a proxy's page, an empty answer
        ("Received a response in a non-JSON format: <html>", 200, {}, NOT_SLACKS),
        ("", 200, {}, NOT_SLACKS),
    ],
)  # fmt: skip
def test_an_answer_that_may_be_mended_by_trying_again(
    error: str, status: int, headers: dict[str, str], expected: Later | Unsure
) -> None:
    assert from_error(error, status, headers) == expected


@pytest.mark.parametrize("error", sorted(MENDS))
def test_every_permanent_error_says_what_to_mend(error: str) -> None:
    assert from_error(error, 200, {}) == Refused(f"Slack refused it with {error}: {MENDS[error]}")


def test_an_error_nobody_has_heard_of_is_refused_by_its_name() -> None:
    outcome = from_error("moon_is_full", 200, {})
    assert isinstance(outcome, Refused)
    assert "moon_is_full" in outcome.reason


def test_no_error_has_two_meanings() -> None:
    assert not set(MENDS) & (set(LATER) | UNSURE)
    assert not set(LATER) & UNSURE


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        # never left: send again without looking
        (URLError(ConnectionRefusedError(errno.ECONNREFUSED, "refused")), Later),
        (URLError(socket.gaierror(-2, "Name or service not known")), Later),
        (URLError(OSError(errno.ENETUNREACH, "Network is unreachable")), Later),
        (URLError(OSError(errno.EHOSTUNREACH, "No route to host")), Later),
        (URLError(OSError("Tunnel connection failed: 407 Proxy Authentication Required")), Later),
        (URLError(ssl.SSLCertVerificationError(1, "certificate verify failed")), Later),
        # may have arrived: look first
        (TimeoutError("timed out"), Unsure),
        (URLError(TimeoutError("timed out")), Unsure),
        (ConnectionResetError(errno.ECONNRESET, "reset by peer"), Unsure),
        (URLError(ConnectionResetError(errno.ECONNRESET, "reset while sending")), Unsure),
        (URLError(BrokenPipeError(errno.EPIPE, "broken pipe while sending")), Unsure),
        (http.client.RemoteDisconnected("closed without response"), Unsure),
        (http.client.IncompleteRead(b"{"), Unsure),
        (ssl.SSLError(1, "decryption failed"), Unsure),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), Unsure),
        # an errno that a connect gives, but on an answer that was being read
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), Unsure),
    ],
)
def test_only_what_certainly_never_left_is_sent_again_without_a_look(
    error: Exception, kind: type[Later] | type[Unsure]
) -> None:
    outcome = from_exception(error)
    assert type(outcome) is kind
    assert outcome.reason


def test_a_refused_token_names_the_variable_it_came_from() -> None:
    outcome = from_error("token_revoked", 200, {}, APP_TOKEN_MEND)
    assert outcome == Refused(f"Slack refused it with token_revoked: {APP_TOKEN_MEND}")
    assert "SLACK_APP_TOKEN" in outcome.reason
