"""The doctor before a local workspace: what is broken on purpose is found, with how to mend it."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from receivers import hook

from bot.cli import main
from bot.clock import RealClock
from bot.slack.access import SlackAccess, web_client
from bot.slack.directory import Directory
from bot.slack.manifest import SCOPES
from bot.slack.wire import Exchange
from bot.store import Database
from bot.workspace import Member, Seed, Usergroup, Workspace

LIN = Member("U0LIN", "lin", "Lin Wei")
ONCALL = Usergroup("S0ONCALL", "oncall-now", ("U0LIN",))
ALL = tuple(SCOPES)

CONFIG = """
service: orders
web: {{port: {port}}}
slack: {{channel: oncall}}
people:
  lin: {{name: Lin Wei, slack: {slack}, email: lin@example.com}}
  wang: {{name: Wang Fang}}
schedules:
  primary:
    usergroup: S0ONCALL
    rotation: {{every: 1 week, start: 2026-01-12T09:00, members: [lin]}}
channels:
  hook: "{url}"
escalations:
  default: {{levels: [{{notify: [{paged}], wait: 10m}}]}}
metrics:
  duplicates: {{tier: 1, unit: "%", target: "= 0", critical: "> 0.1"}}
checks:
  figures: {{kind: command, run: [cat, {file}], output: json, every: 10s}}
