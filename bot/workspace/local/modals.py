"""Modals that people send back or close, and what becomes of them then."""

from typing import Any

from bot.blockkit import limits, validate_view
from bot.workspace.facts import interactive
from bot.workspace.facts.directory import User
from bot.workspace.local.asking import Asking, state_of
from bot.workspace.local.deeds import RefusedActError

Json = dict[str, Any]


_TROUBLE = "We had some trouble connecting. Try again?"
"""Slack's words in a modal that was sent back and not acknowledged (slackapi/bolt-js issue 1208)."""


class Modals(Asking):
    async def submit(self, user: User, view: Json, values: Json) -> Json:
        """A modal's main button. `values` are by action_id."""
        entered = state_of(view["blocks"], values)
        wrong = interactive.wrong(view["blocks"], entered)
        if wrong:
            return {"ok": False, "error": "invalid_values", "errors": wrong}
        payload = {
            **self._interaction("view_submission", user),
            "trigger_id": self._state.triggers.give(user.id),
            "view": {**view, "state": {"values": entered}},
            "response_urls": [],
        }
        answer = await self._ask("interactive", payload, "the modal", _TROUBLE)
        if isinstance(answer, RefusedActError):
            return self._told(answer)
        return await self._follow(user, view, answer)

    async def _follow(self, user: User, view: Json, answer: Json) -> Json:
        """Does what the bot answered to a submitted modal."""
        views = self._state.views
        match answer.get("response_action"):
            case "errors":
                return {"ok": False, "error": "invalid_values", "errors": answer.get("errors", {})}
            case "clear":
                await self._clear(user)
            case "update" | "push" as action:
                problems = validate_view(answer.get("view"))
                if problems:
                    said = f"{_TROUBLE} (An invalid view came: {problems[0].pointer} {problems[0].what})"
                    return {"ok": False, "error": "invalid_view", "message": said}
                if action == "update":
                    views.update(user.id, view, answer["view"])
                elif len(views.stack(user.id)) >= limits.VIEWS_IN_STACK:
                    said = f"the bot pushed a modal on {limits.VIEWS_IN_STACK} that are open: no more fit"
                    return {"ok": False, "error": "push_limit_reached", "message": said}
                else:
                    views.push(user.id, answer["view"])
            case _:
                views.close(user.id, view["id"])
        return {"ok": True}

    async def close(self, user: User, view: Json) -> Json:
        """A modal's cross or Cancel button."""
        if view.get("clear_on_close"):
            return await self._clear(user)
        self._state.views.close(user.id, view["id"])
        return await self._closed(user, view, is_cleared=False)

    async def _clear(self, user: User) -> Json:
        """All modals of the stack go at once."""
        stack = self._state.views.stack(user.id)
        self._state.views.clear(user.id)
        answers = [await self._closed(user, each, is_cleared=True) for each in reversed(stack)]
        return next((answer for answer in answers if not answer["ok"]), {"ok": True})

    async def _closed(self, user: User, view: Json, *, is_cleared: bool) -> Json:
        """The bot hears of it where it has asked to."""
        if not view.get("notify_on_close"):
            return {"ok": True}
        payload = {**self._interaction("view_closed", user), "view": view, "is_cleared": is_cleared}
        return self._told(await self._ask("interactive", payload, "the modal"))
