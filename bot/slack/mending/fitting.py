"""What is too much for Slack: shortened before it is sent, the whole of it kept in the thread."""

from __future__ import annotations

import logging
from collections.abc import Callable

from slack_sdk import WebClient

from bot.blockkit import validate_message, validate_view
from bot.domain.text import Text, say
from bot.engine.ports import File, Posted
from bot.slack.cards import Drawn, View
from bot.slack.directory import Directory
from bot.slack.mending import is_taken, mend, mend_view, words_of
from bot.slack.wire import Exchange, Failure

log = logging.getLogger(__name__)

_SHORTENED = say("Shortened: Slack takes no more than this.")


class Fitting:
    """`words` puts a sentence into the language of the channel of a name."""

    def __init__(self, client: WebClient, words: Callable[[Text, str], str], directory: Directory) -> None:
        self._client = client
        self._words = words
        self._directory = directory

    def fit(self, exchange: Exchange, drawn: Drawn, near: Posted) -> Drawn:
        """As it is; or what Slack takes of it with a note, and a link to the thread that has the rest.

        `near` is that thread, or the message that is drawn anew; without a `ts` there is none yet.
        """
        if is_taken(drawn):
            return drawn
        for problem in validate_message(drawn.text, drawn.blocks):
            log.warning("Slack would not take a message, so it is shortened: %s", problem.as_slack())
        return mend(drawn, self._note(exchange, near, say("The whole is in the thread")))

    def fit_form(self, exchange: Exchange, view: View, near: Posted) -> View:
        """A modal as it is; or what Slack takes of it with a note, and a link to what it was asked for at.

        `near` is what was pressed; without a `ts` it was no message.
        """
        return _fit(view, lambda: self._note(exchange, near, say("What it is about")))

    def fit_home(self, view: View) -> View:
        """App Home as it is, or what Slack takes of it with a note."""
        more = say("`/monitor status` and `/monitor alerts` say more")
        return _fit(view, lambda: f"{self._words(_SHORTENED, '')} {self._words(more, '')}")

    def _note(self, exchange: Exchange, near: Posted, more: Text) -> str:
        """That something was shortened, and a link to where there is more."""
        name = self._directory.name_of(near.channel, None)
        note = self._words(_SHORTENED, name)
        known = self._directory.known(near.channel)
        if near.ts and known:
            answer = exchange.call("chat.getPermalink", {"channel": known, "message_ts": near.ts})
            if not isinstance(answer, Failure) and answer.get("permalink"):
                note += f" <{answer['permalink']}|{self._words(more, name)}>"
        return note

    def attach(self, at: Posted, thread_ts: str, whole: Drawn) -> None:
        """Put the whole of a shortened message into its thread. The message stands, even if this fails."""
        title = self._words(say("The whole message"), self._directory.name_of(at.channel, None))
        file = File(name="message.txt", title=title, content=words_of(whole).encode())
        answer = Exchange(self._client).upload(at.channel, thread_ts or at.ts, [file], title)
        if isinstance(answer, Failure):
            log.warning("the whole of a shortened message could not be attached: %s", answer.outcome)


def _fit(view: View, note: Callable[[], str]) -> View:
    problems = validate_view(view)
    for problem in problems:
        log.warning("Slack would not take a view, so it is shortened: %s", problem.as_slack())
    return mend_view(view, note()) if problems else view
