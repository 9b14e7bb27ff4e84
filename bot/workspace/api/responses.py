"""What the bot says to a response URL, or in the acknowledgement of a slash command."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.workspace.api.arguments import ApiError, Arguments, parse
from bot.workspace.api.chat import content_of, thread_of
from bot.workspace.facts.directory import Channel
from bot.workspace.facts.grants import RefusedError
from bot.workspace.facts.grants import Response as Grant
from bot.workspace.facts.messages import Content, Draft, Message
from bot.workspace.seed import BOT_USER_ID
from bot.workspace.state import State

Json = dict[str, Any]


async def answer_response_url(state: State, request: Request) -> Response:
    try:
        sent = parse("application/json", await request.body(), "")
        grant = state.responses.look(request.path_params["secret"])
        shown = respond(state, grant, Arguments(sent))
    except RefusedError as refused:
        return JSONResponse({"ok": False, "error": str(refused)}, status_code=404)
    except ApiError as wrong:
        return JSONResponse({"ok": False, "error": wrong.name, **wrong.more}, status_code=400)
    state.responses.use(grant, shown)
    return PlainTextResponse("ok")


def respond(state: State, grant: Grant, arguments: Arguments) -> str | None:
    """Does what is asked; the `ts` of the message that a later `replace_original` would mean.

    Raises ApiError with Slack's name for what is wrong.
    """
    channel = state.directory.channel(grant.channel)
    if channel is None:
        raise ApiError("channel_not_found")
    original = state.messages.get(channel.id, grant.message_ts) if grant.message_ts else None
    if arguments.flag("delete_original"):
        if original:
            state.messages.delete(original)
        return None
    content = content_of(arguments)
    if original and arguments.flag("replace_original"):
        state.messages.edit(original, content, original.metadata)
        return original.ts
    posted = _post(state, channel, grant, arguments, content)
    return grant.message_ts or posted.ts


def _post(state: State, channel: Channel, grant: Grant, arguments: Arguments, content: Content) -> Message:
    private = arguments.text("response_type", "ephemeral") != "in_channel"
    draft = Draft(
        BOT_USER_ID,
        content,
        thread_ts=thread_of(state, channel, arguments.optional("thread_ts")),
        ephemeral_to=grant.user if private else None,
    )
    return state.messages.post(channel.id, draft, "response_url")
