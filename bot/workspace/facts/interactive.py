"""Interactive elements: finding them in blocks, and what using one of them looks like on the wire."""

import re
import secrets
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.blockkit import limits

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
        case "multi_users_select" | "multi_channels_select" | "multi_conversations_select":
            if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
                raise WrongValueError(f"{kind} takes a list of IDs")
            return {"type": kind, _LISTS[kind]: value}
    field = _FIELDS[kind]
    if value is not None and not isinstance(value, int if kind == "datetimepicker" else str):
        raise WrongValueError(f"{kind} takes {'seconds since 1970' if kind == 'datetimepicker' else 'text'}")
    return {"type": kind, field: value}


_LISTS = {
    "multi_users_select": "selected_users",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
}
_FIELDS = {
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "email_text_input": "value",
    "url_text_input": "value",
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
    kind: str = element["type"]
    match kind:
        case "static_select" | "radio_buttons":
            return (element.get("initial_option") or {}).get("value")
        case "multi_static_select" | "checkboxes":
            return [option["value"] for option in element.get("initial_options") or []]
        case "users_select" | "channels_select" | "conversations_select":
            return element.get("initial_" + kind.removesuffix("s_select"))
        case "multi_users_select" | "multi_channels_select" | "multi_conversations_select":
            return element.get("initial_" + kind.removeprefix("multi_").removesuffix("_select")) or []
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


def wrong(blocks: list[Json], entered: Json) -> dict[str, str]:
    """block_id → what is wrong, for each input block that Slack would not let through."""
    found = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        answer = entered[block["block_id"]][element["action_id"]]
        value = next((value for key, value in answer.items() if key != "type" and value), None)
        if value is None:
            said = "" if block.get("optional") else "Please complete this required field."
        else:
            said = _unfit(element, value)
        if said:
            found[block["block_id"]] = said
    return found


def _unfit(element: Json, value: Any) -> str:
    """Why the element does not take this value; "" when it does."""
    match element["type"]:
        case "plain_text_input":
            least, most = element.get("min_length", 0), element.get("max_length", limits.TEXT_INPUT)
            if len(value) < least:
                return f"Enter at least {least} characters."
            return f"Enter at most {most} characters." if len(value) > most else ""
        case "number_input":
            return _unfit_number(element, value)
        case "email_text_input":
            return "" if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value) else "Enter an email address."
        case "url_text_input":
            return "" if re.match(r"https?://[^\s/]", value) else "Enter a link."
        case kind if kind.startswith("multi_"):
            most = element.get("max_selected_items", len(value))
            return f"Choose at most {most}." if len(value) > most else ""
    return ""


def _unfit_number(element: Json, value: str) -> str:
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        return "Enter a number."
    if not element["is_decimal_allowed"] and number != number.to_integral_value():
        return "Enter a whole number."
    if "min_value" in element and number < Decimal(element["min_value"]):
        return f"Enter {element['min_value']} or more."
    if "max_value" in element and number > Decimal(element["max_value"]):
        return f"Enter {element['max_value']} or less."
    return ""
