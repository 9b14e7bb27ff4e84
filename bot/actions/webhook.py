"""An action that is a webhook: the facts as JSON, to public addresses unless it says otherwise."""

from __future__ import annotations

import requests

from bot.actions.facts import facts_of
from bot.domain.action import Action, ActionRun, Ran, Webhook
from bot.domain.text import Span, Text, say
from checks.network.exchange import Ask, PrivateAddress, Reply, exchange, new_session

_SHOWN = 300


def call_webhook(action: Action, webhook: Webhook, run: ActionRun) -> Ran:
    """One try. Redirects are not followed: they would lead past the check of addresses."""
    headers = {"Idempotency-Key": run.id, **webhook.headers}
    request = requests.Request(webhook.method, webhook.url, json=dict(facts_of(run)), headers=headers)
    ask = Ask(
        follow_redirects=False,
        verify=True,
        timeout_s=action.timeout.total_seconds(),
        public_only=not webhook.private,
    )
    try:
        with new_session() as session:
            reply = exchange(session, request, ask)
    except PrivateAddress as refused:
        return Ran(
            succeeded=False,
            reason=say(
                "refused, nothing was done: {address} is a private address; if that is meant, write "
                "`private: true` in the webhook",
                address=refused.address,
            ),
        )
    except requests.Timeout:
        how = say("no answer within {span}", span=Span.of(action.timeout))
        return Ran(succeeded=False, reason=say("{how}; it may have acted before that", how=how))
    except (requests.RequestException, OSError, ValueError) as error:
        how = say("could not be called: {why}", why=_why(error))
        return Ran(succeeded=False, reason=say("{how}; it may have acted before that", how=how))
    output = reply.body.decode(reply.charset, errors="replace")
    return Ran(succeeded=200 <= reply.status < 300, reason=_reason(reply, output), output=output)


def _reason(reply: Reply, output: str) -> Text:
    said = " ".join(output.split())[:_SHOWN]
    answered = say("answered {status} {reason}", status=reply.status, reason=reply.reason)
    return say("{how}: {said}", how=answered, said=said) if said else answered


def _why(error: Exception) -> str:
    """Without the URL, which may hold a secret."""
    cause: BaseException = error
    while (deeper := cause.__cause__ or cause.__context__) is not None:
        cause = deeper
    return getattr(cause, "strerror", None) or type(cause).__name__
