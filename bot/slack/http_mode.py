"""Slack's events by HTTP, where no Socket Mode connection is used: proven by their signature."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from slack_bolt import App, BoltRequest
from slack_sdk.signature import SignatureVerifier

_PLAIN = "text/plain;charset=utf-8"
_NOT_SLACK = "the request is not signed by Slack; is SLACK_SIGNING_SECRET this app's, and the clock right?"


def events_by_http(
    app: App, signing_secret: str
) -> Callable[[bytes, Mapping[str, str]], tuple[int, str, str]]:
    """Answer one request: (body, headers) → (status, content type, body).

    401 without a fitting signature younger than five minutes, 400 for a body that is none of Slack's.
    """
    verifier = SignatureVerifier(signing_secret)

    def answer(body: bytes, headers: Mapping[str, str]) -> tuple[int, str, str]:
        # Bolt reads a body before it looks at the signature, and breaks on what a stranger may send.
        if not _is_signed(verifier, body, headers):
            return 401, _PLAIN, _NOT_SLACK
        try:
            request = BoltRequest(body=body.decode(), headers=dict(headers))
        except (ValueError, AttributeError, TypeError):  # no JSON, or JSON that is no object
            return 400, _PLAIN, "the body is neither JSON nor a form of Slack's"
        response = app.dispatch(request)
        content_type = response.first_headers_without_set_cookie().get("content-type", _PLAIN)
        return response.status, content_type, response.body

    return answer


def _is_signed(verifier: SignatureVerifier, body: bytes, headers: Mapping[str, str]) -> bool:
    try:
        return verifier.is_valid_request(body, headers)
    except (ValueError, TypeError):
        # a timestamp that is no number, a body that is no text, a signature that is not ASCII
        return False
