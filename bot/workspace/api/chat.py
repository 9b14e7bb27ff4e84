"""The Web API's chat methods."""

import re
from dataclasses import replace
from typing import Any

from bot.blockkit import Problem, limits, validate_payload
from bot.workspace.api import wire
from bot.workspace.api.arguments import ApiError, Arguments
from bot.workspace.facts.directory import Channel
from bot.workspace.facts.interactive import with_ids
from bot.workspace.facts.messages import Content, Draft, Message
from bot.workspace.seed import BOT_USER_ID
from bot.workspace.state import State

Json = dict[str, Any]


def channel_of(
    state: State, arguments: Arguments, *, by_name: bool = False, to_write: bool = False
) -> Channel:
    """The channel that the bot is in. A name or a person's ID will do only where a message is posted.

    What is archived is not written to; of a private channel without the bot there is nothing to be known.
    """
    given = arguments.text("channel")
    found = state.directory.seen_by(BOT_USER_ID, given)
    if found is None and by_name:
        if state.directory.user(given):
            return state.directory.open_direct(given)
        called = state.directory.channel_called(given)
        found = called and state.directory.seen_by(BOT_USER_ID, called.id)
    if found is None:
        raise ApiError("channel_not_found")
    if not state.directory.is_member(found.id, BOT_USER_ID):
        raise ApiError("not_in_channel")
    if to_write and found.is_archived:
        raise ApiError("is_archived")
    return found


def content_of(arguments: Arguments) -> Content:
    """What a message shall show, if Slack would take it; else ApiError."""
    text = arguments.text("text", "")
    blocks = _list(arguments, "blocks", "invalid_blocks_format")
    attachments = _list(arguments, "attachments", "invalid_attachments")
    shown = {"blocks": blocks, "attachments": attachments}
    refuse(validate_payload({"text": text, **{name: given for name, given in shown.items() if given}}))
    numbered = [
        {"id": number, **each, **({"blocks": with_ids(each["blocks"])} if "blocks" in each else {})}
        for number, each in enumerate(attachments, 1)
    ]
    return Content(text, with_ids(blocks), numbered)


def _list(arguments: Arguments, name: str, wrong: str) -> list[Json]:
    given = arguments.structure(name, wrong)
    if given is not None and not isinstance(given, list):
        raise ApiError(wrong)
    return given or []


def refuse(problems: list[Problem]) -> None:
    if problems:
        said = [f"{problem.what} [json-pointer:{problem.pointer}]" for problem in problems]
        raise ApiError(
            problems[0].error,
            errors=said,
            response_metadata={"messages": [f"[ERROR] {line}" for line in said]},
        )


def _metadata_of(arguments: Arguments) -> Json | None:
    metadata = arguments.structure("metadata", "invalid_metadata_format")
    if not metadata:
        return None
    refuse(validate_payload({"text": "-", "metadata": metadata}))
    return dict(metadata)


def thread_of(state: State, channel: Channel, thread_ts: str | None) -> str | None:
    if thread_ts is None:
        return None
    if not re.fullmatch(r"\d{1,12}\.\d{6}", thread_ts):
        raise ApiError("invalid_thread_ts")
    head = state.messages.get(channel.id, thread_ts)
    if head is None or head.ephemeral_to:
        raise ApiError("thread_not_found")
    if head.thread_ts:
        raise ApiError("cannot_reply_to_message")
    return thread_ts


def post_message(state: State, arguments: Arguments) -> Json:
    channel = channel_of(state, arguments, by_name=True, to_write=True)
    content = content_of(arguments)
    thread_ts = thread_of(state, channel, arguments.optional("thread_ts"))
    draft = Draft(
        BOT_USER_ID,
        content,
        _metadata_of(arguments),
        thread_ts,
        broadcast=bool(thread_ts) and arguments.flag("reply_broadcast"),
    )
    message = state.messages.post(channel.id, draft, "chat.postMessage")
    return {"channel": channel.id, "ts": message.ts, "message": wire.message(message)}


def post_ephemeral(state: State, arguments: Arguments) -> Json:
    channel = channel_of(state, arguments, by_name=True, to_write=True)
    user = state.directory.user(arguments.text("user"))
    if user is None or not state.directory.is_member(channel.id, user.id):
        raise ApiError("user_not_in_channel")
    content = content_of(arguments)
    thread_ts = thread_of(state, channel, arguments.optional("thread_ts"))
    draft = Draft(BOT_USER_ID, content, thread_ts=thread_ts, ephemeral_to=user.id)
    return {"message_ts": state.messages.post(channel.id, draft, "chat.postEphemeral").ts}


def _own_message(state: State, arguments: Arguments, refusal: str) -> Message:
    channel = channel_of(state, arguments)
    message = state.messages.get(channel.id, arguments.text("ts"))
    if message is None or message.ephemeral_to:
        raise ApiError("message_not_found")
    if message.user != BOT_USER_ID:
        raise ApiError(refusal)
    return message


def update(state: State, arguments: Arguments) -> Json:
    """Without blocks the message has none afterwards; attachments and metadata that are not given stay."""
    message = _own_message(state, arguments, "cant_update_message")
    content = content_of(arguments)
    if len(content.text) > limits.UPDATED_TEXT:
        raise ApiError("msg_too_long")
    if "attachments" not in arguments.sent:
        content = replace(content, attachments=message.attachments)
    kept = message.metadata if "metadata" not in arguments.sent else _metadata_of(arguments)
    state.messages.edit(message, content, kept)
    now = _own_message(state, arguments, "cant_update_message")
    return {"channel": message.channel, "ts": message.ts, "text": content.text, "message": wire.message(now)}


def delete(state: State, arguments: Arguments) -> Json:
    message = _own_message(state, arguments, "cant_delete_message")
    state.messages.delete(message)
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(state: State, arguments: Arguments) -> Json:
    channel = state.directory.seen_by(BOT_USER_ID, arguments.text("channel"))
    if channel is None:
        raise ApiError("channel_not_found")
    message = state.messages.get(channel.id, arguments.text("message_ts"))
    if message is None:
        raise ApiError("message_not_found")
    link = f"{state.url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


METHODS = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "chat.getPermalink": get_permalink,
}
