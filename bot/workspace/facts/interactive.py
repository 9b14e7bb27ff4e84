"""Interactive elements: finding them in blocks, and what using one of them looks like on the wire."""

import secrets
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


class WrongValueError(Exception):
    """The element cannot have this value; the text says what it can have."""


def with_ids(blocks: list[Json]) -> list[Json]:
    """The blocks as Slack keeps them: every block has a block_id, every interactive element an action_id."""
    kept = [{**block, "block_id": block.get("block_id") or secrets.token_urlsafe(4)} for block in blocks]
    for block in kept:
        for place in ("accessory", "element"):
            if place in block:
                block[place] = _with_action_id(block[place])
        if block["type"] == "actions":
            block["elements"] = [_with_action_id(element) for element in block["elements"]]
    return kept


def _with_action_id(element: Json) -> Json:
    if element["type"] == "image" or element.get("action_id"):
        return element
    return {**element, "action_id": secrets.token_urlsafe(4)}


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """(block, element) of everything that a person can use."""
    for block in blocks:
        inside = [block.get("accessory"), block.get("element")]
        if block["type"] == "actions":
            inside += block["elements"]
        for element in inside:
            if isinstance(element, dict) and element["type"] != "image":
                yield block, element


def find(blocks: list[Json], action_id: str) -> tuple[Json, Json] | None:
    return next(((b, e) for b, e in elements(blocks) if e.get("action_id") == action_id), None)


def used(element: Json, value: Any) -> Json:
    """What Slack says of the element when it was given this value: `{type, value}`, `{type,
    selected_option}` … Raises WrongValueError."""
    kind = element["type"]
    match kind:
        case "button":
            return {"type": kind, **({"value": element["value"]} if "value" in element else {})}
        case "static_select" | "radio_buttons" | "overflow":
            return {"type": kind, "selected_option": None if value is None else _option(element, value)}
        case "multi_static_select" | "checkboxes":
            if not isinstance(value, list):
                raise WrongValueError(f"{kind} takes a list of option values")
            return {"type": kind, "selected_options": [_option(element, one) for one in value]}
    field = _FIELDS[kind]
    if value is not None and not isinstance(value, int if kind == "datetimepicker" else str):
        raise WrongValueError(f"{kind} takes {'seconds since 1970' if kind == 'datetimepicker' else 'text'}")
    return {"type": kind, field: value}


_FIELDS = {
    "users_select": "selected_user",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "plain_text_input": "value",
    "number_input": "value",
}


def _option(element: Json, value: Any) -> Json:
    options: list[Json] = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        options += group["options"]
    for option in options:
        if option["value"] == value:
            return option
    raise WrongValueError(f"no option has the value {value!r}: send one of {[o['value'] for o in options]}")


def initial(element: Json) -> Any:
    """The value that the element stands at before anybody touches it."""
    match element["type"]:
        case "static_select" | "radio_buttons":
            return (element.get("initial_option") or {}).get("value")
        case "multi_static_select" | "checkboxes":
            return [option["value"] for option in element.get("initial_options") or []]
        case "users_select":
            return element.get("initial_user")
        case "datepicker" | "timepicker":
            return element.get("initial_date") or element.get("initial_time")
        case "datetimepicker":
            return element.get("initial_date_time")
        case _:
            return element.get("initial_value")


def state(blocks: list[Json], values: Json) -> Json:
    """`{block_id: {action_id: …}}` of every element that holds a value. `values` has what a person entered,
    by action_id. Raises WrongValueError."""
    kept: dict[str, Json] = {}
    for block, element in elements(blocks):
        if element["type"] in ("button", "overflow"):
            continue
        action = element["action_id"]
        value = values[action] if action in values else initial(element)
        kept.setdefault(block["block_id"], {})[action] = used(element, value)
    return kept


def missing(blocks: list[Json], entered: Json) -> dict[str, str]:
    """block_id → what is wrong, for each required input block without a value."""
    found = {}
    for block in blocks:
        if block["type"] == "input" and not block.get("optional"):
            answer = entered[block["block_id"]][block["element"]["action_id"]]
            if not any(value for key, value in answer.items() if key != "type"):
                found[block["block_id"]] = "Please complete this required field."
    return found
