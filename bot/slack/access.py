"""What is needed to speak with Slack, and the clients that are built from it."""

from __future__ import annotations

import logging
import os
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

TIMEOUT_S = 3.0
"""A call that has no answer by then is looked up before it is made again."""

_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")

# The SDK reports each failure on its own logger and then raises it as well. Whoever calls says it
# once, in words; lower this level to see the SDK's own account.
sdk_log = logging.getLogger("bot.slack.sdk")
sdk_log.setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class SlackAccess:
    """Tokens and address of one workspace; the secrets never show in its repr.

    `app_token` opens Socket Mode; `signing_secret` proves requests in HTTP mode.
    """

    bot_token: str = field(repr=False)
    app_token: str = field(repr=False)
    signing_secret: str = field(default="", repr=False)
    api_url: str = "https://slack.com/api/"


def access_from(environ: Mapping[str, str]) -> SlackAccess:
    """The tokens in the environment, "" where there is none, and SLACK_API_URL where Slack is elsewhere."""
    bot_token, app_token, secret = (
        environ.get(name, "").strip()
        for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET")
    )
    access = SlackAccess(bot_token=bot_token, app_token=app_token, signing_secret=secret)
    url = environ.get("SLACK_API_URL", "").strip()
    return replace(access, api_url=url if url.endswith("/") else f"{url}/") if url else access


Notice = Callable[[str, str, float], None]
"""Told of each call: (method, `ok | rate_limited | refused | unanswered`, seconds)."""


class _NoticedClient(WebClient):
    """Tells of every call of the Web API, whoever makes it."""

    notice: Notice

    def api_call(self, api_method: str, **arguments: Any) -> SlackResponse:
        began, outcome = time.monotonic(), "unanswered"
        try:
            answer = super().api_call(api_method, **arguments)
            outcome = "ok"
        except SlackApiError as error:
            limited = error.response.status_code == HTTPStatus.TOO_MANY_REQUESTS
            outcome = "rate_limited" if limited else "refused"
            raise
        finally:
            self.notice(api_method, outcome, time.monotonic() - began)
        return answer


def noticed_client(access: SlackAccess, notice: Notice) -> WebClient:
    """The same client as `web_client`, which tells of each of its calls."""
    client = _NoticedClient(**_options(access))
    client.notice = notice
    return client


def web_client(access: SlackAccess) -> WebClient:
    """A client for the bot token that never retries by itself: the SDK's retries post twice."""
    return WebClient(**_options(access))


def _options(access: SlackAccess) -> dict[str, Any]:
    _exempt_this_machine()
    # Without a context of its own, each call reads all certificates anew.
    context = ssl.create_default_context() if access.api_url.startswith("https:") else None
    return {
        "token": access.bot_token,
        "base_url": access.api_url,
        "ssl": context,
        "timeout": TIMEOUT_S,  # declared int, handed to the socket as it is
        "retry_handlers": [],
        "logger": sdk_log,
    }


def _exempt_this_machine() -> None:
    """No proxy leads to the local workspace, but the SDK would ask it unless the environment says so."""
    exempt = os.environ.get("no_proxy") or os.environ.get("NO_PROXY", "")
    if exempt != "*":
        os.environ["no_proxy"] = ",".join(dict.fromkeys([*filter(None, exempt.split(",")), *_THIS_MACHINE]))
