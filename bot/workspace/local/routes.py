"""The page's and the tests' side: plain JSON under /local, for this machine only."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.workspace.facts.messages import Message
from bot.workspace.local.acts import Acts
from bot.workspace.local.deeds import Deeds, RefusedActError
from bot.workspace.local.door import (
    ActionBody,
    CloseBody,
    CommandBody,
    MarkBody,
    MessageBody,
    PersonBody,
    ShortcutBody,
    SubmitBody,
    guarded,
    read,
)
from bot.workspace.local.finding import channel_of, user_of, view_of
from bot.workspace.local.modals import Modals
from bot.workspace.local.own_commands import OwnCommands
from bot.workspace.seed import BOT_NAME, BOT_USER_ID
from bot.workspace.state import State

Json = dict[str, Any]


class Local:
    def __init__(self, state: State, deeds: Deeds, clock: Callable[[], float]) -> None:
        self._state = state
        self._acts = Acts(state, clock)
        self._modals = Modals(state, clock)
        self._deeds = deeds
        self._own_commands = OwnCommands(state, deeds)

    def routes(self) -> list[Route]:
        gets = {
            "state": self.state,
            "messages": self.messages,
            "posts": self.posts,
            "events": self.events,
            "views": self.views,
            "home": self.home,
        }
        posts = {
            "command": self.command,
            "message": self.message,
            "action": self.action,
            "react": self.react,
            "unreact": self.unreact,
            "shortcut": self.shortcut,
            "submit": self.submit,
            "close": self.close,
            "home": self.open_home,
        }
        return [
            Route(f"/local/{name}", guarded(endpoint), methods=[method])
            for method, table in (("GET", gets), ("POST", posts))
            for name, endpoint in table.items()
        ]

    async def state(self, request: Request) -> Response:
        directory = self._state.directory
        return JSONResponse(
            {
                "team": self._state.seed.team,
                "shortcuts": [
                    {"callback_id": callback_id, "name": name}
                    for callback_id, name in self._state.seed.shortcuts
                ],
                "links": [{"title": title, "url": url} for title, url in self._state.seed.links],
                "command": self._state.seed.command,
                "commands": [
                    dict(zip(("words", "usage", "does"), each, strict=True))
                    for each in self._state.seed.commands
                ],
                "bot": {
                    "id": BOT_USER_ID,
                    "name": BOT_NAME,
                    "connected": self._state.line.connected,
                },
                "channels": [
                    {
                        "id": channel.id,
                        "name": channel.name,
                        "is_im": channel.is_im,
                        "is_archived": channel.is_archived,
                        "is_private": channel.is_private,
                        "members": directory.members(channel.id),
                        **({"user": channel.user} if channel.is_im else {}),
                    }
                    for channel in directory.channels()
                ],
                "users": [
                    {
                        "id": user.id,
                        "name": user.name,
                        "real_name": user.real_name,
                        "is_bot": user.is_bot,
                        "presence": "away" if user.is_away else "active",
                    }
                    for user in directory.users()
                ],
                "usergroups": [
                    {"id": group.id, "handle": group.handle, "members": group.members}
                    for group in directory.groups()
                ],
            }
        )

    async def messages(self, request: Request) -> Response:
        asked = request.query_params
        channel = channel_of(self._state, asked.get("channel", ""))
        user = user_of(self._state, asked["user"]).id if "user" in asked else None
        found = self._state.messages.visible(channel.id, user, asked.get("thread_ts"))
        return JSONResponse([message.for_page() for message in found])

    async def posts(self, request: Request) -> Response:
        return JSONResponse(self._state.messages.posts())

    async def events(self, request: Request) -> Response:
        return StreamingResponse(
            self._state.feed.lines(),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store"},
        )

    async def views(self, request: Request) -> Response:
        return JSONResponse(
            self._state.views.stack(user_of(self._state, request.query_params.get("user", "")).id)
        )

    async def home(self, request: Request) -> Response:
        return JSONResponse(
            self._state.views.home(user_of(self._state, request.query_params.get("user", "")).id)
        )

    async def command(self, request: Request) -> Response:
        body = await read(request, CommandBody)
        user, channel = user_of(self._state, body.user), channel_of(self._state, body.channel)
        own = self._own_commands.carry_out(user, channel, body.text)
        return JSONResponse(await self._acts.command(user, channel, body.text) if own is None else own)

    async def message(self, request: Request) -> Response:
        body = await read(request, MessageBody)
        user, channel = user_of(self._state, body.user), channel_of(self._state, body.channel)
        if body.thread_ts and self._state.messages.get(channel.id, body.thread_ts) is None:
            raise RefusedActError("message_not_found", f"{body.channel} has no message {body.thread_ts}")
        return JSONResponse(self._deeds.say(user, channel, body.text, body.thread_ts))

    async def action(self, request: Request) -> Response:
        body = await read(request, ActionBody)
        user = user_of(self._state, body.user)
        if body.view_id:
            view = view_of(self._state, body.view_id)
            return JSONResponse(await self._acts.press_in_view(user, view, body.action_id, body.value))
        message = self._state.messages.get(channel_of(self._state, body.channel).id, body.ts)
        if message is None or message.ephemeral_to not in (None, user.id):
            raise RefusedActError("message_not_found", f"{body.user} sees no message {body.ts} there")
        return JSONResponse(await self._acts.press(user, message, body.action_id, body.value))

    async def react(self, request: Request) -> Response:
        body = await read(request, MarkBody)
        return JSONResponse(self._deeds.react(user_of(self._state, body.user), self._seen(body), body.name))

    async def unreact(self, request: Request) -> Response:
        body = await read(request, MarkBody)
        return JSONResponse(self._deeds.unreact(user_of(self._state, body.user), self._seen(body), body.name))

    async def shortcut(self, request: Request) -> Response:
        """Of a message, or without one a global one."""
        body = await read(request, ShortcutBody)
        if not body.ts:
            user = user_of(self._state, body.user)
            return JSONResponse(await self._acts.global_shortcut(user, body.callback_id))
        return JSONResponse(
            await self._acts.shortcut(user_of(self._state, body.user), self._seen(body), body.callback_id)
        )

    def _seen(self, body: MarkBody | ShortcutBody) -> Message:
        message = self._state.messages.get(channel_of(self._state, body.channel).id, body.ts)
        if message is None or message.ephemeral_to is not None:
            raise RefusedActError("message_not_found", f"{body.channel} has no message {body.ts}")
        return message

    async def submit(self, request: Request) -> Response:
        body = await read(request, SubmitBody)
        values: Json = {}
        for name, value in body.values.items():
            values |= value if isinstance(value, dict) else {name: value}
        return JSONResponse(
            await self._modals.submit(
                user_of(self._state, body.user), view_of(self._state, body.view_id), values
            )
        )

    async def close(self, request: Request) -> Response:
        body = await read(request, CloseBody)
        return JSONResponse(
            await self._modals.close(user_of(self._state, body.user), view_of(self._state, body.view_id))
        )

    async def open_home(self, request: Request) -> Response:
        body = await read(request, PersonBody)
        return JSONResponse(self._deeds.open_home(user_of(self._state, body.user)))
