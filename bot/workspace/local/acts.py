"""What people do that the bot must acknowledge: commands, buttons, shortcuts."""

from typing import Any

from bot.workspace.api import wire
from bot.workspace.api.arguments import ApiError, Arguments
from bot.workspace.api.responses import respond
from bot.workspace.facts import interactive
from bot.workspace.facts.directory import Channel, User
from bot.workspace.facts.grants import Response
from bot.workspace.facts.messages import Message
from bot.workspace.local.asking import Asking, state_of
from bot.workspace.local.deeds import RefusedActError
from bot.workspace.local.mentions import refer
from bot.workspace.seed import APP_ID, TEAM_ID

Json = dict[str, Any]


class Acts(Asking):
    async def command(self, user: User, channel: Channel, text: str) -> Json:
        """A slash command, `/monitor status`."""
        word, rest = [*text.split(maxsplit=1), ""][:2]
        secret = self._state.responses.give(channel.id, user.id, None)
        payload = {
            "token": "local",
            "team_id": TEAM_ID,
            "team_domain": self._domain(),
            "channel_id": channel.id,
            "channel_name": channel.told_name,
            "user_id": user.id,
            "user_name": user.name,
            "command": word,
            "text": refer(rest.strip(), self._state.directory, with_labels=True),
            "api_app_id": APP_ID,
            "is_enterprise_install": "false",
            "response_url": self._response_url(secret),
            "trigger_id": self._state.triggers.give(user.id),
        }
        answer = await self._ask("slash_commands", payload, word)
        if isinstance(answer, RefusedActError):
            return {"ok": False, "error": answer.error, "message": str(answer)}
        if answer.get("text") or answer.get("blocks"):
            grant = Response(secret, channel.id, user.id, None)
            try:
                shown = respond(self._state, grant, Arguments(answer))
            except ApiError as wrong:
                said = f'{word} failed with the error "{wrong.name}"'
                return {"ok": False, "error": wrong.name, "message": said}
            self._state.responses.use(grant, shown, times=0)
        return {"ok": True}

    async def global_shortcut(self, user: User, callback_id: str) -> Json:
        """A shortcut of the composer's menu, which belongs to no message."""
        payload = {
            **self._interaction("shortcut", user),
            "callback_id": callback_id,
            "action_ts": f"{self._clock():.6f}",
            "trigger_id": self._state.triggers.give(user.id),
        }
        return self._told(await self._ask("interactive", payload, f"the shortcut {callback_id}"))

    async def shortcut(self, user: User, message: Message, callback_id: str) -> Json:
        """A shortcut in a message's menu."""
        channel = self._state.directory.channel(message.channel)
        secret = self._state.responses.give(message.channel, user.id, None)
        payload = {
            **self._interaction("message_action", user),
            "callback_id": callback_id,
            "action_ts": f"{self._clock():.6f}",
            "message_ts": message.ts,
            "trigger_id": self._state.triggers.give(user.id),
            "response_url": self._response_url(secret),
            "channel": {"id": message.channel, "name": channel.told_name if channel else ""},
            "message": wire.message(message),
        }
        return self._told(await self._ask("interactive", payload, f"the shortcut {callback_id}"))

    async def press(self, user: User, message: Message, action_id: str, value: Any) -> Json:
        """A button of a message, or a choice in it."""
        found = interactive.find(message.all_blocks(), action_id)
        if found is None:
            raise RefusedActError("action_not_found", f"the message has no action {action_id!r} now")
        channel = self._state.directory.channel(message.channel)
        secret = self._state.responses.give(message.channel, user.id, message.ts)
        payload = {
            **self._interaction("block_actions", user),
            "container": _container(message, action_id),
            "trigger_id": self._state.triggers.give(user.id),
            "channel": {"id": message.channel, "name": channel.told_name if channel else ""},
            "state": {"values": state_of(message.all_blocks(), {action_id: value})},
            "response_url": self._response_url(secret),
            "actions": [self._action(*found, value)],
        }
        if message.ephemeral_to is None:
            payload["message"] = wire.message(message)
        return self._told(await self._ask("interactive", payload, f"the action {action_id}"))

    async def press_in_view(self, user: User, view: Json, action_id: str, value: Any) -> Json:
        """A button or choice of a modal or home page."""
        found = interactive.find(view["blocks"], action_id)
        if found is None:
            raise RefusedActError("action_not_found", f"the view has no action {action_id!r} now")
        payload = {
            **self._interaction("block_actions", user),
            "container": {"type": "view", "view_id": view["id"]},
            "trigger_id": self._state.triggers.give(user.id),
            "view": {**view, "state": {"values": state_of(view["blocks"], {action_id: value})}},
            "actions": [self._action(*found, value)],
        }
        return self._told(await self._ask("interactive", payload, f"the action {action_id}"))

    def _action(self, block: Json, element: Json, value: Any) -> Json:
        action: Json = {
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            **_used(element, value),
            "action_ts": f"{self._clock():.6f}",
        }
        for kept in ("text", "style", "url", "confirm"):
            if kept in element:
                action[kept] = element[kept]
        return action


def _container(message: Message, action_id: str) -> Json:
    """Where what was pressed stands."""
    place: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.ephemeral_to is not None,
    }
    if message.thread_ts:
        place["thread_ts"] = message.thread_ts
    for attachment in message.attachments:
        if interactive.find(attachment.get("blocks") or [], action_id):
            return {**place, "type": "message_attachment", "attachment_id": attachment["id"]}
    return place


def _used(element: Json, value: Any) -> Json:
    try:
        return interactive.used(element, value)
    except interactive.WrongValueError as wrong:
        raise RefusedActError("invalid_value", str(wrong)) from None
