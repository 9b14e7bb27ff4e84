"""`/api/v1/webhooks`: alerts that other programs tell of."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from pydantic import RootModel
from starlette.exceptions import HTTPException

from bot.domain.incoming.report import MalformedError
from bot.engine.alerts.incoming import Received
from bot.engine.ledger import Outdated
from bot.engine.people.desk import Desk
from bot.web.api.body import Misunderstood
from bot.web.api.operation import Asked, Operation
from bot.web.problem import guarded, problems

WEBHOOKS = "/api/v1/webhooks"
MOST_BYTES = 8 * 1024 * 1024
"""A thousand alerts with long texts are about a megabyte."""

_ANSWERS = {
    200: {"description": "How many alerts were told of, and how many began and ended with that"},
    **guarded(),
    **problems(
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.CONFLICT,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    ),
}


class OfAlertmanager(RootModel[Any]):
    """Alertmanager's webhook, version 4; Grafana's too."""


class OfAnybody(RootModel[Any]):
    """An alert, a list of them, or what `webhooks.template` reads."""


def webhooks(desk: Desk) -> tuple[Operation, ...]:
    def alertmanager(asked: Asked[OfAlertmanager]) -> Received:
        """Alerts of Alertmanager or Grafana."""
        return _taken(desk.alertmanager, asked.wanted.root)

    def alerts(asked: Asked[OfAnybody]) -> Received:
        """Alerts of any program."""
        return _taken(desk.alerts, asked.wanted.root)

    return tuple(
        Operation(
            method="POST",
            path=f"{WEBHOOKS}/{answer.__name__}",
            tag="webhooks",
            answer=answer,
            wanted=wanted,
            told=Received,
            answers=_ANSWERS,
        )
        for answer, wanted in ((alertmanager, OfAlertmanager), (alerts, OfAnybody))
    )


def _taken(take: Callable[[object], Received], body: object) -> Received:
    try:
        return take(body)
    except MalformedError as wrong:
        why = f"{wrong.pointer[1:]}: {wrong.why}" if wrong.pointer else wrong.why
        raise Misunderstood(HTTPStatus.UNPROCESSABLE_ENTITY, why, wrong.pointer) from None
    except Outdated:
        why = "the same alerts were told of at this very instant by somebody else; send them again"
        raise HTTPException(HTTPStatus.CONFLICT, why) from None
