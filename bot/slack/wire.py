"""Calls to Slack that end in an answer or in what its absence means, never in an exception."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from bot.engine.ports import File, Later, Refused, Unsure
from bot.slack.access import TIMEOUT_S
from bot.slack.outcomes import BROKEN_WIRE, UNREACHED_S, from_error, from_exception

Answer = Mapping[str, Any]

_LEAST_S = 0.25


@dataclass(frozen=True, slots=True)
class Failure:
    """A call that did not succeed: Slack's error name ("" when Slack did not speak) and its meaning.

    `detail` is what Slack says beyond the name: the places of the faults in blocks.
    """

    error: str
    outcome: Later | Unsure | Refused
    detail: str = ""


class Exchange:
    """The calls for one message. Together they take no more than one timeout."""

    def __init__(self, client: WebClient, timeout_s: float | None = None) -> None:
        self._client = client
        self._ends = time.monotonic() + (timeout_s or TIMEOUT_S)

    def call(self, method: str, arguments: Mapping[str, Any]) -> Answer | Failure:
        """Call a method of the Web API. Arguments without a value are left out."""
        answered = self.answered(method, arguments)
        return answered if isinstance(answered, Failure) else answered[0]

    def answered(
        self, method: str, arguments: Mapping[str, Any]
    ) -> tuple[Answer, Mapping[str, str]] | Failure:
        """The same call; the answer with its headers, their names in lower case."""
        left = self._left()
        if isinstance(left, Failure):
            return left
        # A copy, because other threads call with a timeout of their own.
        client = copy.copy(self._client)
        client.timeout = left  # type: ignore[assignment]
        given = {name: value for name, value in arguments.items() if value not in (None, "")}
        # Slack reads JSON in methods that write, forms everywhere.
        body: dict[str, Any] = {"json" if method.startswith(("chat.", "views.")) else "params": given}
        try:
            response = client.api_call(method, **body)
        except SlackApiError as error:
            return _failure(error)
        except SlackClientError as error:
            return Failure("", Refused(f"{method} was not called: {error}"))
        except BROKEN_WIRE as error:
            return Failure("", from_exception(error))
        if not isinstance(response.data, dict):
            return Failure("", Unsure(f"the answer to {method} is not an object"))
        return response.data, {name.lower(): value for name, value in response.headers.items()}

    def upload(self, channel: str, thread_ts: str, files: Sequence[File], words: str) -> Answer | Failure:
        """Upload files and share them in one message of a thread."""
        left = self._left()
        if isinstance(left, Failure):
            return left
        client = copy.copy(self._client)
        client.timeout = left  # type: ignore[assignment]
        sent = [{"filename": each.name, "title": each.title, "content": each.content} for each in files]
        try:
            answer = client.files_upload_v2(
                file_uploads=sent, channel=channel, initial_comment=words, thread_ts=thread_ts or None
            ).data
        except SlackApiError as error:
            return _failure(error)
        except SlackClientError as error:
            # A file did not get through; what was never shared is seen by nobody.
            return Failure("", Later(UNREACHED_S, f"a file was not taken: {error}"))
        except BROKEN_WIRE as error:
            return Failure("", from_exception(error))
        return answer if isinstance(answer, dict) else Failure("", Unsure("the answer is not an object"))

    def respond(self, url: str, body: Mapping[str, Any]) -> Failure | None:
        """Post to a response URL; None when it was accepted."""
        left = self._left()
        if isinstance(left, Failure):
            return left
        client = WebhookClient(
            url,
            timeout=left,  # type: ignore[arg-type]
            ssl=self._client.ssl,
            proxy=self._client.proxy,
            logger=self._client.logger,
            retry_handlers=[],
        )
        try:
            answer = client.send_dict(dict(body))
        except SlackClientError as error:
            return Failure("", Refused(f"the response URL was not called: {error}"))
        except BROKEN_WIRE as error:
            return Failure("", from_exception(error))
        if answer.status_code == 200:
            return None
        name = _error_in(answer.body)
        return Failure(name, from_error(name, answer.status_code, answer.headers))

    def _left(self) -> float | Failure:
        left = self._ends - time.monotonic()
        return left if left >= _LEAST_S else Failure("", Later(1.0, "Slack answers too slowly"))


def _failure(error: SlackApiError) -> Failure:
    answer = error.response
    body = answer.data if isinstance(answer.data, dict) else {}
    name = str(body.get("error", ""))
    said = (body.get("response_metadata") or {}).get("messages") or (name,)
    detail = "; ".join(str(each) for each in said)
    outcome = from_error(name, answer.status_code, answer.headers)
    if isinstance(outcome, Refused) and body.get("needed"):
        outcome = Refused(f"{outcome.reason} (needed: {body['needed']})")
    return Failure(name, outcome, detail)


def _error_in(body: str) -> str:
    """A response URL answers with the error as JSON or as bare text."""
    try:
        answer = json.loads(body)
    except ValueError:
        return body.strip()
    return str(answer.get("error", "")) if isinstance(answer, dict) else ""
