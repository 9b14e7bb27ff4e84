"""The page's and the tests' side: plain JSON under /local, for this machine only."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.workspace.facts.directory import Channel, User
from bot.workspace.facts.messages import Message
from bot.workspace.faults import Fault
from bot.workspace.local.acts import Acts, RefusedActError
from bot.workspace.local.door import (
    ActionBody,
    CloseBody,
    CommandBody,
    FaultBody,
    MarkBody,
    MessageBody,
    PersonBody,
    SubmitBody,
    guarded,
    read,
)
from bot.workspace.seed import BOT_NAME, BOT_USER_ID
from bot.workspace.state import State

Json = dict[str, Any]


class Local:
    def __init__(self, state: State, acts: Acts) -> None:
        self._state = state
        self._acts = acts

    def routes(self) -> list[Route]:
        gets = {
            "state": self.state,
            "messages": self.messages,
            "posts": self.posts,
            "events": self.events,
            "views": self.views,
            "home": self.home,
            "faults": self.faults,
        }
        posts = {
            "command": self.command,
            "message": self.message,
            "action": self.action,
            "react": self.react,
            "shortcut": self.shortcut,
            "submit": self.submit,
            "close": self.close,
            "home": self.open_home,
            "faults": self.add_fault,
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
                "links": [{"title": title, "url": url} for title, url in self._state.seed.links],
                "bot": {
                    "id": BOT_USER_ID,
                    "name": BOT_NAME,
                    "connected": self._state.socket_mode.connected,
                },
                "channels": [
                    {
                        "id": channel.id,
                        "name": channel.name,
                        "is_im": channel.is_im,
                        "members": directory.members(channel.id),
                        **({"user": channel.user} if channel.is_im else {}),
                    }
                    for channel in directory.channels()
                ],
                "users": [
                    {"id": user.id, "name": user.name, "real_name": user.real_name, "is_bot": user.is_bot}
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
        channel = self._channel(asked.get("channel", ""))
        user = self._user(asked["user"]).id if "user" in asked else None
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
        return JSONResponse(self._state.views.stack(self._user(request.query_params.get("user", "")).id))

    async def home(self, request: Request) -> Response:
        return JSONResponse(self._state.views.home(self._user(request.query_params.get("user", "")).id))

    async def command(self, request: Request) -> Response:
        body = await read(request, CommandBody)
        user, channel = self._user(body.user), self._channel(body.channel)
        return JSONResponse(await self._acts.command(user, channel, body.text))

    async def message(self, request: Request) -> Response:
        body = await read(request, MessageBody)
        user, channel = self._user(body.user), self._channel(body.channel)
        if body.thread_ts and self._state.messages.get(channel.id, body.thread_ts) is None:
            raise RefusedActError("message_not_found", f"{body.channel} has no message {body.thread_ts}")
        return JSONResponse(self._acts.say(user, channel, body.text, body.thread_ts))

    async def action(self, request: Request) -> Response:
        body = await read(request, ActionBody)
        user = self._user(body.user)
        if body.view_id:
            view = self._view(body.view_id)
            return JSONResponse(await self._acts.press_in_view(user, view, body.action_id, body.value))
        message = self._state.messages.get(self._channel(body.channel).id, body.ts)
        if message is None or message.ephemeral_to not in (None, user.id):
            raise RefusedActError("message_not_found", f"{body.user} sees no message {body.ts} there")
        return JSONResponse(await self._acts.press(user, message, body.action_id, body.value))

    async def react(self, request: Request) -> Response:
        body = await read(request, MarkBody)
        return JSONResponse(self._acts.react(self._user(body.user), self._seen(body), body.name))

    async def shortcut(self, request: Request) -> Response:
        body = await read(request, MarkBody)
        return JSONResponse(
            await self._acts.shortcut(self._user(body.user), self._seen(body), body.callback_id)
        )

    def _seen(self, body: MarkBody) -> Message:
        message = self._state.messages.get(self._channel(body.channel).id, body.ts)
        if message is None or message.ephemeral_to is not None:
            raise RefusedActError("message_not_found", f"{body.channel} has no message {body.ts}")
        return message

    async def submit(self, request: Request) -> Response:
        body = await read(request, SubmitBody)
        values: Json = {}
        for name, value in body.values.items():
            values |= value if isinstance(value, dict) else {name: value}
        return JSONResponse(await self._acts.submit(self._user(body.user), self._view(body.view_id), values))

    async def close(self, request: Request) -> Response:
        body = await read(request, CloseBody)
        return JSONResponse(await self._acts.close(self._user(body.user), self._view(body.view_id)))

    async def open_home(self, request: Request) -> Response:
        body = await read(request, PersonBody)
        return JSONResponse(self._acts.open_home(self._user(body.user)))

    async def faults(self, request: Request) -> Response:
        return JSONResponse([vars(fault) for fault in self._state.faults.left()])

    async def add_fault(self, request: Request) -> Response:
        """`times: 0` takes all faults of that method away."""
        body = await read(request, FaultBody)
        if body.times:
            self._state.faults.add(Fault(**body.model_dump()))
        else:
            self._state.faults.remove(body.method)
        return JSONResponse({"ok": True})

    def _user(self, id_or_name: str) -> User:
        user = self._state.directory.user(id_or_name) or self._state.directory.user_called(id_or_name)
        if user is None:
            known = ", ".join(user.name for user in self._state.directory.users())
            raise RefusedActError("user_not_found", f"no user {id_or_name!r}: send one of {known}, or an ID")
        return user

    def _channel(self, id_or_name: str) -> Channel:
        channel = self._state.directory.channel(id_or_name) or self._state.directory.channel_called(
            id_or_name
        )
        if channel is None:
            known = ", ".join(c.name for c in self._state.directory.channels() if not c.is_im)
            raise RefusedActError(
                "channel_not_found", f"no channel {id_or_name!r}: send one of {known}, or an ID"
            )
        return channel

    def _view(self, view_id: str) -> Json:
        found = self._state.views.find(view_id, None)
        if found is None:
            raise RefusedActError("view_not_found", f"no view {view_id!r} is open")
        return found[1]
