"""Names that must mean something: people, teams, checks, checklists, escalations, commands, kinds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.config.document import Document, Route
from bot.config.errors import did_you_mean
from bot.domain.commands import PERMISSIONS
from bot.domain.measures.derived.expression import metrics_of
from bot.domain.measures.derived.order import cycle
from bot.domain.measures.derived.parse import parse_expression
from bot.domain.oncall.escalation import SLACK, TargetKind

Pattern = tuple[str, ...]

_ANY = "*"

_OVERRIDES = ("member", "add", "remove", "replace", "with")
_SHARED: tuple[tuple[Pattern, str, str], ...] = (
    (("teams", _ANY, "members"), "people", "person"),
    (("schedules", _ANY, "rotation", "members"), "people", "person"),
    *((("schedules", _ANY, "overrides", word), "people", "person") for word in _OVERRIDES),
    (("people", _ANY, "channels"), "channels", "channel"),
    (("escalations", _ANY, "warnings", "by"), "channels", "channel"),
)
_WAYS: Pattern = ("escalations", _ANY, "levels", "by")
_TARGETS: tuple[Pattern, ...] = (
    ("escalations", _ANY, "levels", "notify"),
    ("escalations", _ANY, "warnings", "notify"),
    ("permissions", _ANY),
)
_OWN: tuple[tuple[Pattern, str, str], ...] = (
    (("checklists", _ANY), "checks", "check"),
    (("checklists", _ANY, "check"), "checks", "check"),
    (("plan", "phases", "checklist"), "checklists", "checklist"),
    (("plan", "checkpoints", "checklist"), "checklists", "checklist"),
    (("plan", "routine", "checklist"), "checklists", "checklist"),
    (("metrics", _ANY, "playbook"), "playbooks", "playbook"),
    (("checks", _ANY, "playbook"), "playbooks", "playbook"),
    (("plan", "gates", "on_pass", "action"), "actions", "action"),
    (("plan", "gates", "on_fail", "action"), "actions", "action"),
    (("plan", "gates", "on_pass", "playbook"), "playbooks", "playbook"),
    (("plan", "gates", "on_fail", "playbook"), "playbooks", "playbook"),
    (("playbooks", _ANY, "steps", "action"), "actions", "action"),
    (("playbooks", _ANY, "steps", "options", "action"), "actions", "action"),
    (("playbooks", _ANY, "steps", "checks"), "checks", "check"),
    (("playbooks", _ANY, "steps", "verify"), "checks", "check"),
    (("playbooks", _ANY, "steps", "wait", "metric"), "metrics", "metric"),
    (("playbooks", _ANY, "rollback", "action"), "actions", "action"),
    (("playbooks", _ANY, "rollback", "worsening", "metric"), "metrics", "metric"),
    (("playbooks", _ANY, "rollback", "stuck", "metric"), "metrics", "metric"),
)
_OWN_TARGETS: tuple[Pattern, ...] = (
    ("actions", _ANY, "who"),
    ("criteria", _ANY, "who"),
    ("plan", "reports", "sign"),
)
_CRITERIA: tuple[tuple[str, str, str], ...] = (
    *((rule, "metrics", "metric") for rule in ("always", "average", "percentile")),
    *((rule, "metrics", "metric") for rule in ("data_complete", "no_swings", "as_before")),
    ("checks_passed", "checks", "check"),
)
_ALL = "all"
_POLICIES: tuple[Pattern, ...] = (
    ("metrics", _ANY, "escalation"),
    ("checks", _ANY, "escalation"),
    ("webhooks", "escalation"),
)
_SECTIONS = {TargetKind.PERSON: "people", TargetKind.TEAM: "teams", TargetKind.SCHEDULE: "schedules"}


@dataclass(frozen=True, slots=True)
class Names:
    """The names one mapping of the configuration declares."""

    section: str
    word: str
    known: frozenset[str]

    def check(self, document: Document, route: Route, name: str) -> None:
        if name not in self.known:
            hint = did_you_mean(name, self.known) or f"; declare it under `{self.section}`"
            document.complain(route, f"there is no {self.word} `{name}`{hint}")


def check_references(main: Document, services: Sequence[Document]) -> None:
    """Complain, in the document concerned, of every name that is declared nowhere."""
    for pattern, section, word in _SHARED:
        _check(main, pattern, _names(main, section, word))
    for pattern in _TARGETS:
        for route, text in _texts(main.value, pattern):
            _check_target(main, main, route, text)
    if SLACK in _mapping(main.value, "channels"):
        main.complain(
            ("channels", SLACK), "`slack` is the way through Slack itself; call this channel otherwise"
        )
    ways = Names("channels", "channel", _names(main, "channels", "channel").known | {SLACK})
    for route, name in _texts(main.value, _WAYS):
        ways.check(main, route, name)
    _check_recoveries(main, services)
    commands = Names("permissions", "command", frozenset(PERMISSIONS))
    for command in _names(main, "permissions", "command").known:
        commands.check(main, ("permissions", command), command)
    policies = _names(main, "escalations", "escalation policy")
    for document in services:
        _check_own(main, document, policies)
    if policies.known and "default" not in policies.known:
        _check_default(main, services)


def _check_own(main: Document, document: Document, policies: Names) -> None:
    for pattern, section, word in _OWN:
        _check(document, pattern, _names(document, section, word))
    for pattern in _POLICIES:
        _check(document, pattern, policies)
    _check_derived(document)
    _check_rollbacks(document)
    for pattern in _OWN_TARGETS:
        for route, text in _texts(document.value, pattern):
            _check_target(main, document, route, text)
    _check_criteria(document)


def _check_criteria(document: Document) -> None:
    """What criteria are about, and the criteria that gates name where any are declared."""
    for rule, section, word in _CRITERIA:
        names = _names(document, section, word)
        for route, name in _texts(document.value, ("criteria", _ANY, rule)):
            if name != _ALL:
                names.check(document, route, name)
    known = frozenset(_mapping(document.value, "metrics")) | frozenset(_mapping(document.value, "checks"))
    _check(document, ("criteria", _ANY, "of"), Names("metrics", "metric or check", known))
    criteria = _names(document, "criteria", "criteria")
    if criteria.known:
        for route, name in _texts(document.value, ("plan", "gates", "criteria")):
            criteria.check(document, route, name)


def _check_derived(document: Document) -> None:
    """What metrics are made of must be metrics, and not, in the end, themselves."""
    metrics = _names(document, "metrics", "metric")
    made: dict[str, frozenset[str]] = {}
    for route, text in _texts(document.value, ("metrics", _ANY, "from")):
        try:
            of = metrics_of(parse_expression(text))
        except ValueError:
            continue
        for name in sorted(of):
            _check_ingredient(document, route, name, metrics)
        made[str(route[1])] = of & metrics.known
    if round_trip := cycle(made):
        chain = " → ".join(f"`{name}`" for name in round_trip)
        document.complain(("metrics", round_trip[0], "from"), f"is made of itself: {chain}")
    for route, name in _texts(document.value, ("checks", _ANY, "metrics", _ANY)):
        if name in made:
            document.complain(route, f"`{name}` is made of other metrics (`from`), so nothing can feed it")


def _check_ingredient(document: Document, route: Route, name: str, metrics: Names) -> None:
    first, dash, rest = name.partition("-")
    if name not in metrics.known and dash and {first, rest} <= metrics.known:
        message = f"there is no metric `{name}`; for a difference write `{first} - {rest}`"
        document.complain(route, message)
    else:
        metrics.check(document, route, name)


def _check_rollbacks(document: Document) -> None:
    """The action of a rollback that names none, and metrics that must say which of their values are bad."""
    metrics = _mapping(document.value, "metrics")
    for key, words in _mapping(document.value, "playbooks").items():
        rollback = words.get("rollback") if isinstance(words, dict) else None
        if not isinstance(rollback, dict):
            continue
        route: Route = ("playbooks", key, "rollback")
        if "action" not in rollback and "rollback" not in _mapping(document.value, "actions"):
            document.complain(
                route, "there is no action `rollback`; declare it under `actions`, or name another"
            )
        for course in ("worsening", "stuck"):
            for place, name in _texts(rollback.get(course), ("metric",), (*route, course)):
                metric = metrics.get(name)
                if isinstance(metric, dict) and not {"critical", "warning"} & set(metric):
                    message = f"`{name}` has neither `critical` nor `warning`, so no value of it is bad"
                    document.complain(place, message)


def _check_default(main: Document, services: Sequence[Document]) -> None:
    for document in services:
        for section in ("metrics", "checks"):
            for key, words in _mapping(document.value, section).items():
                if not (isinstance(words, dict) and "escalation" in words):
                    message = f"has no `default`, which `{section}.{key}` follows; add it"
                    main.complain(("escalations",), message)
                    return


def _check_recoveries(main: Document, services: Sequence[Document]) -> None:
    """Any service may follow a policy: its action is one of theirs."""
    known = {key for document in services for key in _mapping(document.value, "actions")}
    _check(main, ("escalations", _ANY, "recover", "action"), Names("actions", "action", frozenset(known)))


def _check_target(main: Document, document: Document, route: Route, text: str) -> None:
    """A target in any document; whom it names is declared in the main one."""
    kind, _, name = text.partition(":")
    for known, section in _SECTIONS.items():
        if kind == known and name:
            _names(main, section, str(known)).check(document, route, name)


def _check(document: Document, pattern: Pattern, names: Names) -> None:
    for route, name in _texts(document.value, pattern):
        names.check(document, route, name)


def _names(document: Document, section: str, word: str) -> Names:
    return Names(section, word, frozenset(_mapping(document.value, section)))


def _mapping(value: dict[str, object], section: str) -> dict[str, object]:
    found = value.get(section)
    return found if isinstance(found, dict) else {}


def _texts(value: object, pattern: Pattern, route: Route = ()) -> Iterator[tuple[Route, str]]:
    """Every text at `pattern`, with its route; a list counts as each of its items."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, pattern, (*route, index))
    elif not pattern:
        if isinstance(value, str):
            yield route, value
    elif isinstance(value, dict):
        for key in value if pattern[0] == _ANY else [pattern[0]]:
            if key in value:
                yield from _texts(value[key], pattern[1:], (*route, key))
