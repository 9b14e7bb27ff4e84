"""What people do in Slack: saved, then acknowledged. Nothing else happens here."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable
from datetime import datetime

from slack_bolt import Ack, App, BoltResponse
from slack_bolt.authorization import AuthorizeResult

from bot.engine.ports import Inbox
from bot.slack.access import SlackAccess, sdk_log, web_client
from bot.slack.cards import CALLBACK
from bot.slack.inbound import (
    Payload,
    from_actions,
    from_command,
    from_form,
    from_home,
    from_mention,
    from_reaction,
    from_shortcut,
)
from bot.slack.manifest import COMMAND
from bot.slack.wire import Exchange

log = logging.getLogger(__name__)

_ANY = re.compile(r".*", re.DOTALL)
_SORRY = "Vigil could not note this, so nothing has happened ({why}; its log says more). Please try again."


def build_app(access: SlackAccess, inbox: Inbox, now: Callable[[], datetime]) -> App:
    """Listeners for `/monitor`, buttons, choices and forms, mentions, marks on messages, looks at App Home.

    Builds without calling Slack. What `inbox.take` raises is told to the person who acted.
    """
    app = App(
        name="vigil",
        logger=sdk_log,
        client=web_client(access),
        # One workspace and one token: nothing to ask Slack for before each request.
        authorize=_authorized(access.bot_token),
        # An empty secret would make every forged request look signed.
        signing_secret=access.signing_secret or secrets.token_hex(),
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        token_verification_enabled=False,
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )

    # Bolt asks them in this order whose a request is: first what people wait for most often.
    @app.command(COMMAND)
    def command(body: Payload, ack: Ack) -> None:
        inbox.take(from_command(body, now()))
        ack()

    @app.action(_ANY)
    def action(body: Payload, ack: Ack) -> None:
        for inbound in from_actions(body, now()):
            inbox.take(inbound)
        ack()

    @app.event("app_mention")
    def mention(body: Payload, ack: Ack) -> None:
        inbound = from_mention(body, now())
        if inbound is not None:
            inbox.take(inbound)
        ack()

    @app.view(CALLBACK)
    def form(body: Payload, ack: Ack) -> None:
        inbox.take(from_form(body, now()))
        ack()

    @app.event("app_home_opened")
    def home(body: Payload, ack: Ack) -> None:
        inbound = from_home(body, now())
        if inbound is not None:
            inbox.take(inbound)
        ack()

    _marks(app, inbox, now)

    @app.event(_ANY)
    def other_event(ack: Ack) -> None:
        ack()

    @app.error
    def not_noted(error: Exception, body: Payload) -> BoltResponse:
        return _apologize(error, body, app)

    return app


def _marks(app: App, inbox: Inbox, now: Callable[[], datetime]) -> None:
    """Listeners for what people do to messages: shortcuts and reactions."""

    @app.shortcut(_ANY)
    def shortcut(body: Payload, ack: Ack) -> None:
        if "message" in body:
            inbox.take(from_shortcut(body, now()))
        ack()

    @app.event("reaction_added")
    def reaction(body: Payload, ack: Ack) -> None:
        inbound = from_reaction(body, now())
        if inbound is not None:
            inbox.take(inbound)
        ack()


def _authorized(token: str) -> Callable[[], AuthorizeResult]:
    result = AuthorizeResult(enterprise_id=None, team_id=None, bot_token=token)

    def authorize() -> AuthorizeResult:
        return result

    return authorize


def _apologize(error: Exception, body: Payload, app: App) -> BoltResponse:
    """Say to the person that nothing was saved.

    What nobody could be told about stays unacknowledged: Slack then warns beside the button, and delivers
    a mention again.
    """
    log.error("could not note what a person did: %s: %s", type(error).__name__, error)
    apology = {"response_type": "ephemeral", "text": _SORRY.format(why=type(error).__name__)}
    if "command" in body:
        return BoltResponse(status=200, body=apology)
    fields = [block["block_id"] for block in _blocks(body) if block.get("type") == "input"]
    if fields:
        errors = {"response_action": "errors", "errors": {fields[0]: apology["text"]}}
        return BoltResponse(status=200, body=errors)
    # Slack shows nothing of what acknowledges a click, so the apology goes another way.
    url = body.get("response_url")
    told = url and not Exchange(app.client).respond(url, {**apology, "replace_original": False})
    return BoltResponse(status=200 if told else 500, body="")


def _blocks(body: Payload) -> list[Payload]:
    """Those of a form that was sent back."""
    return body["view"].get("blocks", []) if body.get("type") == "view_submission" else []
