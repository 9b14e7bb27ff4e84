"""Every limit of Block Kit holds exactly: what is at it passes, what is one past it does not."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blockkit import limits, validate_message, validate_view, view_size

Json = dict[str, Any]
Make = Callable[[int], Any]


def plain(length: int = 1) -> Json:
    return {"type": "plain_text", "text": "x" * length}


def mrkdwn(length: int = 1) -> Json:
    return {"type": "mrkdwn", "text": "x" * length}


def button(n: int = 0, **more: Any) -> Json:
    return {"type": "button", "text": plain(), "action_id": f"a{n}", **more}


def options(count: int, **more: Any) -> list[Json]:
    return [{"text": plain(), "value": str(n), **more} for n in range(count)]


def in_section(accessory: Json) -> list[Json]:
    return [{"type": "section", "text": mrkdwn(), "accessory": accessory}]


def in_actions(*elements: Json) -> list[Json]:
    return [{"type": "actions", "elements": list(elements)}]


def in_input(element: Json, **more: Any) -> list[Json]:
    return [{"type": "input", "label": plain(), "element": element, **more}]


def confirming(**changed: Json) -> list[Json]:
    dialog = {"title": plain(), "text": mrkdwn(), "confirm": plain(), "deny": plain(), **changed}
    return in_actions(button(confirm=dialog))


def menu(**more: Any) -> list[Json]:
    return in_section({"type": "static_select", "action_id": "a", "options": options(1), **more})


def one_option(**changed: Any) -> list[Json]:
    return menu(options=[{"text": plain(), "value": "1", **changed}])


def picture(**changed: Any) -> list[Json]:
    return [{"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a", **changed}]


def url(length: int) -> str:
    return "https://x.example/".ljust(length, "a")


def table(rows: int, columns: int) -> list[Json]:
    return [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * columns] * rows}]


# (what, its limit, blocks of that size, where the mistake is)
MESSAGE_LIMITS: list[tuple[str, int, Make, str]] = [
    ("blocks", limits.BLOCKS_IN_MESSAGE, lambda n: [{"type": "divider"}] * n, "/blocks"),
    ("block_id", limits.BLOCK_ID, lambda n: [{"type": "divider", "block_id": "b" * n}], "/blocks/0/block_id"),
    (
        "section text",
        limits.SECTION_TEXT,
        lambda n: [{"type": "section", "text": mrkdwn(n)}],
        "/blocks/0/text/text",
    ),
    (
        "section fields",
        limits.SECTION_FIELDS,
        lambda n: [{"type": "section", "fields": [mrkdwn()] * n}],
        "/blocks/0/fields",
    ),
    (
        "a section field",
        limits.SECTION_FIELD,
        lambda n: [{"type": "section", "fields": [plain(n)]}],
        "/blocks/0/fields/0/text",
    ),
    ("header", limits.HEADER_TEXT, lambda n: [{"type": "header", "text": plain(n)}], "/blocks/0/text/text"),
    (
        "context elements",
        limits.CONTEXT_ELEMENTS,
        lambda n: [{"type": "context", "elements": [mrkdwn()] * n}],
        "/blocks/0/elements",
    ),
    (
        "actions",
        limits.ACTIONS_ELEMENTS,
        lambda n: in_actions(*(button(i) for i in range(n))),
        "/blocks/0/elements",
    ),
    ("picture URL", limits.IMAGE_URL, lambda n: picture(image_url=url(n)), "/blocks/0/image_url"),
    ("alt text", limits.IMAGE_ALT_TEXT, lambda n: picture(alt_text="x" * n), "/blocks/0/alt_text"),
    ("picture title", limits.IMAGE_TITLE, lambda n: picture(title=plain(n)), "/blocks/0/title/text"),
    (
        "input hint",
        limits.INPUT_HINT,
        lambda n: in_input({"type": "plain_text_input"}, hint=plain(n)),
        "/blocks/0/hint/text",
    ),
    (
        "input label",
        limits.INPUT_LABEL,
        lambda n: in_input({"type": "plain_text_input"}, label=plain(n)),
        "/blocks/0/label/text",
    ),
    (
        "initial text",
        limits.TEXT_INPUT,
        lambda n: in_input({"type": "plain_text_input", "initial_value": "x" * n}),
        "/blocks/0/element/initial_value",
    ),
    ("table rows", limits.TABLE_ROWS, lambda n: table(n, 1), "/blocks/0/rows"),
    ("table columns", limits.TABLE_COLUMNS, lambda n: table(1, n), "/blocks/0/rows/0"),
    (
        "column settings",
        limits.TABLE_COLUMNS,
        lambda n: [{**table(1, 1)[0], "column_settings": [{"align": "right"}] * n}],
        "/blocks/0/column_settings",
    ),
    ("confirm title", limits.CONFIRM_TITLE, lambda n: confirming(title=plain(n)), "title/text"),
    ("confirm text", limits.CONFIRM_TEXT, lambda n: confirming(text=mrkdwn(n)), "text/text"),
    ("confirm button", limits.CONFIRM_BUTTON, lambda n: confirming(confirm=plain(n)), "confirm/text"),
    ("deny button", limits.CONFIRM_BUTTON, lambda n: confirming(deny=plain(n)), "deny/text"),
    ("option text", limits.OPTION_TEXT, lambda n: one_option(text=plain(n)), "options/0/text/text"),
    ("option value", limits.OPTION_VALUE, lambda n: one_option(value="x" * n), "options/0/value"),
    (
        "option description",
        limits.OPTION_DESCRIPTION,
        lambda n: one_option(description=plain(n)),
        "options/0/description/text",
    ),
    (
        "overflow URL",
        limits.OPTION_URL,
        lambda n: in_section({"type": "overflow", "options": options(1, url=url(n))}),
        "options/0/url",
    ),
    ("select options", limits.SELECT_OPTIONS, lambda n: menu(options=options(n)), "/options"),
    ("placeholder", limits.PLACEHOLDER, lambda n: menu(placeholder=plain(n)), "/placeholder/text"),
    (
        "group label",
        limits.OPTION_GROUP_LABEL,
        lambda n: in_section(
            {"type": "multi_static_select", "option_groups": [{"label": plain(n), "options": options(1)}]}
        ),
        "/label/text",
    ),
    (
        "select groups",
        limits.SELECT_GROUPS,
        lambda n: in_section(
            {"type": "static_select", "option_groups": [{"label": plain(), "options": options(1)}] * n}
        ),
        "/option_groups",
    ),
    (
        "overflow options",
        limits.OVERFLOW_OPTIONS,
        lambda n: in_section({"type": "overflow", "options": options(n)}),
        "/options",
    ),
    (
        "checkboxes",
        limits.CHOICE_OPTIONS,
        lambda n: in_actions({"type": "checkboxes", "options": options(n)}),
        "/options",
    ),
    (
        "radio buttons",
        limits.CHOICE_OPTIONS,
        lambda n: in_actions({"type": "radio_buttons", "options": options(n)}),
        "/options",
    ),
    ("action_id", limits.ACTION_ID, lambda n: in_actions(button(action_id="a" * n)), "/action_id"),
    ("button text", limits.BUTTON_TEXT, lambda n: in_actions(button(text=plain(n))), "/text/text"),
    ("button value", limits.BUTTON_VALUE, lambda n: in_actions(button(value="x" * n)), "/value"),
    ("button URL", limits.BUTTON_URL, lambda n: in_actions(button(url=url(n))), "/url"),
    (
        "button label",
        limits.BUTTON_LABEL,
        lambda n: in_actions(button(accessibility_label="x" * n)),
        "/accessibility_label",
    ),
    (
        "all text of the blocks",
        limits.MESSAGE_BLOCK_TEXT,
        lambda n: [{"type": "section", "text": mrkdwn(size)} for size in (3000, 3000, 2000, n - 8000)],
        "/blocks",
    ),
]


@pytest.mark.parametrize(("what", "limit", "make", "place"), MESSAGE_LIMITS, ids=lambda v: str(v)[:24])
def test_a_message_at_the_limit_passes_and_one_past_it_does_not(
    what: str, limit: int, make: Make, place: str
) -> None:
    assert validate_message("x", make(limit)) == []
    [problem] = validate_message("x", make(limit + 1))
    assert problem.pointer.endswith(place)
    assert str(limit) in problem.what or "pattern" in problem.what


def modal(**changed: Any) -> Json:
    return {"type": "modal", "title": plain(), "blocks": [], **changed}


# (what, its limit, a view of that size, where the mistake is)
VIEW_LIMITS: list[tuple[str, int, Make, str]] = [
    ("title", limits.VIEW_TITLE, lambda n: modal(title=plain(n)), "/view/title/text"),
    ("submit", limits.VIEW_BUTTON, lambda n: modal(submit=plain(n)), "/view/submit/text"),
    ("close", limits.VIEW_BUTTON, lambda n: modal(close=plain(n)), "/view/close/text"),
    (
        "metadata",
        limits.VIEW_PRIVATE_METADATA,
        lambda n: modal(private_metadata="x" * n),
        "/view/private_metadata",
    ),
    ("callback", limits.VIEW_CALLBACK_ID, lambda n: modal(callback_id="x" * n), "/view/callback_id"),
    ("external", limits.VIEW_EXTERNAL_ID, lambda n: modal(external_id="x" * n), "/view/external_id"),
    ("modal", limits.BLOCKS_IN_VIEW, lambda n: modal(blocks=[{"type": "divider"}] * n), "/view/blocks"),
    (
        "home",
        limits.BLOCKS_IN_VIEW,
        lambda n: {"type": "home", "blocks": [{"type": "divider"}] * n},
        "/view/blocks",
    ),
]


@pytest.mark.parametrize(("what", "limit", "make", "place"), VIEW_LIMITS, ids=lambda v: str(v)[:24])
def test_a_view_at_the_limit_passes_and_one_past_it_does_not(
    what: str, limit: int, make: Make, place: str
) -> None:
    assert validate_view(make(limit)) == []
    [problem] = validate_view(make(limit + 1))
    assert (problem.pointer, problem.error) == (place, "invalid_arguments")


def test_a_view_of_too_many_bytes_is_too_large() -> None:
    def home(length: int) -> Json:
        rows = [{"type": "section", "text": mrkdwn(3000)}] * 81
        return {"type": "home", "private_metadata": "x" * length, "blocks": rows}

    fits = limits.VIEW_SIZE - view_size(home(0))
    assert 0 < fits < limits.VIEW_PRIVATE_METADATA
    assert validate_view(home(fits)) == []
    [problem] = validate_view(home(fits + 1))
    assert (problem.pointer, problem.error) == ("/view", "view_too_large")


def test_a_text_of_forty_thousand_characters_passes_and_a_longer_one_does_not() -> None:
    assert validate_message("x" * limits.MESSAGE_TEXT, None) == []
    [problem] = validate_message("x" * (limits.MESSAGE_TEXT + 1), None)
    assert (problem.pointer, problem.error) == ("/text", "msg_too_long")


def test_a_table_of_ten_thousand_characters_is_over_no_limit_of_its_own() -> None:
    def long(length: int) -> list[Json]:
        rows = [[{"type": "raw_text", "text": "x" * length}]]
        return [{"type": "table", "rows": rows}]

    assert {p.pointer for p in validate_message("x", long(limits.TABLE_TEXT))} == {"/blocks"}
    assert {p.pointer for p in validate_message("x", long(limits.TABLE_TEXT + 1))} == {"/blocks", "/blocks/0"}


@given(
    st.sampled_from(MESSAGE_LIMITS),
    st.integers(min_value=1, max_value=60),
    st.booleans(),
)
def test_nothing_between_one_and_the_limit_is_refused_and_nothing_beyond_it_passes(
    case: tuple[str, int, Make, str], distance: int, over: bool
) -> None:
    what, limit, make, _ = case
    size = limit + distance if over else max(limit - distance, 1)
    if "URL" in what and size < len(url(0)):
        size = len(url(0))
    if what == "all text of the blocks" and not over:
        size = max(size, 8001)
    assert bool(validate_message("x", make(size))) is over


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "elements", "blocks", "fields", "rows", "accessory"]),
            inner | st.sampled_from(["section", "actions", "context", "table", "button", "rich_text"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.lists(JSON, min_size=1, max_size=3))
def test_nonsense_is_refused_with_a_place_and_never_with_a_traceback(blocks: list[Any]) -> None:
    problems = validate_message("x", blocks)
    assert all(problem.pointer.startswith("/blocks") and problem.what for problem in problems)
    assert problems or all(isinstance(block, dict) for block in blocks)
    assert all(problem.pointer.startswith("/view") for problem in validate_view({"blocks": blocks}))
