"""The manifest asks for what the bot uses, no more, in the form that Slack's schema demands."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
import yaml
from click.testing import CliRunner
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.cli import main
from bot.slack.manifest import EVENTS, EVENTS_PATH, SCOPES, WITHOUT_SCOPE, manifest, scopes

ROOT = Path(__file__).parents[2]
HTTP = "https://vigil.example.com"

# What Slack's published schema demands of the parts that are used here, in our words: schemas/
# manifest.schema.2.0.0.json of https://github.com/slackapi/manifest-schema. Unknown keys are refused.
Url = Annotated[str, Field(pattern=r"^https?://", max_length=3000)]


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Display(Closed):
    name: str = Field(min_length=1, max_length=35)
    description: str | None = Field(None, min_length=1, max_length=140)
    background_color: str | None = Field(None, pattern=r"^#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?$")
    long_description: str | None = Field(None, min_length=175, max_length=4000)


class AppHome(Closed):
    home_tab_enabled: bool | None = None
    messages_tab_enabled: bool | None = None
    messages_tab_read_only_enabled: bool | None = None


class BotUser(Closed):
    display_name: str = Field(min_length=1, max_length=80)
    always_online: bool | None = None


class Shortcut(Closed):
    name: str = Field(min_length=1, max_length=24)
    type: Literal["message", "global"]
    callback_id: str = Field(min_length=1, max_length=255)
    description: str = Field(min_length=1, max_length=150)


class SlashCommand(Closed):
    command: str = Field(pattern="^/", min_length=2, max_length=32)
    url: Url | None = None
    description: str = Field(min_length=1, max_length=2000)
    usage_hint: str | None = Field(None, min_length=1, max_length=1000)
    should_escape: bool | None = None


class Features(Closed):
    app_home: AppHome | None = None
    bot_user: BotUser | None = None
    shortcuts: list[Shortcut] | None = Field(None, min_length=1, max_length=10)
    slash_commands: list[SlashCommand] | None = Field(None, min_length=1, max_length=50)


class Scopes(Closed):
    bot: list[Annotated[str, Field(max_length=50)]] | None = Field(None, max_length=255)


class OAuth(Closed):
    scopes: Scopes | None = None


class Subscriptions(Closed):
    request_url: Url | None = None
    bot_events: list[Annotated[str, Field(max_length=50)]] | None = Field(None, max_length=100)


class Interactivity(Closed):
    is_enabled: bool
    request_url: Url | None = None


class Settings(Closed):
    event_subscriptions: Subscriptions | None = None
    interactivity: Interactivity | None = None
    org_deploy_enabled: bool | None = None
    socket_mode_enabled: bool | None = None
    token_rotation_enabled: bool | None = None


class Manifest(Closed):
    display_information: Display
    features: Features | None = None
    oauth_config: OAuth | None = None
    settings: Settings | None = None


def printed(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["manifest", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def used() -> str:
    """What speaks with Slack, but for the manifest itself."""
    files = [each for each in (ROOT / "bot" / "slack").rglob("*.py") if each.name != "manifest.py"]
    return "\n".join(each.read_text(encoding="utf-8") for each in files)


def called() -> set[str]:
    """The methods of the Web API that the bot calls with its token."""
    source = used()
    rooms = "auth|bots|chat|conversations|files|pins|reactions|usergroups|users|views"
    found = set(re.findall(rf'"((?:{rooms})\.[A-Za-z.]+)"', source))
    if ".files_upload_v2(" in source:
        found |= {"files.getUploadURLExternal", "files.completeUploadExternal"}
    return found


@pytest.mark.parametrize("url", ["", HTTP])
@pytest.mark.parametrize("usergroups", [False, True])
def test_the_manifest_is_what_slacks_schema_demands(url: str, usergroups: bool) -> None:
    made = manifest(url, usergroups=usergroups)
    Manifest.model_validate(made)
    for unique in (
        made["oauth_config"]["scopes"]["bot"],
        made["settings"]["event_subscriptions"]["bot_events"],
    ):
        assert len(unique) == len(set(unique))


def test_a_configuration_that_keeps_user_groups_in_step_asks_for_their_scopes(tmp_path: Path) -> None:
    people = "service: orders\npeople: {lin: {name: Lin, slack: U1}}\n"
    rotation = "rotation: {every: 1 week, start: 2026-01-12, members: [lin]}"
    for kept, asked in (("", False), ("usergroup: S0123, ", True)):
        file = tmp_path / "config.yaml"
        file.write_text(f"{people}schedules: {{primary: {{{kept}{rotation}}}}}\n", encoding="utf-8")
        made = json.loads(printed("--config", str(file), "--json"))
        assert ("usergroups:write" in made["oauth_config"]["scopes"]["bot"]) is asked


def test_a_manifest_with_a_word_too_many_is_refused() -> None:
    made = manifest()
    made["features"]["slash_commands"][0]["escape"] = True
    with pytest.raises(ValidationError, match="escape"):
        Manifest.model_validate(made)


def test_every_method_that_the_bot_calls_is_allowed_by_a_scope_and_every_scope_is_used() -> None:
    allowed = {each for scope in SCOPES.values() for each in scope.needed_by}
    heard = {*EVENTS, "slash_commands", "shortcuts"}
    assert called() | heard == allowed | WITHOUT_SCOPE


def test_every_event_that_the_bot_listens_to_is_subscribed() -> None:
    assert set(re.findall(r'\.event\("(\w+)"\)', used())) == set(EVENTS)


def test_user_groups_are_asked_about_only_where_they_are_kept_in_step() -> None:
    assert not any(name.startswith("usergroups") for name in scopes(usergroups=False))
    assert scopes(usergroups=True) == tuple(SCOPES)


def test_the_documentation_explains_each_scope_as_the_manifest_does() -> None:
    page = (ROOT / "docs" / "slack.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z_]+:[a-z]+|commands)` \| (.+?) \|", page, re.M))
    assert rows == {name: scope.why for name, scope in SCOPES.items()}


def test_people_and_channels_come_as_ids() -> None:
    [command] = manifest()["features"]["slash_commands"]
    assert (command["command"], command["should_escape"]) == ("/monitor", True)


def test_in_socket_mode_slack_needs_no_address() -> None:
    assert "url" not in json.dumps(json.loads(printed()))
    assert json.loads(printed())["settings"]["socket_mode_enabled"] is True


def test_in_http_mode_everything_comes_to_the_address_that_vigil_serves() -> None:
    made: dict[str, Any] = json.loads(printed("--http", f"{HTTP}/"))
    settings, address = made["settings"], HTTP + EVENTS_PATH
    assert settings["socket_mode_enabled"] is False
    assert settings["event_subscriptions"]["request_url"] == address
    assert settings["interactivity"]["request_url"] == address
    assert made["features"]["slash_commands"][0]["url"] == address


def test_json_and_yaml_say_the_same() -> None:
    assert yaml.safe_load(printed("--yaml", "--usergroups")) == json.loads(printed("--usergroups"))


@pytest.mark.parametrize(
    "url",
    [
        "http://vigil.example.com",  # Slack calls https only
        "vigil.example.com",  # no scheme
        "https://",  # no host
        "https://[x",  # no URL
        "https://vigil.example.com?x=1",  # a path would come after the query
        f"https://vigil.example.com/{'x' * 3000}",  # longer than Slack takes
    ],
)
def test_an_address_that_slack_cannot_call_is_refused(url: str) -> None:
    result = CliRunner().invoke(main, ["manifest", "--http", url])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--http" in result.stderr
