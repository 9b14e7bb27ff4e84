"""What Slack says of our tokens and of the channels, user groups and people we rely on. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import parsedate_to_datetime

from slack_sdk import WebClient

from bot.domain.finding import Finding, Grade, broken, doubtful, quoted, well
from bot.domain.text import Span, Text, say
from bot.engine.ports import Refused
from bot.slack.access import SlackAccess, web_client
from bot.slack.directory import Directory
from bot.slack.manifest import SCOPES, scopes
from bot.slack.outcomes import APP_TOKEN_MEND, BOT_TOKEN_MEND, MENDS, TOKEN_ERRORS
from bot.slack.wire import Answer, Exchange, Failure

_SKEW_WARNS_S = 30.0
_SKEW_BREAKS_S = 300.0
"""Slack's signatures are five minutes good."""

_INVITE = MENDS["not_in_channel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relied:
    """What the configuration needs of Slack. `people`: key → Slack ID; `kept`: groups kept in step."""

    channels: Sequence[str] = ()
    groups: Sequence[str] = ()
    kept: Sequence[str] = ()
    people: Mapping[str, str] = field(default_factory=dict)


def tokens(access: SlackAccess) -> Iterator[Finding]:
    """Whether each token is of its kind, judged by its beginning alone."""
    if not (access.bot_token or access.app_token or access.signing_secret):
        yield doubtful(
            "Slack",
            say("there are no tokens in the environment: Vigil would speak in the local workspace"),
            say("paste `vigil manifest` into Slack, and set SLACK_BOT_TOKEN and SLACK_APP_TOKEN"),
        )
        return
    if not access.bot_token.startswith("xoxb-"):
        yield broken("SLACK_BOT_TOKEN", _kind(access.bot_token), quoted(BOT_TOKEN_MEND))
    if access.app_token and not access.app_token.startswith("xapp-"):
        yield broken("SLACK_APP_TOKEN", _kind(access.app_token), quoted(APP_TOKEN_MEND))
    if not access.app_token and not access.signing_secret:
        yield broken(
            "SLACK_APP_TOKEN",
            say("it is not set, nor is SLACK_SIGNING_SECRET: nobody's commands would arrive"),
            quoted(APP_TOKEN_MEND),
        )


def _kind(token: str) -> Text:
    kinds = {
        "xoxb-": say("this is a bot token"),
        "xapp-": say("this is an app-level token"),
        "xoxp-": say("this is a person's token"),
    }
    if not token:
        return say("it is not set")
    return kinds.get(token[:5]) or say("this is no token of the kind that is needed here")


def examine(
    access: SlackAccess, relied: Relied, now: Callable[[], datetime], *, write: bool
) -> Iterator[Finding]:
    """Ask Slack about everything; where it does not take the bot token, about nothing more.

    `now` tells this machine's time, which is compared with Slack's. With `write` the user groups that
    are kept in step are written as they stand: only then does Slack say whether the app may.
    """
    client = web_client(access)
    answered = Exchange(client).answered("auth.test", {})
    if isinstance(answered, Failure):
        yield _refused("SLACK_BOT_TOKEN", answered)
        return
    answer, headers = answered
    yield well(
        "SLACK_BOT_TOKEN", say("{user} in {team}", user=answer.get("user", "?"), team=answer.get("team", "?"))
    )
    yield from _clock(headers, now())
    yield from _scopes(headers, usergroups=bool(relied.groups))
    if access.app_token.startswith("xapp-"):
        yield _app_token(access)
    directory = Directory()
    for channel in relied.channels:
        yield _channel(Exchange(client), directory, channel)
    if relied.groups:
        yield from _groups(client, relied, write=write)
    for key, slack in relied.people.items():
        yield _person(Exchange(client), key, slack)


def _refused(subject: str, failure: Failure) -> Finding:
    """A reason of Slack's ends with its mend after a colon; here the two stand apart."""
    if not isinstance(failure.outcome, Refused):
        why = say("Slack gave no answer: {why}", why=failure.outcome.reason)
        return broken(subject, why, say("see whether this machine reaches Slack, and SLACK_API_URL"))
    mend = BOT_TOKEN_MEND if failure.error in TOKEN_ERRORS else MENDS.get(failure.error, "")
    reason = failure.outcome.reason.replace(f": {mend}", "") if mend else failure.outcome.reason
    return broken(subject, quoted(reason), quoted(mend or failure.detail or failure.error))


def _clock(headers: Mapping[str, str], now: datetime) -> Iterator[Finding]:
    try:
        theirs = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return
    apart = abs((now - theirs).total_seconds())
    mend = say("let the system keep its clock by NTP (`timedatectl set-ntp true`)")
    told = say("this machine's clock and Slack's are {span} apart", span=Span(round(apart)))
    if apart >= _SKEW_BREAKS_S:
        yield broken("clock", told, mend)
    elif apart >= _SKEW_WARNS_S:
        yield doubtful("clock", told, mend)
    else:
        yield well("clock", say("it agrees with Slack's"))


def _scopes(headers: Mapping[str, str], *, usergroups: bool) -> Iterator[Finding]:
    if "x-oauth-scopes" not in headers:
        return
    given = {each.strip() for each in headers["x-oauth-scopes"].split(",")} - {""}
    wanted = scopes(usergroups=usergroups)
    lacking = [each for each in wanted if each not in given]
    for each in lacking:
        yield broken(
            f"scope {each}",
            say("the app may not {why}", why=SCOPES[each].why),
            say("add it under OAuth & Permissions, or paste `vigil manifest` anew, and reinstall the app"),
        )
    if more := sorted(given - set(SCOPES)):
        yield doubtful(
            "scopes",
            say("the app may do more than Vigil needs: {scopes}", scopes=", ".join(more)),
            say("take these scopes from the app (OAuth & Permissions) and reinstall it"),
        )
    elif not lacking:
        yield well("scopes", say("all {count} are there", count=len(wanted)))


def _app_token(access: SlackAccess) -> Finding:
    client = web_client(replace(access, bot_token=access.app_token))
    answer = Exchange(client).call("apps.connections.open", {})
    if not isinstance(answer, Failure):
        return well("SLACK_APP_TOKEN", say("it opens a connection"))
    if not isinstance(answer.outcome, Refused):
        return _refused("SLACK_APP_TOKEN", answer)
    return broken(
        "SLACK_APP_TOKEN", say("Slack refused it: {error}", error=answer.error), quoted(APP_TOKEN_MEND)
    )


def _channel(exchange: Exchange, directory: Directory, channel: str) -> Finding:
    subject = f"#{channel.removeprefix('#')}"
    found = directory.resolve(exchange, channel)
    answer = found if isinstance(found, Failure) else exchange.call("conversations.info", {"channel": found})
    if isinstance(answer, Failure):
        return _refused(subject, answer)
    facts = answer.get("channel") or {}
    if facts.get("is_archived"):
        return broken(subject, say("the channel is archived"), quoted(MENDS["is_archived"]))
    if facts.get("is_member"):
        return well(subject, say("the bot is in the channel"))
    if facts.get("is_private"):
        return broken(subject, say("the bot is not in the channel"), quoted(_INVITE))
    return doubtful(
        subject,
        say("the bot is not in the channel"),
        say("invite it with `/invite`; it joins a public channel by itself when it first posts there"),
    )


def _groups(client: WebClient, relied: Relied, *, write: bool) -> Iterator[Finding]:
    answer = Exchange(client).call("usergroups.list", {"include_disabled": True, "include_users": True})
    if isinstance(answer, Failure):
        yield _refused("user groups", answer)
        return
    found = {each["id"]: each for each in answer.get("usergroups", ())}
    for group in relied.groups:
        facts, kept = found.get(group), group in relied.kept
        finding = _group(group, facts, kept=kept)
        members = (facts or {}).get("users")
        if write and kept and members and finding.grade is Grade.OK:
            written = {"usergroup": group, "users": ",".join(members)}
            refused = Exchange(client).call("usergroups.users.update", written)
            yield _refused(finding.subject, refused) if isinstance(refused, Failure) else finding
        else:
            yield finding


def _group(group: str, facts: Answer | None, *, kept: bool) -> Finding:
    subject = f"user group {group}"
    if facts is None:
        return broken(subject, say("there is no such user group"), quoted(MENDS["no_such_subteam"]))
    handle = facts.get("handle", group)
    if facts.get("date_delete"):
        told = say("@{handle} is disabled", handle=handle)
        return broken(subject, told, say("enable it in Slack (People, User groups)"))
    if not facts.get("users") and not kept:
        told = say("@{handle} has no members: to page it wakes nobody", handle=handle)
        return doubtful(subject, told, say("put people into it"))
    return well(subject, say("@{handle} is there", handle=handle))


def _person(exchange: Exchange, key: str, slack: str) -> Finding:
    subject = f"person {key}"
    answer = exchange.call("users.info", {"user": slack})
    if isinstance(answer, Failure):
        return _refused(subject, answer)
    facts = answer.get("user") or {}
    mend = quoted(MENDS["user_not_found"])
    if facts.get("deleted"):
        return broken(subject, say("{slack} is deactivated in Slack", slack=slack), mend)
    if facts.get("is_bot"):
        return broken(subject, say("{slack} is a bot", slack=slack), mend)
    return well(
        subject, say("{slack} is {name}", slack=slack, name=facts.get("real_name") or facts.get("name", ""))
    )
