"""Modals: what a command needs to know, asked in as few fields as will do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from bot.blockkit import limits
from bot.domain.alerts.quiet.silence import LONGEST_MATCHING, LONGEST_REASON
from bot.domain.card import Form
from bot.domain.text import Span, Text, say
from bot.slack.cards import blocks as kit
from bot.slack.cards.blocks import Block, View
from bot.slack.cards.pen import Pen, line

CALLBACK = "vigil"
_LONGEST = 1000

FORM_TITLES = {
    "watch-start": (say("Start a watch"), say("Start")),
    "watch-pause": (say("Pause the watch"), say("Pause")),
    "watch-extend": (say("Extend the watch"), say("Extend")),
    "watch-stop": (say("Stop the watch"), say("Stop")),
    "watch-densify": (say("Intensify the watch"), say("Intensify")),
    "tick": (say("Done, with a note"), say("Done")),
    "remark": (say("Add a remark"), say("Add")),
    "override": (say("Override"), say("Change")),
    "correct": (say("Correct the report"), say("Correct")),
    "action": (say("Do this now?"), say("Do it")),
    "silence": (say("Silence alerts"), say("Silence")),
    "alert": (say("Raise an alert"), say("Alert")),
    "escalate": (say("Escalate"), say("Escalate")),
    "rollback": (say("Roll back?"), say("Roll back")),
    "playbook-accept": (say("Accept the risk"), say("Accept")),
    "playbook-tick-note": (say("Done, with a note"), say("Done")),
    "playbook-extend": (say("More time"), say("Extend")),
    "playbook-note": (say("Add a note"), say("Add")),
    "playbook-close": (say("Close the playbook"), say("Close")),
}
"""Verb → (title, the button that sends it); Slack gives a title 24 characters."""

_SILENCES = ("15m", "30m", "1h", "2h", "4h", "8h", "24h", "72h", "168h")
_PAUSES = ("30m", "1h", "2h", "4h", "8h")
_PACES = ("5m", "10m", "15m", "30m")
_STRETCHES = ("1h", "2h", "4h", "12h", "24h")
_EXTENSIONS = ("5m", "10m", "15m", "30m", "1h")
_DAYS = ("1", "2", "3", "7")


def form_view(form: Form, pen: Pen) -> View:
    """The modal. Sent back, its `private_metadata` is `VERB SUBJECT`, its action IDs name the fields."""
    title, send = (pen.write(words) for words in FORM_TITLES[form.verb])
    named = pen.write(form.title)
    about = [kit.section(f"*{kit.shorten(named, 400)}*")] if named not in ("", title) else []
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": f"{form.verb} {form.subject}".strip(),
        "title": kit.plain(title, limits.VIEW_TITLE),
        "submit": kit.plain(send, limits.VIEW_BUTTON),
        "close": kit.plain(pen.write(say("Cancel")), limits.VIEW_BUTTON),
        "blocks": [*about, *_FIELDS[form.verb](form, pen)],
    }


def _start(form: Form, pen: Pen) -> list[Block]:
    blocks = []
    if len(form.services) > 1:
        shown = [(key, line(key)) for key in form.services]
        blocks.append(_choice("service", say("Service"), shown[: limits.SELECT_OPTIONS], None, pen))
    owner = {"type": "users_select", "action_id": "owner"}
    deployed = {"type": "datetimepicker", "action_id": "deployed"}
    return [
        *blocks,
        _input("version", say("Version"), _typed("version", 100), pen),
        _input(
            "deployed", say("Deployed at"), deployed, pen, hint=say("Leave it empty if it was just deployed")
        ),
        _input("owner", say("Owner"), owner, pen, hint=say("Who answers for this deployment, if anybody")),
    ]


def _pause(form: Form, pen: Pen) -> list[Block]:
    return [
        _choice("for", say("For how long"), _spans(_PAUSES, pen), "1h", pen),
        kit.context(pen.write(say("No rounds until then. Alerts go on as before."))),
    ]


def _extend(form: Form, pen: Pen) -> list[Block]:
    days = [(count, pen.speaker.span(Span(int(count) * 86400))) for count in _DAYS]
    return [_choice("days", say("By how much"), days, "1", pen)]


def _stop(form: Form, pen: Pen) -> list[Block]:
    return [
        _input("reason", say("Why"), _typed("reason", _LONGEST), pen, hint=say("It is noted with your name")),
        kit.context(pen.write(say("What is still planned is cancelled. Alerts go on as before."))),
    ]


def _densify(form: Form, pen: Pen) -> list[Block]:
    return [
        _choice("every", say("A round every"), _spans(_PACES, pen), "15m", pen),
        _choice("for", say("For how long"), _spans(_STRETCHES, pen), "2h", pen),
    ]


def _note(form: Form, pen: Pen) -> list[Block]:
    return [_input("note", say("Note"), _typed("note", _LONGEST, lines=True), pen)]


def _remark(form: Form, pen: Pen) -> list[Block]:
    return [_input("text", say("Remark"), _typed("text", _LONGEST, lines=True), pen)]


def _correction(form: Form, pen: Pen) -> list[Block]:
    told = pen.write(say("A new version is made of the same time; the signed one stays as it is."))
    what = _input("text", say("What has changed"), _typed("text", _LONGEST, lines=True), pen)
    return [what, kit.context(told)]


def _action(form: Form, pen: Pen) -> list[Block]:
    return [
        kit.section(pen.write(say("It acts on the running service at once. It is noted with your name.")))
    ]


def _escalation(form: Form, pen: Pen) -> list[Block]:
    return [kit.context(pen.write(say("It is noted with your name. Whoever has the alert has it no more.")))]


def _silence(form: Form, pen: Pen) -> list[Block]:
    element = _typed("matchers", LONGEST_MATCHING)
    # Cut, it would be another one, which fits more.
    if (given := dict(form.given).get("matchers", "")) and len(given) <= LONGEST_MATCHING:
        element["initial_value"] = given
    return [
        _input("matchers", say("Which alerts"), element, pen),
        kit.context(
            pen.write(say("All must fit: label=value, label!=value, label=~expression, label!~expression"))
        ),
        _choice("for", say("For how long"), _spans(_SILENCES, pen), "1h", pen),
        _input(
            "reason",
            say("Why"),
            _typed("reason", LONGEST_REASON),
            pen,
            hint=say("It is noted with your name"),
        ),
    ]


def _alert(form: Form, pen: Pen) -> list[Block]:
    severities = {"critical": say("Critical: whoever is on call is paged"), "warning": say("Warning: a card")}
    element = _typed("text", _LONGEST, lines=True)
    if given := dict(form.given).get("text"):
        element["initial_value"] = kit.shorten(given, _LONGEST)
    shown = [(key, line(key)) for key in form.services[: limits.SELECT_OPTIONS]]
    services = [_choice("service", say("Service"), shown, form.services[0], pen)] if len(shown) > 1 else []
    worded = [(key, pen.write(words)) for key, words in severities.items()]
    return [
        *services,
        _input("text", say("What"), element, pen),
        _choice("severity", say("Severity"), worded, "critical", pen),
    ]


def _rollback(form: Form, pen: Pen) -> list[Block]:
    hint = say("It is noted with your name")
    return [
        kit.section(pen.write(say("The previous version serves again. The checks run until they pass."))),
        _input("reason", say("Why"), _typed("reason", _LONGEST), pen, hint=hint),
    ]


def _reason(form: Form, pen: Pen) -> list[Block]:
    """Why; to accept a risk takes a reason."""
    hint = None if form.verb == "playbook-accept" else say("It is noted with your name")
    return [_input("reason", say("Why"), _typed("reason", _LONGEST, lines=True), pen, hint=hint)]


def _more_time(form: Form, pen: Pen) -> list[Block]:
    return [
        _choice("for", say("By how much"), _spans(_EXTENSIONS, pen), "10m", pen),
        _input("reason", say("Why"), _typed("reason", _LONGEST), pen),
    ]


def _override(form: Form, pen: Pen) -> list[Block]:
    kinds = {
        "alone": say("Alone on call"),
        "add": say("On call too"),
        "remove": say("Not on call"),
        "replace": say("On call for somebody else"),
    }
    people = {"type": "users_select", "action_id": "person"}
    instead = {"type": "users_select", "action_id": "instead"}
    since = {"type": "datetimepicker", "action_id": "since"}
    until = {"type": "datetimepicker", "action_id": "until"}
    shown = [(key, line(key)) for key in form.services[: limits.SELECT_OPTIONS]]
    return [
        _choice("schedule", say("Schedule"), shown, form.services[0], pen),
        _input("person", say("Who"), people, pen),
        _choice("what", say("How"), [(key, pen.write(words)) for key, words in kinds.items()], "alone", pen),
        _input("instead", say("In whose place"), instead, pen, hint=say("Only for somebody else's place")),
        _input("since", say("From"), since, pen, hint=say("Leave it empty for now")),
        _input("until", say("Until"), until, pen),
    ]


_FIELDS: Mapping[str, Callable[[Form, Pen], list[Block]]] = {
    "watch-start": _start,
    "watch-pause": _pause,
    "watch-extend": _extend,
    "watch-stop": _stop,
    "watch-densify": _densify,
    "tick": _note,
    "remark": _remark,
    "override": _override,
    "correct": _correction,
    "action": _action,
    "silence": _silence,
    "alert": _alert,
    "escalate": _escalation,
    "rollback": _rollback,
    "playbook-accept": _reason,
    "playbook-tick-note": _note,
    "playbook-extend": _more_time,
    "playbook-note": _note,
    "playbook-close": _reason,
}


def _input(field: str, label: Text, element: Block, pen: Pen, *, hint: Text | None = None) -> Block:
    """A field, which may be left empty when a hint says what that means."""
    block: Block = {
        "type": "input",
        "block_id": field,
        "label": kit.plain(pen.write(label), limits.INPUT_LABEL),
        "element": element,
    }
    if hint:
        block |= {"optional": True, "hint": kit.plain(pen.write(hint), limits.INPUT_HINT)}
    return block


def _typed(field: str, most: int, *, lines: bool = False) -> Block:
    return {"type": "plain_text_input", "action_id": field, "max_length": most, "multiline": lines}


def _choice(
    field: str, label: Text, options: Sequence[tuple[str, str]], chosen: str | None, pen: Pen
) -> Block:
    """Options are (value, words)."""
    shown = {
        value: {"text": kit.plain(words, limits.OPTION_TEXT), "value": value} for value, words in options
    }
    element: Block = {"type": "static_select", "action_id": field, "options": list(shown.values())}
    if chosen:
        element["initial_option"] = shown[chosen]
    return _input(field, label, element, pen)


def _spans(lengths: Sequence[str], pen: Pen) -> list[tuple[str, str]]:
    """`30m` and `24h`, as they are sent and as they are said."""
    units = {"m": timedelta(minutes=1), "h": timedelta(hours=1)}
    return [(each, pen.speaker.span(Span.of(int(each[:-1]) * units[each[-1]]))) for each in lengths]
