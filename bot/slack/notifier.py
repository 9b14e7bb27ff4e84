"""The way out to Slack: messages, modals and home pages. The only holder of a client."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from slack_sdk import WebClient

from bot.domain.card import Form, HomeView, Message, PageMessage, Reminder
from bot.domain.text import Text, say
from bot.engine.ports import File, Gone, Heard, Outcome, Place, Posted, Refused, Sent, Unsure
from bot.slack.cards import Drawn, View
from bot.slack.directory import Directory
from bot.slack.inbound import unescape
from bot.slack.likeness import alike
from bot.slack.mending.fitting import Fitting
from bot.slack.outcomes import ALREADY_IN, BAD_VIEW, NO_THREAD, PLAIN_TEXT_HELPS
from bot.slack.wire import Answer, Exchange, Failure

log = logging.getLogger(__name__)

EVENT_TYPE = "vigil"
_PAGE = 200
_CLOCKS_DIFFER = timedelta(minutes=5)

UPLOAD_S = 60.0
"""Files are few and small, but the way to Slack may be slow; nothing else waits for them."""


class Draws(Protocol):
    """Who turns values into what Slack shows; `channel` is the name of the one that it is for."""

    def message(self, message: Message, channel: str = "") -> Drawn: ...

    def words(self, text: Text, channel: str = "") -> str: ...

    def form(self, form: Form, channel: str = "") -> View: ...

    def home(self, home: HomeView) -> View: ...


class Notifier:
    """Implements `engine.ports.Door`. Safe to use from several threads.

    `by_channel`: what is drawn depends on the channel, so its name has to be known.
    """

    def __init__(self, client: WebClient, drawing: Draws, *, by_channel: bool = False) -> None:
        self._client = client
        self._drawing = drawing
        self._by_channel = by_channel
        self._directory = Directory()
        self._fitting = Fitting(client, drawing.words, self._directory)
        self._refused: dict[str, str] = {}

    def post(self, operation: str, place: Place, message: Message) -> Outcome:
        """Post a new message that carries `operation` in its metadata."""
        outcome = self._post(operation, place, message)
        self._notice(place, outcome)
        return outcome

    def _post(self, operation: str, place: Place, message: Message) -> Outcome:
        exchange = Exchange(self._client)
        whole = self._drawn(exchange, message, place.channel)
        drawn = self._fitting.fit(exchange, whole, Posted(channel=place.channel, ts=place.thread_ts))
        if place.response_url:
            return self._respond(exchange, place.response_url, drawn)
        arguments: dict[str, Any] = {
            "thread_ts": place.thread_ts,
            "metadata": {"event_type": EVENT_TYPE, "event_payload": {"operation": operation}},
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if place.only_for and not place.channel:
            # Pressed in App Home or sent with a form: the answer goes to the person's direct messages.
            answer = self._write(exchange, "chat.postMessage", place.only_for, drawn, arguments)
            return answer.outcome if isinstance(answer, Failure) else Sent(None)
        if place.only_for:
            private = {"user": place.only_for, "thread_ts": place.thread_ts}
            answer = self._write(exchange, "chat.postEphemeral", place.channel, drawn, private)
            return answer.outcome if isinstance(answer, Failure) else Sent(None)
        if isinstance(message, PageMessage) and message.broadcast and place.thread_ts:
            arguments["reply_broadcast"] = True
        answer = self._write(exchange, "chat.postMessage", place.channel, drawn, arguments)
        if isinstance(answer, Failure) and answer.error in NO_THREAD and _must_be_seen(message):
            alone = {**arguments, "thread_ts": "", "reply_broadcast": None}
            answer = self._write(exchange, "chat.postMessage", place.channel, drawn, alone)
        outcome = self._posted(place.channel, answer)
        if drawn is not whole and isinstance(outcome, Sent) and outcome.posted:
            self._fitting.attach(outcome.posted, place.thread_ts, whole)
        return outcome

    def stands(self, at: Posted, message: Message) -> bool | None:
        """Whether what stands at `at` says this; None: nobody knows now. Raises Gone where nothing stands."""
        found = self._at(at)
        if isinstance(found, Failure):
            return None
        if found is None:
            raise Gone
        exchange = Exchange(self._client)
        drawn = self._fitting.fit(exchange, self._drawn(exchange, message, at.channel), at)
        return alike(found, drawn)

    def redraw(self, at: Posted, message: Message) -> Outcome:
        """Replace the message that stands at `at`; Slack keeps its metadata."""
        exchange = Exchange(self._client)
        drawn = self._fitting.fit(exchange, self._drawn(exchange, message, at.channel), at)
        answer = self._write(exchange, "chat.update", at.channel, drawn, {"ts": at.ts})
        outcome = answer.outcome if isinstance(answer, Failure) else Sent(at)
        self._notice(Place(channel=at.channel), outcome)
        return outcome

    def upload(self, place: Place, files: Sequence[File], message: Message) -> Outcome:
        """Give files to a thread, all under one message. Blocks for as long as they take."""
        exchange = Exchange(self._client, UPLOAD_S)
        channel = self._directory.resolve(exchange, place.channel)
        if isinstance(channel, Failure):
            return channel.outcome
        words = self._drawn(exchange, message, place.channel).text
        answer = exchange.upload(channel, place.thread_ts, files, words)
        if isinstance(answer, Failure) and answer.error == "not_in_channel":
            failure = self._directory.join(exchange, channel)
            answer = failure or exchange.upload(channel, place.thread_ts, files, words)
        return answer.outcome if isinstance(answer, Failure) else Sent(None)

    def find_file(self, name: str, place: Place) -> Outcome | None:
        """Look for a message in a thread that carries a file of this name; None when there is none."""
        return self._found(place, {}, lambda message: _carries_file(message, name))

    def open(self, place: Place, form: Form) -> Outcome:
        """Open a modal for the person whose click or command gave this trigger, three seconds ago at most."""
        if not place.trigger_id:
            return Refused("a form opens only for a click or a command")
        exchange, asked = Exchange(self._client), Posted(channel=place.channel, ts=place.thread_ts)
        view = self._drawing.form(form, self._name_of(place.channel, None))
        view = self._fitting.fit_form(exchange, view, asked)
        return self._show(exchange, "views.open", {"trigger_id": place.trigger_id, "view": view})

    def publish(self, person: str, home: HomeView) -> Outcome:
        """Show this as App Home of the person with this Slack ID. May be done again without harm."""
        view = self._fitting.fit_home(self._drawing.home(home))
        return self._show(Exchange(self._client), "views.publish", {"user_id": person, "view": view})

    def keep_group(self, group: str, members: Sequence[str]) -> Outcome:
        """Make these people the members of a user group; may be done again without harm."""
        arguments = {"usergroup": group, "users": ",".join(members)}
        answer = Exchange(self._client).call("usergroups.users.update", arguments)
        return answer.outcome if isinstance(answer, Failure) else Sent(None)

    def examine(self, channels: Sequence[str], groups: Sequence[str]) -> tuple[Text, ...]:
        """What Slack has against posting in these channels and reading these user groups."""
        found = []
        for channel in channels:
            exchange = Exchange(self._client)
            resolved = self._directory.resolve(exchange, channel)
            failure = resolved if isinstance(resolved, Failure) else self._directory.join(exchange, channel)
            if failure and isinstance(failure.outcome, Refused) and failure.error not in ALREADY_IN:
                why = failure.outcome.reason
                found.append(say("#{channel}: {why}", channel=channel.removeprefix("#"), why=why))
        for group in groups:
            answer = Exchange(self._client).call("usergroups.users.list", {"usergroup": group})
            if isinstance(answer, Failure) and isinstance(answer.outcome, Refused):
                found.append(say("user group {group}: {why}", group=group, why=answer.outcome.reason))
        return tuple(found)

    def find(self, operation: str, place: Place, since: datetime) -> Outcome | None:
        """Look for a message with this operation in its thread or channel.

        Private answers cannot be looked up: None, so they are sent at least once.
        """
        if place.response_url or place.only_for:
            return None
        oldest = {"oldest": f"{(since - _CLOCKS_DIFFER).timestamp():.6f}"}
        return self._found(place, oldest, lambda message: _carries(message, operation))

    def _found(
        self, place: Place, among: Mapping[str, Any], wanted: Callable[[Mapping[str, Any]], bool]
    ) -> Outcome | None:
        """The first message of a thread or channel that is wanted."""
        exchange = Exchange(self._client)
        channel = self._directory.resolve(exchange, place.channel)
        if isinstance(channel, Failure):
            return channel.outcome
        method = "conversations.replies" if place.thread_ts else "conversations.history"
        query = {
            "channel": channel,
            "ts": place.thread_ts,
            "include_all_metadata": True,
            "limit": _PAGE,
            **among,
        }
        cursor = ""
        while True:
            answer = self._as_member(exchange, method, {**query, "cursor": cursor})
            if isinstance(answer, Failure):
                return None if answer.error == "thread_not_found" else answer.outcome
            for each in answer.get("messages", ()):
                if wanted(each):
                    return Sent(Posted(channel=channel, ts=each["ts"]))
            cursor = (answer.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return None

    def read(self, at: Posted) -> Heard | Outcome:
        """What stands there; Refused when it is not there or may not be read."""
        found = self._at(at)
        if isinstance(found, Failure):
            return found.outcome
        if found is None:
            return Refused("there is no such message")
        return Heard(
            text=unescape(found.get("text", "")),
            person=found.get("user", ""),
            thread_ts=found.get("thread_ts", ""),
        )

    def _at(self, at: Posted) -> Mapping[str, Any] | Failure | None:
        """The message that stands there, in a thread or at its head; None where nothing stands any more."""
        arguments = {"channel": at.channel, "ts": at.ts, "limit": 1, "inclusive": True}
        answer = self._as_member(Exchange(self._client), "conversations.replies", arguments)
        if isinstance(answer, Failure):
            return None if answer.error in ("thread_not_found", "message_not_found") else answer
        found = (each for each in answer.get("messages", ()) if each.get("ts") == at.ts)
        # What remains of a deleted head whose thread goes on is called a tombstone.
        return next((each for each in found if each.get("subtype") != "tombstone"), None)

    def _show(self, exchange: Exchange, method: str, arguments: Mapping[str, Any]) -> Outcome:
        answer = exchange.call(method, arguments)
        if not isinstance(answer, Failure):
            return Sent(None)
        if answer.error in BAD_VIEW:
            log.warning("%s did not take the view: %s", method, answer.detail)
        return answer.outcome

    def _notice(self, place: Place, outcome: Outcome) -> None:
        """Say once in the log what Slack refuses, and why."""
        where = f"#{place.channel}" if place.channel else "a direct message"
        if isinstance(outcome, Refused) and self._refused.get(where) != outcome.reason:
            log.error("a message to %s did not go: %s", where, outcome.reason)
            self._refused[where] = outcome.reason
        elif isinstance(outcome, Sent):
            self._refused.pop(where, None)

    def _drawn(self, exchange: Exchange, message: Message, channel: str) -> Drawn:
        """In the language of its channel. A page does not wait until the name of that is found out."""
        asked = None if isinstance(message, PageMessage) else exchange
        return self._drawing.message(message, self._name_of(channel, asked))

    def _name_of(self, channel: str, exchange: Exchange | None) -> str:
        return self._directory.name_of(channel, exchange) if self._by_channel else ""

    # --- writing -------------------------------------------------------------------------------------

    def _write(
        self, exchange: Exchange, method: str, channel: str, drawn: Drawn, arguments: Mapping[str, Any]
    ) -> Answer | Failure:
        """Write with blocks, or with the text alone where Slack takes offence at the blocks."""
        target = self._directory.known(channel) or channel
        full = {"channel": target, "text": drawn.text, "blocks": drawn.blocks or None, **arguments}
        answer = self._as_member(exchange, method, full)
        if isinstance(answer, Failure) and answer.error in PLAIN_TEXT_HELPS and drawn.blocks:
            _complain(method, answer)
            # No blocks at all would leave those of the message that is updated: say so with an empty list.
            answer = self._as_member(exchange, method, {**full, "blocks": []})
        return answer

    def _as_member(self, exchange: Exchange, method: str, arguments: Mapping[str, Any]) -> Answer | Failure:
        """Call a method; where the bot is no member, or Slack does not know the name, mend that once."""
        answer = exchange.call(method, arguments)
        if not isinstance(answer, Failure):
            return answer
        channel = arguments["channel"]
        if answer.error == "not_in_channel":
            failure = self._directory.join(exchange, channel)
            return failure or exchange.call(method, arguments)
        if answer.error == "channel_not_found" and self._directory.known(channel) is None:
            found = self._directory.resolve(exchange, channel)
            if isinstance(found, Failure):
                return found
            return exchange.call(method, {**arguments, "channel": found})
        return answer

    def _posted(self, channel: str, answer: Answer | Failure) -> Outcome:
        if isinstance(answer, Failure):
            return answer.outcome
        channel_id, ts = answer.get("channel"), answer.get("ts")
        if not isinstance(channel_id, str) or not isinstance(ts, str):
            return Unsure("Slack's answer does not say where the message stands")
        self._directory.learn(channel, channel_id)
        return Sent(Posted(channel=channel_id, ts=ts))

    def _respond(self, exchange: Exchange, url: str, drawn: Drawn) -> Outcome:
        body = {"text": drawn.text, "response_type": "ephemeral", "replace_original": False}
        failure = exchange.respond(url, {**body, "blocks": drawn.blocks} if drawn.blocks else body)
        if failure and failure.error in PLAIN_TEXT_HELPS and drawn.blocks:
            _complain("the response URL", failure)
            failure = exchange.respond(url, body)
        return failure.outcome if failure else Sent(None)


def _must_be_seen(message: Message) -> bool:
    """Whoever deletes a card or locks its thread does not silence its pages."""
    return isinstance(message, PageMessage | Reminder)


def _carries_file(message: Mapping[str, Any], name: str) -> bool:
    """Whether a message carries a file of this name."""
    return any(each.get("name") == name for each in message.get("files") or ())


def _carries(message: Mapping[str, Any], operation: str) -> bool:
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return metadata.get("event_type") == EVENT_TYPE and payload.get("operation") == operation


def _complain(where: str, failure: Failure) -> None:
    log.warning("%s did not take the blocks of a card, so its text goes alone: %s", where, failure.detail)
