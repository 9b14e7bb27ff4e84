"""An action that is a webhook: the facts as JSON, to public addresses unless it says otherwise."""

from __future__ import annotations

import json

from bot.actions.facts import facts_of
from bot.domain.action import Action, ActionRun, Ran, Webhook
from bot.domain.text import Span, Text, say
from checks.network.call import Ask, Call, NoReply, PrivateAddress, Reply
from checks.network.exchange import Line
from checks.network.failure import plainly

_SHOWN = 300


def call_webhook(action: Action, webhook: Webhook, run: ActionRun) -> Ran:
    """One try. Redirects are not followed: they would lead past the check of addresses."""
    headers = {"Content-Type": "application/json", "Idempotency-Key": run.id, **webhook.headers}
    body = json.dumps(dict(facts_of(run))).encode()
    call = Call(url=webhook.url, method=webhook.method, headers=headers, body=body)
    ask = Ask(
        follow_redirects=False,
        verify=True,
        timeout_s=action.timeout.total_seconds(),
        public_only=not webhook.private,
    )
    try:
        reply = Line().exchange(call, ask)
    except PrivateAddress as refused:
        return Ran(
            succeeded=False,
            reason=say(
                "refused, nothing was done: {address} is a private address; if that is meant, write "
                "`private: true` in the webhook",
                address=refused.address,
            ),
        )
    except NoReply as failure:
        how = say("could not be called: {why}", why=plainly(failure))
        if failure.timed_out:
            how = say("no answer within {span}", span=Span.of(action.timeout))
        return Ran(succeeded=False, reason=say("{how}; it may have acted before that", how=how))
    output = reply.body.decode(reply.charset, errors="replace")
    return Ran(succeeded=200 <= reply.status < 300, reason=_reason(reply, output), output=output)


def _reason(reply: Reply, output: str) -> Text:
    said = " ".join(output.split())[:_SHOWN]
    answered = say("answered {status} {reason}", status=reply.status, reason=reply.reason)
    return say("{how}: {said}", how=answered, said=said) if said else answered
