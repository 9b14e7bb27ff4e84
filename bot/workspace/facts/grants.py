"""What lets the bot answer a person's act: trigger IDs for modals, response URLs for messages."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from bot.workspace.facts.journal import Journal

# https://docs.slack.dev/interactivity/handling-user-interaction
TRIGGER_LASTS_S = 3.0
RESPONSE_URL_LASTS_S = 30 * 60.0
RESPONSE_URL_USES = 5


_TRIGGER = re.compile(r"\d+\.\d+\.[0-9a-f]{32}")


class RefusedError(Exception):
    """The grant is worth nothing; the text is Slack's name for why."""


class Triggers:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._given: dict[str, tuple[str, float]] = {}
        self._used: set[str] = set()

    def give(self, user: str) -> str:
        now = self._clock()
        self._given = {t: (u, at) for t, (u, at) in self._given.items() if now - at <= TRIGGER_LASTS_S}
        self._used &= set(self._given)
        trigger = f"{int(now)}.{secrets.randbelow(10**10)}.{secrets.token_hex(16)}"
        self._given[trigger] = (user, now)
        return trigger

    def take(self, trigger: str) -> str:
        """The user whose act it was; a trigger works once."""
        if not _TRIGGER.fullmatch(trigger):
            raise RefusedError("invalid_trigger_id")
        user, at = self._given.get(trigger, ("", float("-inf")))
        if self._clock() - at > TRIGGER_LASTS_S:
            raise RefusedError("expired_trigger_id")
        if trigger in self._used:
            raise RefusedError("exchanged_trigger_id")
        self._used.add(trigger)
        return user


@dataclass(frozen=True)
class Response:
    """Where a response URL leads: the act's channel and user, and the message that was acted on."""

    secret: str
    channel: str
    user: str
    message_ts: str | None


class Responses:
    def __init__(self, journal: Journal, clock: Callable[[], float]) -> None:
        self._journal = journal
        self._clock = clock

    def give(self, channel: str, user: str, message_ts: str | None) -> str:
        """The secret of a new response URL."""
        self._journal.change("DELETE FROM responses WHERE expires < ?", self._clock() - RESPONSE_URL_LASTS_S)
        secret = secrets.token_urlsafe(18)
        self._journal.change(
            "INSERT INTO responses (secret, channel, user, message_ts, expires) VALUES (?, ?, ?, ?, ?)",
            secret,
            channel,
            user,
            message_ts,
            self._clock() + RESPONSE_URL_LASTS_S,
        )
        return secret

    def look(self, secret: str) -> Response:
        row = self._journal.row("SELECT * FROM responses WHERE secret = ?", secret)
        if row is None or row["expires"] <= self._clock():
            raise RefusedError("expired_url")
        if row["uses"] >= RESPONSE_URL_USES:
            raise RefusedError("used_url")
        return Response(secret, row["channel"], row["user"], row["message_ts"])

    def use(self, response: Response, message_ts: str | None, *, times: int = 1) -> None:
        """Counts a use. `message_ts` is what a later `replace_original` would replace."""
        self._journal.change(
            "UPDATE responses SET uses = uses + ?, message_ts = ? WHERE secret = ?",
            times,
            message_ts,
            response.secret,
        )
