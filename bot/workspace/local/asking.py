"""How the bot is asked to acknowledge what somebody did, and what is said when it does not."""

from collections.abc import Callable
from typing import Any

from bot.workspace.app.socketmode import NotAcknowledgedError, NotConnectedError
from bot.workspace.facts import interactive
from bot.workspace.facts.directory import User
from bot.workspace.local.deeds import RefusedActError
from bot.workspace.seed import APP_ID, TEAM_ID
from bot.workspace.state import State

Json = dict[str, Any]


class Asking:
    def __init__(self, state: State, clock: Callable[[], float]) -> None:
        self._state = state
        self._clock = clock

    async def _ask(
        self, kind: str, payload: Json, what: str, words: str = '{what} failed with the error "{error}"'
    ) -> Json | RefusedActError:
        """What the bot acknowledges it with; else, in Slack's words, that it did not within 3 s."""
        try:
            return await self._state.line.ask(kind, payload)
        except NotConnectedError:
            error = "dispatch_failed"
        except NotAcknowledgedError:
            error = "operation_timeout"
        return RefusedActError(error, words.format(what=what, error=error))

    def _told(self, answer: Json | RefusedActError) -> Json:
        if isinstance(answer, RefusedActError):
            return {"ok": False, "error": answer.error, "message": str(answer)}
        return {"ok": True}

    def _interaction(self, kind: str, user: User) -> Json:
        return {
            "type": kind,
            "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": TEAM_ID},
            "api_app_id": APP_ID,
            "token": "local",
            "team": {"id": TEAM_ID, "domain": self._domain()},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _domain(self) -> str:
        return self._state.seed.team.lower().replace(" ", "-")

    def _response_url(self, secret: str) -> str:
        return f"{self._state.url}/response/{secret}"


def state_of(blocks: list[Json], values: Json) -> Json:
    try:
        return interactive.state(blocks, values)
    except interactive.WrongValueError as wrong:
        raise RefusedActError("invalid_value", str(wrong)) from None
