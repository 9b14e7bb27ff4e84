"""The Web API's views methods."""

from typing import Any

from bot.blockkit import limits, validate_view
from bot.workspace.api.arguments import ApiError, Arguments
from bot.workspace.api.chat import refuse
from bot.workspace.facts.grants import RefusedError
from bot.workspace.state import State

Json = dict[str, Any]


def _view_of(arguments: Arguments, kind: str) -> Json:
    view = arguments.structure("view", "invalid_arguments")
    refuse(validate_view(view))
    if view["type"] != kind:
        raise ApiError("invalid_arguments", response_metadata={"messages": [f"[ERROR] must be a {kind}"]})
    return dict(view)


def _actor(state: State, arguments: Arguments) -> str:
    try:
        return state.triggers.take(
            arguments.optional("trigger_id") or arguments.text("interactivity_pointer")
        )
    except RefusedError as refused:
        raise ApiError(str(refused)) from None


def open_view(state: State, arguments: Arguments) -> Json:
    view = _view_of(arguments, "modal")
    _expect_new_name(state, view)
    return {"view": state.views.open(_actor(state, arguments), view)}


def push(state: State, arguments: Arguments) -> Json:
    view = _view_of(arguments, "modal")
    _expect_new_name(state, view)
    user = _actor(state, arguments)
    if len(state.views.stack(user)) >= limits.VIEWS_IN_STACK:
        raise ApiError("push_limit_reached")
    return {"view": state.views.push(user, view)}


def update(state: State, arguments: Arguments) -> Json:
    found = state.views.find(arguments.optional("view_id"), arguments.optional("external_id"))
    if found is None:
        raise ApiError("not_found")
    user, old = found
    view = _view_of(arguments, old["type"])
    _expect_hash(arguments, old)
    _expect_new_name(state, view, but=old["id"])
    return {"view": state.views.update(user, old, view)}


def publish(state: State, arguments: Arguments) -> Json:
    user = state.directory.user(arguments.text("user_id"))
    if user is None:
        raise ApiError("user_not_found")
    view = _view_of(arguments, "home")
    old = state.views.home(user.id)
    if old:
        _expect_hash(arguments, old)
    return {"view": state.views.publish(user.id, view)}


def _expect_hash(arguments: Arguments, old: Json) -> None:
    expected = arguments.optional("hash")
    if expected and expected != old["hash"]:
        raise ApiError("hash_conflict")


def _expect_new_name(state: State, view: Json, but: str = "") -> None:
    external_id = view.get("external_id")
    if external_id and state.views.external_id_taken(external_id, but):
        raise ApiError("duplicate_external_id")


METHODS = {
    "views.open": open_view,
    "views.push": push,
    "views.update": update,
    "views.publish": publish,
}