"""
WELL = {"port": 0, "slack": "U0LIN", "url": "", "paged": "schedule:primary", "file": "figures.json"}

Findings = dict[str, dict[str, Any]]


def told() -> float:
    """The time as it is, in Unix seconds."""
    return RealClock().now().timestamp()


class Patient:
    """A configuration in a folder, and what `vigil doctor` says of it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._environ = monkeypatch
        for name in ("DATABASE_URL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
            monkeypatch.delenv(name, raising=False)
        (folder / "figures.json").write_text('{"duplicates": 0}')
        Database(f"sqlite:///{folder}/vigil.db").close()
        self.configure()

    def configure(self, **broken: object) -> None:
        (self.folder / "config.yaml").write_text(CONFIG.format(**{**WELL, **broken}))

    def in_slack(self, workspace: Workspace, bot: str = "xoxb-local", app: str = "xapp-local") -> None:
        # A command takes the tokens out of the environment.
        self._environ.setenv("SLACK_BOT_TOKEN", bot)
        self._environ.setenv("SLACK_APP_TOKEN", app)
        self._environ.setenv("SLACK_API_URL", f"{workspace.url}/api/")

    def run(self, *arguments: str) -> Result:
        config = str(self.folder / "config.yaml")
        return CliRunner().invoke(main, ["doctor", "--config", config, *arguments], catch_exceptions=False)

    def findings(self, *arguments: str) -> Findings:
        return {each["subject"]: each for each in json.loads(self.run("--json", *arguments).stdout)}


@pytest.fixture
def patient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Patient:
    return Patient(tmp_path, monkeypatch)


@contextmanager
def slack(seed: Seed, clock: Callable[[], float] = told) -> Iterator[Workspace]:
    workspace = Workspace(seed, clock=clock)
    workspace.start()
    try:
        yield workspace
    finally:
        workspace.stop()


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    """Slack as it should be, with the bot in its channel."""
    with slack(Seed("Test", ("oncall",), (LIN,), (ONCALL,), scopes=ALL)) as running:
        access = SlackAccess("xoxb-local", "xapp-local", api_url=f"{running.url}/api/")
        assert Directory().join(Exchange(web_client(access)), "oncall") is None
        yield running


def broken(findings: Findings) -> dict[str, tuple[str, str]]:
    """(state, mend) of what is not well."""
    return {name: (each["state"], each["mend"]) for name, each in findings.items() if each["state"] != "ok"}


def test_where_all_is_well_nothing_is_found_and_nothing_changed(
    patient: Patient, workspace: Workspace
) -> None:
    patient.in_slack(workspace)
    before = sorted(each.name for each in patient.folder.iterdir())
    result = patient.run("--json")
    assert broken({each["subject"]: each for each in json.loads(result.stdout)}) == {}
    assert result.exit_code == 0
    assert sorted(each.name for each in patient.folder.iterdir()) == before


@pytest.fixture
def sick(patient: Patient) -> Iterator[Findings]:
    """What is found where eleven things are broken at once."""
    lacking = tuple(each for each in ALL if each != "reactions:read")
    (patient.folder / "vigil.db").write_text("this was a database once" * 100)
    with (
        slack(Seed("Test", ("general",), (), (), scopes=lacking), lambda: told() + 600) as running,
        socket.create_server(("127.0.0.1", 0)) as taken,
    ):
        port = taken.getsockname()[1]
        patient.configure(port=port, url="nonsense://x", paged="person:wang", file="gone.json")
        patient.in_slack(running, app="xoxb-local")
        result = patient.run("--json")
        assert result.exit_code == 2
        found = {each["subject"]: each for each in json.loads(result.stdout)}
        yield {**found, "port": found[f"port {port}"]}


def test_each_of_eleven_broken_things_is_found_with_its_mend(sick: Findings) -> None:
    expected = {
        "database": "set `storage` or DATABASE_URL",
        "port": "vigil up --port",
        "check figures": "run it by hand",
        "SLACK_APP_TOKEN": "set SLACK_APP_TOKEN to an app-level token (xapp-…)",
        "clock": "NTP",
        "scope reactions:read": "OAuth & Permissions",
        "#oncall": "create the channel, correct its name in config.yaml, or invite the bot",
        "user group S0ONCALL": "correct the ID of the user group",
        "person lin": "correct the person's Slack ID",
        "channel hook": "correct its URL under `channels`",
        "on call": "complete `people`",
    }
    wrong = broken(sick)
    for subject, mend in expected.items():
        assert mend in wrong[subject][1], subject
    assert {name for name, (state, _) in wrong.items() if state == "fail"} >= set(expected) - {"on call"}
    assert sick["SLACK_APP_TOKEN"]["what"] == "this is a bot token"
    assert re.search(r"are (10m|9m 59s)", sick["clock"]["what"])


@pytest.mark.parametrize(
    ("token", "what"),
    [
        ("xapp-local", "this is an app-level token"),  # the two mixed up
        ("xoxp-1-2", "this is a person's token"),  # the other token of the same page
        ("secret", "this is no token of the kind that is needed here"),
    ],
)
def test_a_bot_token_of_another_kind_is_told_without_asking_slack(
    patient: Patient, workspace: Workspace, token: str, what: str
) -> None:
    patient.in_slack(workspace, bot=token)
    asked: list[str] = []
    workspace.on_api_call = lambda method, _: asked.append(method)
    found = patient.findings()["SLACK_BOT_TOKEN"]
    assert (found["state"], found["what"]) == ("fail", what)
    assert "xoxb-" in found["mend"]
    assert asked == []


def test_a_token_that_slack_does_not_take_is_broken(patient: Patient, workspace: Workspace) -> None:
    patient.in_slack(workspace, bot="xoxb-revoked")
    found = patient.findings()
    assert "invalid_auth" in found["SLACK_BOT_TOKEN"]["what"]
    assert "SLACK_BOT_TOKEN" in found["SLACK_BOT_TOKEN"]["mend"]
    assert "scopes" not in found


def test_slack_that_does_not_answer_is_a_finding(patient: Patient, workspace: Workspace) -> None:
    patient.in_slack(workspace)
    workspace.stop()
    found = patient.findings()["SLACK_BOT_TOKEN"]
    assert found["state"] == "fail"
    assert "SLACK_API_URL" in found["mend"]


def test_without_tokens_slack_is_doubtful_not_an_error(patient: Patient) -> None:
    found = patient.findings()["Slack"]
    assert found["state"] == "warn"
    assert "vigil manifest" in found["mend"]


def test_a_channel_that_the_bot_has_not_joined_is_doubtful(patient: Patient) -> None:
    with slack(Seed("Test", ("oncall",), (LIN,), (ONCALL,), scopes=(*ALL, "admin"))) as running:
        patient.in_slack(running)
        result = patient.run("--json")
    wrong = broken({each["subject"]: each for each in json.loads(result.stdout)})
    assert set(wrong) == {"#oncall", "scopes"}
    assert "/invite" in wrong["#oncall"][1]
    assert "take these scopes from the app" in wrong["scopes"][1]
    assert result.exit_code == 1


def test_a_configuration_with_errors_is_told_line_by_line_and_nothing_else(patient: Patient) -> None:
    (patient.folder / "config.yaml").write_text("service: orders\nlanguag: en\ntimezone: Nowhere/Land\n")
    result = patient.run("--json")
    assert result.exit_code == 2
    found = json.loads(result.stdout)
    assert [each["subject"] for each in found] == ["config.yaml:2", "config.yaml:3"]
    assert all(each["mend"] for each in found)


def test_send_sends_a_test_and_writes_the_group_as_it_stands(patient: Patient, workspace: Workspace) -> None:
    written: list[Any] = []
    workspace.on_api_call = lambda method, sent: (
        written.append(sent["users"]) if method == "usergroups.users.update" else None
    )
    with hook() as taken:
        patient.configure(url=f"json://127.0.0.1:{taken.port}")
        patient.in_slack(workspace)
        found = patient.findings("--send", "lin")
        assert found["channel hook"]["state"] == "ok"
        assert "Vigil: this is a test" in "".join(taken.got)
    assert written == ["U0LIN"]
    assert patient.run("--send", "nobody").exit_code == 2


def test_without_send_nothing_leaves(patient: Patient, workspace: Workspace) -> None:
    with hook() as taken:
        patient.configure(url=f"json://127.0.0.1:{taken.port}")
        patient.in_slack(workspace)
        assert patient.findings()["channel hook"]["state"] == "ok"
        assert taken.got == []


def test_a_test_that_is_not_taken_is_broken(patient: Patient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    patient.configure(url=f"json://127.0.0.1:{port}")
    assert patient.findings("--send", "lin")["channel hook"]["state"] == "fail"


def test_people_get_a_table_with_the_mends_and_a_count(patient: Patient) -> None:
    said = patient.run().stdout
    assert "→ paste `vigil manifest` into Slack" in said
    assert "1 doubtful, 0 broken" in said.splitlines()[-1]


def test_a_database_of_a_newer_program_is_broken(patient: Patient) -> None:
    with sqlite3.connect(patient.folder / "vigil.db") as rows:
        rows.execute("UPDATE alembic_version SET version_num = '9999', oldest = '9999'")
    rows.close()
    found = patient.findings()["database"]
    assert (found["state"], found["mend"]) == ("fail", "start the program that wrote it, or a newer one")


def test_a_database_that_is_not_there_is_not_made(patient: Patient) -> None:
    (patient.folder / "vigil.db").unlink()
    assert patient.findings()["database"]["state"] == "warn"
    assert not (patient.folder / "vigil.db").exists()


def test_a_workspace_that_lets_no_app_change_user_groups_is_found_by_writing(
    patient: Patient, workspace: Workspace
) -> None:
    patient.in_slack(workspace)
    refuse = {"method": "usergroups.users.update", "effect": "error:permission_denied", "times": 1}
    request = urllib.request.Request(
        f"{workspace.url}/local/faults",
        data=json.dumps(refuse).encode(),
        headers={"Content-Type": "application/json"},
    )
    urllib.request.urlopen(request, timeout=5).close()
    found = patient.findings("--send", "lin")["user group S0ONCALL"]
    assert found["state"] == "fail"
    assert "let apps change user groups" in found["mend"]


ALWAYS_LIN = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:1
DTSTART:20260101T000000Z
DTEND:20990101T000000Z
SUMMARY:lin
END:VEVENT
END:VCALENDAR
"""


def test_a_calendar_is_read_before_anybody_is_missed(patient: Patient) -> None:
    (patient.folder / "vigil.db").unlink()
    (patient.folder / "shifts.ics").write_text(ALWAYS_LIN.replace("\n", "\r\n"))
    config = patient.folder / "config.yaml"
    rotation = "rotation: {every: 1 week, start: 2026-01-12T09:00, members: [lin]}"
    written = config.read_text()
    assert rotation in written
    config.write_text(written.replace(rotation, "ical: shifts.ics"))
    assert patient.findings()["on call"]["state"] == "ok"
