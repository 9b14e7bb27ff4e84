"""Files in Slack's two steps: an address to upload to, then the message that shares what was uploaded."""

from __future__ import annotations

from email.parser import BytesParser
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.workspace.api import wire
from bot.workspace.api.arguments import ApiError, Arguments, invalid
from bot.workspace.api.chat import thread_of
from bot.workspace.facts.messages import Content, Draft
from bot.workspace.seed import BOT_USER_ID
from bot.workspace.state import State

Json = dict[str, Any]

LARGEST = 64 * 1024 * 1024


def get_upload_url(state: State, arguments: Arguments) -> Json:
    name, length = arguments.text("filename"), arguments.number("length", 0, LARGEST + 1)
    if length > LARGEST:
        raise ApiError("file_too_large")
    file_id, secret = state.files.expect(name, length)
    return {"file_id": file_id, "upload_url": f"{state.url}/upload/{secret}"}


def complete_upload(state: State, arguments: Arguments) -> Json:
    """The files become one message of the bot, in a thread if one is named."""
    asked = arguments.structure("files", "invalid_arguments")
    if not isinstance(asked, list) or not asked or not all(isinstance(each, dict) for each in asked):
        raise invalid("must be a list of {id, title} [json-pointer:/files]")
    if not all(state.files.arrived(str(each.get("id", ""))) for each in asked):
        raise ApiError("file_not_found")
    channel = state.directory.seen_by(BOT_USER_ID, arguments.text("channel_id"))
    if channel is None:
        raise ApiError("channel_not_found")
    if not state.directory.is_member(channel.id, BOT_USER_ID):
        raise ApiError("not_in_channel")
    if channel.is_archived:
        raise ApiError("is_archived")
    thread_ts = thread_of(state, channel, arguments.optional("thread_ts"))
    draft = Draft(BOT_USER_ID, Content(arguments.text("initial_comment", "")), thread_ts=thread_ts)

    def share(ts: str) -> None:
        for each in asked:
            state.files.share(each["id"], str(each.get("title", "")), (channel.id, ts))

    message = state.messages.post(channel.id, draft, "files.completeUploadExternal", beside=share)
    return {"files": wire.files(message)}


async def receive(state: State, request: Request) -> Response:
    """The bytes of a file, sent to the address that was given for it."""
    body = _uploaded(request.headers.get("content-type", ""), await request.body())
    if state.files.receive(request.path_params["secret"], body):
        return PlainTextResponse(f"OK - {len(body)}")
    return PlainTextResponse("no file of this length is expected here", status_code=400)


def _uploaded(content_type: str, body: bytes) -> bytes:
    """The bytes are the body, or the one part of a form: SDKs differ."""
    if not content_type.startswith("multipart/form-data"):
        return body
    form = BytesParser().parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    parts = [part.get_payload(decode=True) for part in form.walk() if not part.is_multipart()]
    return next((part for part in parts if isinstance(part, bytes)), b"")


async def show(state: State, request: Request) -> Response:
    """A file that stands in a message. What is in it may do nothing here."""
    found = state.files.content(request.path_params["file"])
    if found is None:
        return PlainTextResponse("there is no such file", status_code=404)
    content, kind = found
    text = "; charset=utf-8" if kind.startswith("text/") else ""
    guarded = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    return Response(
        content,
        headers={
            "content-type": kind + text,
            "content-security-policy": guarded,
            "x-content-type-options": "nosniff",
        },
    )


METHODS = {
    "files.getUploadURLExternal": get_upload_url,
    "files.completeUploadExternal": complete_upload,
}
