"""What Slack takes and refuses apart from sizes, as tables."""

from typing import Any

import pytest

from bot.blockkit import validate_message, validate_view

Json = dict[str, Any]

TEXT: Json = {"type": "mrkdwn", "text": "x"}
LABEL: Json = {"type": "plain_text", "text": "x"}
WORDS: Json = {"type": "text", "text": "x"}
OPTION: Json = {"text": LABEL, "value": "1"}
OTHER: Json = {"text": LABEL, "value": "2"}
DIALOG: Json = {"title": LABEL, "text": TEXT, "confirm": LABEL, "deny": LABEL, "style": "danger"}


def section(**more: Any) -> Json:
    return {"type": "section", "text": TEXT, **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def asked(element: Json) -> Json:
    return {"type": "input", "label": LABEL, "element": element}


def line(*parts: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(parts)}


def rich(*parts: Json) -> Json:
    return {"type": "rich_text", "elements": list(parts)}


def button(**more: Any) -> Json:
    return {"type": "button", "text": LABEL, **more}


TAKEN: list[Json] = [
    section(block_id="b", expand=True),
    section(accessory={"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a"}),
    section(accessory=button(style="danger", confirm=DIALOG, value="v", url="https://x.example")),
    {"type": "section", "fields": [TEXT, LABEL]},
    {"type": "context", "elements": [TEXT, {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "a"}]},
    {"type": "divider"},
    actions(
        button(style="primary"),
        {"type": "static_select", "options": [OPTION, OTHER], "initial_option": OTHER},
        {"type": "multi_static_select", "options": [OPTION], "max_selected_items": 1},
        {"type": "users_select", "initial_user": "U1", "placeholder": LABEL},
        {"type": "overflow", "options": [OPTION, {**OTHER, "url": "https://x.example"}]},
        {"type": "datepicker", "initial_date": "2026-01-19"},
        {"type": "timepicker", "initial_time": "23:59", "timezone": "Asia/Shanghai"},
        {"type": "datetimepicker", "initial_date_time": 1768760000},
        {"type": "checkboxes", "options": [{"text": TEXT, "value": "1"}]},
        {"type": "radio_buttons", "options": [OPTION], "initial_option": OPTION},
    ),
    actions(
        {"type": "multi_users_select", "initial_users": ["U1"], "max_selected_items": 3},
        {"type": "channels_select", "initial_channel": "C1"},
        {"type": "multi_channels_select", "initial_channels": ["C1"]},
        {"type": "conversations_select", "filter": {"include": ["private"], "exclude_bot_users": True}},
        {"type": "multi_conversations_select", "default_to_current_conversation": True},
    ),
    {"type": "markdown", "text": "**x**"},
    asked({"type": "email_text_input", "initial_value": "lin@x.example"}),
    asked({"type": "url_text_input", "placeholder": LABEL}),
    asked({"type": "plain_text_input", "multiline": True, "min_length": 0, "max_length": 3000}),
    asked({"type": "number_input", "is_decimal_allowed": False, "min_value": "1"}),
    {
        "type": "rich_text",
        "elements": [
            line(
                {"type": "text", "text": "x", "style": {"bold": True}},
                {"type": "link", "url": "https://x.example", "text": "x"},
                {"type": "emoji", "name": "pager"},
                {"type": "user", "user_id": "U1"},
                {"type": "usergroup", "usergroup_id": "S1"},
                {"type": "channel", "channel_id": "C1"},
                {"type": "broadcast", "range": "here"},
                {"type": "date", "timestamp": 1768760000, "format": "{time}", "fallback": "x"},
                {"type": "color", "value": "#ff0000"},
            ),
            {"type": "rich_text_list", "style": "ordered", "indent": 1, "elements": [line(WORDS)]},
            {"type": "rich_text_quote", "elements": [WORDS], "border": 1},
            {"type": "rich_text_preformatted", "elements": [WORDS]},
        ],
    },
    {
        "type": "table",
        "rows": [[{"type": "raw_text", "text": "a"}, {"type": "rich_text", "elements": []}]],
        "column_settings": [None, {"align": "right", "is_wrapped": True}],
    },
]


@pytest.mark.parametrize("block", TAKEN, ids=lambda block: block["type"])
def test_slack_takes(block: Json) -> None:
    assert validate_message(None, [block]) == []


# (block, where the mistake is)
REFUSED: list[tuple[Any, str]] = [
    # not a block at all
    ("section", "/blocks/0"),
    ({}, "/blocks/0/type"),
    # video is beyond what these models know
    ({"type": "video"}, "/blocks/0/type"),
    # a section says something
    ({"type": "section"}, "/blocks/0"),
    ({"type": "section", "fields": []}, "/blocks/0/fields"),
    # unknown keys, at any depth
    (section(colour="red"), "/blocks/0/colour"),
    (section(text={**TEXT, "emoji": True}), "/blocks/0/text/emoji"),
    # empty text
    (section(text={"type": "mrkdwn", "text": ""}), "/blocks/0/text/text"),
    # headers and buttons are plain
    ({"type": "header", "text": TEXT}, "/blocks/0/text/type"),
    (actions(button(text=TEXT)), "/blocks/0/elements/0/text/type"),
    # no coercion
    (section(expand="true"), "/blocks/0/expand"),
    (section(text={"type": "mrkdwn", "text": 1}), "/blocks/0/text/text"),
    # nothing is null
    (section(expand=None), "/blocks/0/expand"),
    (actions(button(text={**LABEL, "emoji": None})), "/blocks/0/elements/0/text/emoji"),
    # rich text, down to its innermost parts
    (rich(WORDS), "/blocks/0/elements/0/type"),
    (rich(line({"type": "text"})), "/blocks/0/elements/0/elements/0/text"),
    (rich(line({**WORDS, "style": {"loud": True}})), "/blocks/0/elements/0/elements/0/style/loud"),
    (rich({"type": "rich_text_list", "elements": [line(WORDS)]}), "/blocks/0/elements/0/style"),
    # elements only where they belong
    (section(accessory={"type": "plain_text_input"}), "/blocks/0/accessory/type"),
    (
        actions({"type": "image", "image_url": "https://x.example", "alt_text": "a"}),
        "/blocks/0/elements/0/type",
    ),
    (actions({"type": "plain_text_input"}), "/blocks/0/elements/0/type"),
    (asked(button()), "/blocks/0/element/type"),
    ({"type": "context", "elements": [button()]}, "/blocks/0/elements/0/type"),
    # a colour that there is not
    (actions(button(style="warning")), "/blocks/0/elements/0/style"),
    # no URL
    (actions(button(url="javascript:alert(1)")), "/blocks/0/elements/0/url"),
    # a picture from one place
    ({"type": "image", "alt_text": "a"}, "/blocks/0"),
    # an initial choice that is no choice
    (
        section(accessory={"type": "static_select", "options": [OPTION], "initial_option": OTHER}),
        "/blocks/0/accessory",
    ),
    (section(accessory={"type": "static_select"}), "/blocks/0/accessory"),
    # dates and times that are none
    (actions({"type": "datepicker", "initial_date": "19.1.2026"}), "/blocks/0/elements/0/initial_date"),
    (actions({"type": "timepicker", "initial_time": "24:00"}), "/blocks/0/elements/0/initial_time"),
    (actions({"type": "datetimepicker", "initial_date_time": 1}), "/blocks/0/elements/0/initial_date_time"),
    # e-mail addresses and links are asked for in input blocks; a filter lets something through
    (actions({"type": "email_text_input"}), "/blocks/0/elements/0/type"),
    (
        actions({"type": "conversations_select", "filter": {"include": []}}),
        "/blocks/0/elements/0/filter/include",
    ),
    (asked({"type": "multi_users_select", "max_selected_items": 0}), "/blocks/0/element/max_selected_items"),
    # a number input says whether decimals are allowed
    (asked({"type": "number_input"}), "/blocks/0/element/is_decimal_allowed"),
    # a confirmation dialog is whole
    (actions(button(confirm={"title": LABEL})), "/blocks/0/elements/0/confirm/text"),
    # an empty table cell
    ({"type": "table", "rows": [[{"type": "raw_text", "text": ""}]]}, "/blocks/0/rows/0/0/text"),
]


@pytest.mark.parametrize(("block", "pointer"), REFUSED, ids=lambda value: str(value)[:40])
def test_slack_refuses(block: Any, pointer: str) -> None:
    assert pointer in [problem.pointer for problem in validate_message("x", [block])]


def test_an_action_id_is_used_once_in_a_message() -> None:
    blocks = [
        actions(button(action_id="ack"), button(action_id="ack")),
        section(accessory=button(action_id="ack")),
    ]
    assert [problem.pointer for problem in validate_message("x", blocks)] == [
        "/blocks/0/elements/1/action_id",
        "/blocks/1/accessory/action_id",
    ]


def test_a_block_id_is_used_once_in_a_message() -> None:
    blocks = [{"type": "divider", "block_id": "b"}, {"type": "divider", "block_id": "b"}]
    assert [problem.pointer for problem in validate_message("x", blocks)] == ["/blocks/1/block_id"]


def test_a_second_table_is_refused() -> None:
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
    [problem] = validate_message("x", [table, table])
    assert (problem.pointer, problem.error) == ("/blocks/1", "invalid_attachments")


@pytest.mark.parametrize("text", [None, "", " \n"])
def test_a_message_without_blocks_needs_text(text: str | None) -> None:
    [problem] = validate_message(text, [])
    assert problem.error == "no_text"


def test_all_mistakes_are_told_at_once() -> None:
    problems = validate_message("x", [section(a=1), section(b=1)])
    assert [problem.pointer for problem in problems] == ["/blocks/0/a", "/blocks/1/b"]


def test_a_modal_with_inputs_needs_a_submit_button() -> None:
    modal = {"type": "modal", "title": LABEL, "blocks": [asked({"type": "plain_text_input"})]}
    assert [problem.what for problem in validate_view(modal)] == [
        "must give `submit`, because there are input blocks"
    ]
    assert validate_view({**modal, "submit": LABEL}) == []


def test_a_home_page_has_no_title() -> None:
    assert [p.pointer for p in validate_view({"type": "home", "title": LABEL, "blocks": []})] == [
        "/view/title"
    ]


@pytest.mark.parametrize(
    "view", [None, [], "modal", {}, {"type": "workflow"}, {"type": "modal", "blocks": {}}]
)
def test_what_is_no_view_is_refused(view: Any) -> None:
    assert validate_view(view)
