"""The workspace's facts in the shapes that Slack gives them on the wire."""

from typing import Any

from bot.workspace.facts.directory import Channel, Group, User
from bot.workspace.facts.messages import Message
from bot.workspace.seed import APP_ID, BOT_ID, BOT_NAME, BOT_USER_ID, TEAM_ID

Json = dict[str, Any]


def message(fact: Message, *, with_metadata: bool = True) -> Json:
    shape: Json = {
        "type": "message",
        "user": fact.user,
        "ts": fact.ts,
        "text": fact.text,
        "team": TEAM_ID,
    }
    if fact.user == BOT_USER_ID:
        shape |= {
            "bot_id": BOT_ID,
            "app_id": APP_ID,
            "bot_profile": {"id": BOT_ID, "app_id": APP_ID, "name": BOT_NAME, "team_id": TEAM_ID},
        }
    if fact.blocks:
        shape["blocks"] = fact.blocks
    if fact.attachments:
        shape["attachments"] = [{"fallback": "[no preview available]", **each} for each in fact.attachments]
    if fact.files:
        shape |= {"files": files(fact), "upload": True}
    if fact.metadata and with_metadata:
        shape["metadata"] = fact.metadata
    if fact.edited_ts:
        shape["edited"] = {"user": fact.user, "ts": fact.edited_ts}
    if fact.reactions:
        shape["reactions"] = fact.reactions
    if fact.thread_ts:
        shape["thread_ts"] = fact.thread_ts
        if fact.broadcast:
            shape["subtype"] = "thread_broadcast"
    elif fact.reply_count:
        shape |= {
            "thread_ts": fact.ts,
            "reply_count": fact.reply_count,
            "latest_reply": fact.latest_reply,
        }
    return shape


def files(fact: Message) -> list[Json]:
    return [{**each, "mode": "hosted"} for each in fact.files]


def user(fact: User) -> Json:
    return {
        "id": fact.id,
        "team_id": TEAM_ID,
        "name": fact.name,
        "deleted": False,
        "real_name": fact.real_name,
        "tz": "Etc/UTC",
        "tz_offset": 0,
        "profile": {"real_name": fact.real_name, "display_name": fact.name, "team": TEAM_ID},
        "is_bot": fact.is_bot,
        "is_app_user": False,
    }


def channel(fact: Channel, members: list[str]) -> Json:
    if fact.is_im:
        return {"id": fact.id, "is_im": True, "is_channel": False, "user": fact.user, "is_archived": False}
    return {
        "id": fact.id,
        "name": fact.name,
        "name_normalized": fact.name,
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": fact.is_private,
        "is_archived": fact.is_archived,
        "is_general": False,
        "is_member": BOT_USER_ID in members,
        "num_members": len(members),
        "context_team_id": TEAM_ID,
    }


def usergroup(fact: Group) -> Json:
    return {
        "id": fact.id,
        "team_id": TEAM_ID,
        "is_usergroup": True,
        "name": fact.handle,
        "handle": fact.handle,
        "user_count": len(fact.members),
        "users": list(fact.members),
        "date_delete": 0,
    }
