"""`${NAME}`, `${NAME:-default}`, `${file:PATH}`, and secrets that stay secret."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.setup import Setup

FILLED = [
    # (text in the file, what it becomes)
    ("${LIN}", "Lin Wei"),
    ("Dr. ${LIN} (${TEAM})", "Dr. Lin Wei (ops)"),
    ("${NOBODY:-Chen}", "Chen"),
    ("${EMPTY:-Chen}", "Chen"),  # like a shell
    ("${LIN:-Chen}", "Lin Wei"),
    ("${NOBODY:-a:-b c}", "a:-b c"),
    ("$$HOME $5 $${LIN}", "$HOME $5 ${LIN}"),
    ("${file:name.txt}", "Wang Fang"),
]


@pytest.mark.parametrize(("text", "expected"), FILLED)
def test_text_is_filled_in(text, expected, load_text):
    environ = {"LIN": "Lin Wei", "TEAM": "ops", "EMPTY": ""}
    setup = load_text(
        f"service: orders\npeople: {{lin: {{name: '{text}'}}}}", environ, **{"name.txt": "Wang Fang\n"}
    )
    assert setup.people["lin"].name == expected


def test_a_number_may_come_from_the_environment(load_text):
    assert load_text("service: orders\nweb: {port: '${PORT}'}", {"PORT": "9000"}).web.port == 9000


def test_keys_are_not_filled_in(faults):
    assert faults("service: orders\npeople: {'${LIN}': {name: Lin}}", {"LIN": "lin"}) == [
        "config.yaml:2: people.${LIN}: may hold letters, digits, `_`, `-` and `.`, at most 80 of them"
    ]


MISTAKES = [
    # (text in the file, what is said of it)
    ("${NOBODY}", "the environment variable `NOBODY` is not set; set it, or write `${NOBODY:-default}`"),
    ("${file:none.txt}", "the file `none.txt` cannot be read: no such file or directory"),
    ("${file:.}", "the file `.` cannot be read: is a directory"),
    ("${file:latin.txt}", "the file `latin.txt` is not UTF-8 text"),
    (
        "${}",
        "`${}` cannot be read; write `${NAME}`, `${NAME:-default}` or `${file:PATH}`; "
        "a dollar sign itself is `$$`",
    ),
    (
        "${LIN",
        "`${` cannot be read; write `${NAME}`, `${NAME:-default}` or `${file:PATH}`; "
        "a dollar sign itself is `$$`",
    ),
]


@pytest.mark.parametrize(("text", "message"), MISTAKES)
def test_what_cannot_be_filled_in_is_said(text, message, faults, tmp_path):
    (tmp_path / "latin.txt").write_bytes(b"\xe4")
    lines = faults(f"service: orders\npeople:\n  lin:\n    name: '{text}'")
    assert lines == [f"config.yaml:4: people.lin.name: {message}"]


SECRETS = [
    # where a value from the environment may be wrong: the answer shows the file's text
    ("metrics: {cpu: {target: '${S}'}}", "< hunter2"),
    ("metrics: {cpu: {for: '${S}'}}", "3 hunter2"),
    ("metrics: {cpu: {for: '${S}'}}", "hunter2's"),
    ("timezone: '${S}'", "hunter2"),
    ("storage: '${S}'", "mysql://u:hunter2@h"),
    ("language: '${S}'", "hunter2"),
    ("web: {port: '${S}'}", "hunter2"),
    ("teams: {ops: {members: ['${S}']}}", "hunter2"),
    ("escalations: {default: {levels: [{notify: '${S}', wait: 1m}]}}", "hunter2:x"),
    ("schedules: {s: {rotation: {every: '${S}', start: '${S}', members: []}}}", "hunter2"),
    ("checks: {a: {kind: '${S}'}}", "hunter2"),
    ("checks: {a: {kind: http, url: '${S}'}}", "hunter2"),
    ("checks: {a: {kind: command, run: '${S}'}}", "hunter2"),
    ("include: '${S}'", "hunter2"),
]


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_what_came_from_the_environment_is_not_repeated(text, secret, faults):
    lines = faults(f"service: orders\n{text}", {"S": secret})
    assert lines
    assert "hunter2" not in "\n".join(lines)


def test_variables_that_hold_something_confidential_are_told_apart(load_text: Callable[..., Setup]) -> None:
    text = """
service: orders
channels: {pager: "${PAGER_URL}"}
people:
  lin: {name: Lin, phone: "${PHONE:-}"}
checks:
  api: {kind: http, url: "${API_URL}", headers: {Authorization: "Bearer ${TOKEN}"}}
  script: {kind: command, run: [ls, "${FOLDER}"], output: exit, env: {API_KEY: "${KEY}"}}
"""
    environ = {
        "PAGER_URL": "json://secret@example.com",
        "PHONE": "+8613800000000",
        "API_URL": "https://api.example.com",
        "TOKEN": "abc-token",
        "FOLDER": "logs",
        "KEY": "key-of-the-api",
    }
    assert load_text(text, environ).withheld == {"PAGER_URL", "PHONE", "TOKEN", "KEY"}
