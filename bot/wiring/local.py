"""The local workspace, seeded with what the configuration names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.domain.commands import TABLE
from bot.domain.setup import Setup
from bot.domain.text import say
from bot.locale import speaker_of
from bot.slack.access import SlackAccess
from bot.slack.manifest import COMMAND, EVENTS, SCOPES
from bot.workspace import Member, Seed, Usergroup, Workspace


@dataclass(frozen=True, slots=True)
class LocalSlack:
    """A local workspace that runs, and the way into it."""

    workspace: Workspace
    access: SlackAccess


def start_workspace(setup: Setup, port: int, links: tuple[tuple[str, str], ...] = ()) -> LocalSlack:
    """Start the local workspace with the configured people and channels.

    Raises WorkspaceError when the port is taken.
    """
    seed = seed_of(setup, links)
    database = Path(setup.folder) / ".vigil" / "workspace.db"
    database.parent.mkdir(exist_ok=True)
    workspace = Workspace(seed, database=database, port=port, rate_limits=True)
    workspace.start()
    access = SlackAccess(bot_token="xoxb-local", app_token="xapp-local", api_url=f"{workspace.url}/api/")  # noqa: S106
    return LocalSlack(workspace, access)


def seed_of(setup: Setup, links: tuple[tuple[str, str], ...] = ()) -> Seed:
    """A workspace with the people, channels and user groups that the configuration names.

    Where it names nobody with a member ID, somebody is there all the same to try it.
    """
    speaker = speaker_of(setup)
    members = tuple(
        Member(id=person.slack, name=person.key, real_name=person.name)
        for person in setup.people.values()
        if person.slack
    )
    return Seed(
        team="Vigil",
        channels=tuple(dict.fromkeys(service.channel for service in setup.services.values())),
        members=members or (Member(id="U0LOCALYOU", name="you", real_name=speaker.say(say("You"))),),
        usergroups=_usergroups(setup),
        links=links,
        scopes=tuple(SCOPES),
        events=EVENTS,
        command=COMMAND,
        commands=tuple(
            (words, usage, speaker.say(each.summary))
            for command in TABLE
            for each, words, usage in (
                (command, command.word, "" if command.parts else command.usage),
                *((part, f"{command.word} {part.word}", part.usage) for part in command.parts),
            )
        ),
    )


def _usergroups(setup: Setup) -> tuple[Usergroup, ...]:
    """The user groups that teams and schedules name, with whoever is in the teams."""

    def slack_of(keys: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(slack for key in keys if key in setup.people and (slack := setup.people[key].slack))

    found = {
        team.slack: Usergroup(id=team.slack, handle=team.key, members=slack_of(team.members))
        for team in setup.teams.values()
        if team.slack
    }
    for schedule in setup.schedules.values():
        if schedule.usergroup:
            group = Usergroup(id=schedule.usergroup, handle=f"{schedule.key}-oncall", members=())
            found.setdefault(schedule.usergroup, group)
    return tuple(found.values())
