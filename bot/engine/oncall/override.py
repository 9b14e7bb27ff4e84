"""Exceptions to who is on call, as people ask for them: by command, by form, by button."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.alerts.alert import Refusal
from bot.domain.audit import Deed
from bot.domain.card import Choice, Form, Line, Message
from bot.domain.moment import stretch
from bot.domain.oncall.override import Kept, in_words, make, named, swap
from bot.domain.oncall.rotation import Override, Schedule
from bot.domain.text import MiswordedError, Text, say, unchanged
from bot.engine.oncall.standing import standing
from bot.engine.people.request import Request, person_of
from bot.engine.record import home_changes

_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")


class _Wrong(Exception):  # noqa: N818 - what was asked for cannot be done; `why` says so
    def __init__(self, why: Text, meant: tuple[tuple[str, ...], ...] = ()) -> None:
        super().__init__(why.key)
        self.why = why
        self.meant = meant
        """What may have been meant instead: words behind the command."""


def override_command(request: Request) -> Message | Form:
    """`/monitor override [SCHEDULE] [add|remove|replace] PERSON [PERSON] WHEN`; alone it opens the form."""
    if not request.arguments:
        return override_form(request)
    return _answered(_override, request, "override")


def swap_command(request: Request) -> Message:
    """`/monitor swap [SCHEDULE] PERSON [PERSON]`: with one name, they and I."""
    return _answered(_swap, request, "swap")


def _answered(act: Callable[[Request], Text], request: Request, word: str = "") -> Line | Choice:
    try:
        return Line(text=act(request))
    except _Wrong as wrong:
        if not (word and wrong.meant):
            return Line(text=wrong.why)
        return Choice(text=wrong.why, commands=tuple(" ".join((word, *each)) for each in wrong.meant))
    except ValueError as error:
        return Line(text=unchanged(error))
    except OverflowError:
        return Line(text=say("That is beyond the end of the calendar; nothing was changed"))


def _override(request: Request) -> Text:
    words = list(request.arguments)
    if words[0].lower() in ("cancel", "undo"):
        return _cancel(request, words[1] if len(words) > 1 else "")
    schedule, words = _schedule(request, words)
    kind = words.pop(0).lower() if words and words[0].lower() in _KINDS else "alone"
    people = [_person(request, words.pop(0)) for _ in range(min(_KINDS[kind], len(words)))]
    if len(people) < _KINDS[kind] or not words:
        raise MiswordedError(
            say("write `/monitor override [SCHEDULE] [add|remove|replace] PERSON [PERSON] 4h`")
        )
    since, until = stretch(words, ZoneInfo(schedule.zone), request.now)
    return _keep(request, schedule, _OVERRIDES[kind](people, since, until))


_KINDS = {"alone": 1, "add": 1, "remove": 1, "replace": 2}
"""What a person may write, with the number of people it names."""

_OVERRIDES: dict[str, Callable[[list[str], datetime, datetime], Override]] = {
    "alone": lambda people, since, until: Override(since=since, until=until, member=people[0]),
    "add": lambda people, since, until: Override(since=since, until=until, member=people[0], also=True),
    "remove": lambda people, since, until: Override(since=since, until=until, instead_of=people[0]),
    "replace": lambda people, since, until: Override(
        since=since, until=until, member=people[1], instead_of=people[0]
    ),
}


def _swap(request: Request) -> Text:
    schedule, words = _schedule(request, list(request.arguments))
    people = [_person(request, word) for word in words[:2]]
    if not people:
        raise MiswordedError(say("write `/monitor swap [SCHEDULE] PERSON [PERSON]`"))
    one, other = people if len(people) > 1 else (request.person, people[0])
    if one not in request.world.setup.people:
        raise MiswordedError(say("you are not among `people` in the configuration"))
    swapped = swap(schedule, one, other, request.person, request.now)
    if isinstance(swapped, Refusal):
        raise _Wrong(swapped.reason)
    first, second = swapped
    _write(request, first)
    _write(request, second)
    said = say("{first}; {second}", first=in_words(first.override), second=in_words(second.override))
    return say("{schedule}: {what}", schedule=schedule.key, what=said)


def _cancel(request: Request, word: str) -> Text:
    kept = named(request.ledger.overrides.current(request.now), word)
    if kept is None or not request.ledger.overrides.take_back(kept.id, request.person, request.now):
        raise _Wrong(say("There is no override `{id}`; `/monitor oncall` lists them", id=word))
    said = say("Taken back: {what}", what=in_words(kept.override))
    _changed(request, kept, "override.taken_back", said)
    return said


def _schedule(request: Request, words: list[str]) -> tuple[Schedule, list[str]]:
    """The schedule that is named first, else the only one."""
    schedules = standing(request.ledger, request.world.setup).schedules
    if words and words[0] in schedules:
        return schedules[words[0]], words[1:]
    if len(schedules) == 1:
        return next(iter(schedules.values())), words
    if not schedules:
        raise _Wrong(say("There is no schedule: config.yaml names none"))
    raise _Wrong(
        say(
            "Which schedule? Name it first: {schedules}; nothing was changed", schedules=", ".join(schedules)
        ),
        tuple((key, *words) for key in schedules),
    )


def _person(request: Request, word: str) -> str:
    """A key, a name without regard to case, or a mention."""
    people = request.world.setup.people
    mention = _MENTION.fullmatch(word)
    if mention:
        key = person_of(request.world.setup, mention[1])
        if key in people:
            return key
    lower = word.lower().removeprefix("@")
    for key, person in people.items():
        if lower in (key.lower(), person.name.lower()):
            return key
    raise _nobody(request, word)


def _nobody(request: Request, word: str) -> _Wrong:
    known = list(request.world.setup.people)
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    if not near:
        return _Wrong(
            say("Nobody is called `{word}`; there are {all}", word=word, all=", ".join(known) or "-")
        )
    meant = tuple(near[0] if each == word else each for each in request.arguments)
    return _Wrong(say("Nobody is called `{word}`; did you mean `{near}`?", word=word, near=near[0]), (meant,))


def _keep(request: Request, schedule: Schedule, override: Override) -> Text:
    kept = make(schedule, override, request.person, request.now)
    if isinstance(kept, Refusal):
        raise _Wrong(kept.reason)
    _write(request, kept)
    return say(
        "{schedule}: {what}. `/monitor override cancel {id}` takes it back",
        schedule=schedule.key,
        what=in_words(override),
        id=kept.id,
    )


def _write(request: Request, kept: Kept) -> None:
    request.ledger.overrides.keep(kept)
    _changed(request, kept, "override.made", in_words(kept.override))


def _changed(request: Request, kept: Kept, name: str, reason: Text) -> None:
    """Who is on call has changed: hand-offs, user groups and App Home look again."""
    deed = Deed(
        at=request.now, person=request.person, name=name, service="", subject=kept.schedule, reason=reason
    )
    request.ledger.audit.write(deed)
    for kind in ("handoff/", "usergroup/"):
        request.ledger.duties.hasten(kind, request.now)
    home_changes(request.ledger, request.now)


# --- form and buttons -----------------------------------------------------------------------------


def override_form(request: Request) -> Message | Form:
    schedules = tuple(request.world.setup.schedules)
    if not schedules:
        return Line(text=say("There is no schedule: config.yaml names none"))
    return Form(verb="override", subject="", title=say("Who is on call"), services=schedules)


def press_override(request: Request, verb: str, rest: str) -> Message | Form:
    """The buttons of the on-call card."""
    if verb == "override":
        return override_form(request)
    return _answered(lambda asked: _cancel(asked, rest), request)


def submit_override(request: Request) -> Message:
    """The form: `schedule`, `what`, `person`, `instead`, `since` and `until` (ISO 8601)."""
    return _answered(_from_form, request)


def _from_form(request: Request) -> Text:
    fields = dict(request.inbound.values)
    setup = standing(request.ledger, request.world.setup)
    key = fields.get("schedule") or next(iter(setup.schedules), "")
    if key not in setup.schedules:
        raise _Wrong(say("There is no schedule: config.yaml names none"))
    kind = fields.get("what", "alone")
    given = [fields.get("instead"), fields.get("person")] if kind == "replace" else [fields.get("person")]
    if not all(given) or kind not in _KINDS:
        raise MiswordedError(say("say in whose place: the field is empty"))
    people = [_person(request, f"<@{slack}>") for slack in given]
    since = datetime.fromisoformat(fields["since"]) if fields.get("since") else request.now
    if not fields.get("until"):
        raise MiswordedError(say("say until when: the field is empty"))
    override = _OVERRIDES[kind](people, since, datetime.fromisoformat(fields["until"]))
    return _keep(request, setup.schedules[key], override)


VERBS = frozenset({"override", "override-cancel"})
"""Verbs of buttons that are handled here."""
