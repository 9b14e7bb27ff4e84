"""The Web API's auth, users, usergroups and bots methods."""

from typing import Any

from bot.workspace.api import wire
from bot.workspace.api.arguments import ApiError, Arguments
from bot.workspace.api.paging import LARGEST_PAGE, page
from bot.workspace.seed import APP_ID, BOT_ID, BOT_NAME, BOT_USER_ID, TEAM_ID
from bot.workspace.state import State

Json = dict[str, Any]


def auth_test(state: State, arguments: Arguments) -> Json:
    return {
        "url": f"{state.url}/",
        "team": state.seed.team,
        "user": BOT_NAME,
        "team_id": TEAM_ID,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def list_users(state: State, arguments: Arguments) -> Json:
    found = state.directory.users()
    keys = [user.id for user in found]
    return page("members", [wire.user(user) for user in found], keys, arguments, default=LARGEST_PAGE)


def show_user(state: State, arguments: Arguments) -> Json:
    user = state.directory.user(arguments.text("user"))
    if user is None:
        raise ApiError("user_not_found")
    return {"user": wire.user(user)}


def get_presence(state: State, arguments: Arguments) -> Json:
    """Of oneself, as which no user counts, also how that comes."""
    given = arguments.text("user", BOT_USER_ID)
    user = state.directory.user(given)
    if user is None:
        raise ApiError("user_not_found")
    presence = {"presence": "away" if user.is_away else "active"}
    if given != BOT_USER_ID:
        return presence
    connections = int(state.line.connected)
    return {
        **presence,
        "online": state.line.connected,
        "auto_away": False,
        "manual_away": user.is_away,
        "connection_count": connections,
    }


def set_presence(state: State, arguments: Arguments) -> Json:
    presence = arguments.text("presence")
    if presence not in ("auto", "away"):
        raise ApiError("invalid_presence")
    state.go(BOT_USER_ID, away=presence == "away")
    return {}


def list_usergroups(state: State, arguments: Arguments) -> Json:
    groups = [wire.usergroup(group) for group in state.directory.groups()]
    if not arguments.flag("include_users"):
        groups = [{name: value for name, value in group.items() if name != "users"} for group in groups]
    return {"usergroups": groups}


def usergroup_members(state: State, arguments: Arguments) -> Json:
    given = arguments.text("usergroup")
    for group in state.directory.groups():
        if group.id == given:
            return {"users": list(group.members)}
    raise ApiError("no_such_subteam")


def change_usergroup(state: State, arguments: Arguments) -> Json:
    """Replace the whole list; as in Slack an empty one is refused."""
    given, users = arguments.text("usergroup"), [each for each in arguments.text("users").split(",") if each]
    if not users:
        raise ApiError("no_users_provided")
    if any(state.directory.user(each) is None for each in users):
        raise ApiError("invalid_users")
    changed = state.directory.change_group(given, tuple(users))
    if changed is None:
        raise ApiError("no_such_subteam")
    return {"usergroup": wire.usergroup(changed)}


def show_bot(state: State, arguments: Arguments) -> Json:
    if arguments.text("bot", BOT_ID) != BOT_ID:
        raise ApiError("bot_not_found")
    return {
        "bot": {"id": BOT_ID, "app_id": APP_ID, "user_id": BOT_USER_ID, "name": BOT_NAME, "deleted": False}
    }


METHODS = {
    "auth.test": auth_test,
    "users.list": list_users,
    "users.info": show_user,
    "users.getPresence": get_presence,
    "users.setPresence": set_presence,
    "usergroups.list": list_usergroups,
    "usergroups.users.list": usergroup_members,
    "usergroups.users.update": change_usergroup,
    "bots.info": show_bot,
}
