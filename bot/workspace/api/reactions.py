"""The Web API's reactions methods."""

import re
from typing import Any

from bot.workspace.api import wire
from bot.workspace.api.arguments import ApiError, Arguments
from bot.workspace.api.chat import channel_of
from bot.workspace.facts.messages import Message
from bot.workspace.seed import BOT_USER_ID
from bot.workspace.state import State

Json = dict[str, Any]


def _name(arguments: Arguments) -> str:
    name = arguments.text("name").strip(":")
    if not re.fullmatch(r"[\w+'-]+(::skin-tone-[2-6])?", name):
        raise ApiError("invalid_name")
    return name


def _message(state: State, arguments: Arguments, *, to_write: bool) -> Message:
    channel = channel_of(state, arguments, to_write=to_write)
    message = state.messages.get(channel.id, arguments.text("timestamp"))
    if message is None:
        raise ApiError("message_not_found")
    return message


def add(state: State, arguments: Arguments) -> Json:
    name = _name(arguments)
    if not state.messages.react(_message(state, arguments, to_write=True), name, BOT_USER_ID):
        raise ApiError("already_reacted")
    return {}


def remove(state: State, arguments: Arguments) -> Json:
    name = _name(arguments)
    if not state.messages.unreact(_message(state, arguments, to_write=True), name, BOT_USER_ID):
        raise ApiError("no_reaction")
    return {}


def show(state: State, arguments: Arguments) -> Json:
    message = _message(state, arguments, to_write=False)
    return {"type": "message", "channel": message.channel, "message": wire.message(message)}


METHODS = {"reactions.add": add, "reactions.remove": remove, "reactions.get": show}
