"""Who and what a new workspace has."""

import hashlib
from dataclasses import dataclass

TEAM_ID = "T0LOCAL01"
APP_ID = "A0LOCAL01"
BOT_ID = "B0LOCAL01"
BOT_USER_ID = "U0LOCALBOT"
BOT_NAME = "vigil"

# No secrets: they open nothing but this workspace.
BOT_TOKEN = "xoxb-local"  # noqa: S105
APP_TOKEN = "xapp-local"  # noqa: S105


class WorkspaceError(Exception):
    """The workspace cannot run; the text says why and how to mend it."""


@dataclass(frozen=True)
class Member:
    id: str
    name: str
    real_name: str


@dataclass(frozen=True)
class Usergroup:
    """`members` are user IDs."""

    id: str
    handle: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class Seed:
    """`links` are (title, URL) pairs that the page's side bar shows.

    `scopes` are the bot token's, `events` what the app has subscribed to (`message.channels`, …) and
    `shortcuts` its global ones, as (callback ID, name); no scopes or events means that all are granted.
    `commands` are what the composer offers of the slash command `command`: (words, what may follow them, what
    that does).
    """

    team: str
    channels: tuple[str, ...]
    members: tuple[Member, ...]
    usergroups: tuple[Usergroup, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    scopes: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    shortcuts: tuple[tuple[str, str], ...] = ()
    command: str = ""
    commands: tuple[tuple[str, str, str], ...] = ()


def conversation_id(prefix: str, name: str) -> str:
    """The same channel or direct message has the same ID in every new workspace."""
    return prefix + hashlib.sha256(name.encode()).hexdigest()[:10].upper()
