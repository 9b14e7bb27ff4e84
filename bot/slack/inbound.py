"""From Slack's payloads to what a person did. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.domain.events import Inbound, InboundKind

Payload = Mapping[str, Any]

NOTED_BY = ("memo", "pencil", "pushpin", "round_pushpin")
"""Emoji that put a message into the timeline of its incident."""

_ADDRESS = re.compile(r"\s*<@([A-Z0-9]+)(?:\|[^>]*)?>[\s:,]*")

_LINK = re.compile(r"<((?:https?|mailto):[^<>|]*)(?:\|([^<>]*))?>")


def from_command(body: Payload, at: datetime) -> Inbound:
    """A slash command as typed."""
    return Inbound(
        identity=f"command:{body['trigger_id']}",
        kind=InboundKind.COMMAND,
        at=at,
        person=body["user_id"],
        person_name=body.get("user_name", ""),
        channel=body["channel_id"],
        text=as_typed(body.get("text", "")).strip(),
        response_url=body.get("response_url", ""),
        trigger_id=body["trigger_id"],
    )


def from_actions(body: Payload, at: datetime) -> list[Inbound]:
    """Buttons pressed and options chosen. Buttons that only open a link ask nothing of the bot.

    What is pressed in App Home has neither a channel nor a message.
    """
    message = body.get("message") or {}
    container = body.get("container") or {}
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id", "")
    message_ts = container.get("message_ts") or message.get("ts", "")
    person = body["user"]["id"]
    return [
        Inbound(
            identity=f"action:{action['action_ts']}:{person}:{action['action_id']}:{message_ts}",
            kind=InboundKind.ACTION,
            at=at,
            person=person,
            person_name=body["user"].get("username") or body["user"].get("name", ""),
            channel=channel,
            action=action["action_id"],
            value=_value(action),
            message_ts=message_ts,
            thread_ts=container.get("thread_ts") or message.get("thread_ts", ""),
            response_url=body.get("response_url", ""),
            trigger_id=body.get("trigger_id", ""),
        )
        for action in body["actions"]
        if not _opens_link(action, message or body.get("view") or {})
    ]


def from_mention(body: Payload, at: datetime) -> Inbound | None:
    """A message that addresses the bot; None when no person wrote it."""
    event = body["event"]
    person = event.get("user", "")
    ourselves = {each.get("user_id") for each in body.get("authorizations") or ()}
    if not person or person in ourselves:
        return None
    return Inbound(
        identity=f"mention:{event['channel']}:{event['ts']}",
        kind=InboundKind.MENTION,
        at=at,
        person=person,
        channel=event["channel"],
        text=as_typed(_said_to_us(event.get("text", ""), ourselves)),
        message_ts=event["ts"],
        thread_ts=event.get("thread_ts", ""),
    )


def _said_to_us(text: str, ourselves: Collection[str | None]) -> str:
    """What follows the address, `hello @vigil status`; what is before it where nothing does."""
    addresses = list(_ADDRESS.finditer(text))
    ours = next((each for each in addresses if each[1] in ourselves), *addresses[:1]) if addresses else None
    if ours is None:
        return text.strip()
    return text[ours.end() :].strip() or text[: ours.start()].strip()


def from_form(body: Payload, at: datetime) -> Inbound:
    """A modal sent back: its fields in the order they stand in, without those left empty.

    A moment is written as ISO 8601 in UTC.
    """
    view = body["view"]
    given = [entry for block in view["state"]["values"].values() for entry in block.items()]
    return Inbound(
        identity=f"form:{view['id']}:{view.get('hash', '')}",
        kind=InboundKind.FORM,
        at=at,
        person=body["user"]["id"],
        person_name=body["user"].get("username") or body["user"].get("name", ""),
        channel="",
        value=view.get("private_metadata", ""),
        trigger_id=body.get("trigger_id", ""),
        values=tuple((field, value) for field, element in given if (value := _entered(element))),
    )


def from_home(body: Payload, at: datetime) -> Inbound | None:
    """A person looks at App Home; None for its other tabs."""
    event = body["event"]
    if event.get("tab") != "home":
        return None
    return Inbound(
        identity=f"home:{body['event_id']}", kind=InboundKind.HOME, at=at, person=event["user"], channel=""
    )


def from_shortcut(body: Payload, at: datetime) -> Inbound:
    """A message chosen with a shortcut of its menu."""
    message = body["message"]
    channel, person = body["channel"]["id"], body["user"]["id"]
    return Inbound(
        identity=f"shortcut:{body.get('action_ts') or body['trigger_id']}:{person}:{message['ts']}",
        kind=InboundKind.SHORTCUT,
        at=at,
        person=person,
        person_name=body["user"].get("username") or body["user"].get("name", ""),
        channel=channel,
        text=as_typed(message.get("text", "")),
        action=body.get("callback_id", ""),
        value=message.get("user", ""),
        message_ts=message["ts"],
        thread_ts=message.get("thread_ts", ""),
        response_url=body.get("response_url", ""),
        trigger_id=body.get("trigger_id", ""),
    )


def from_reaction(body: Payload, at: datetime) -> Inbound | None:
    """A message marked for the timeline; None for every other reaction."""
    event = body["event"]
    item = event.get("item") or {}
    if event.get("reaction") not in NOTED_BY or item.get("type") != "message":
        return None
    return Inbound(
        identity=f"reaction:{item['channel']}:{item['ts']}",
        kind=InboundKind.REACTION,
        at=at,
        person=event["user"],
        channel=item["channel"],
        value=event["reaction"],
        message_ts=item["ts"],
    )


def as_typed(text: str) -> str:
    """What the person typed: Slack makes links of addresses, and of whatever looks like a host.

    Mentions stay as Slack writes them: `<@U1|name>`.
    """
    return unescape(_LINK.sub(lambda link: link[2] or link[1].removeprefix("mailto:"), text))


def unescape(text: str) -> str:
    """Undo Slack's escaping of & < >."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _value(action: Payload) -> str:
    chosen = action.get("selected_option") or action
    return str(chosen.get("value") or "")


def _entered(element: Payload) -> str:
    moment = element.get("selected_date_time")
    if moment:
        return datetime.fromtimestamp(moment, UTC).isoformat()
    return str(element.get("selected_user") or _value(element)).strip()


def _opens_link(action: Payload, place: Payload) -> bool:
    """Slack reports a click on a link button too; that it is one stands in the message or view."""
    if action.get("url"):
        return True
    for block in place.get("blocks") or ():
        for element in [*(block.get("elements") or ()), block.get("accessory") or {}]:
            if isinstance(element, Mapping) and element.get("action_id") == action["action_id"]:
                return bool(element.get("url"))
    return False
