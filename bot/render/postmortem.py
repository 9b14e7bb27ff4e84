"""A post-mortem in words: what happened, whom it hit, who decided what, and what is left to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.domain.action import RunState
from bot.domain.incident.playbook import Priority, StepKind
from bot.domain.incident.postmortem import Impact, PostMortem
from bot.domain.incident.state import StepState
from bot.domain.panel import RoundRow
from bot.domain.text import Quantity, Span, Text, say
from bot.locale import Speaker
from bot.render.markdown import safe, table_line
from checks.result import State

_OUTPUT_LINES = 30
_PRIORITIES = {
    Priority.CRITICAL: say("critical"),
    Priority.HIGH: say("high"),
    Priority.MEDIUM: say("medium"),
}
_RUNS = {
    RunState.ASKED: say("asked for"),
    RunState.RUNNING: say("running"),
    RunState.SUCCEEDED: say("succeeded"),
    RunState.FAILED: say("failed"),
    RunState.INTERRUPTED: say("interrupted"),
}
_STATES = {
    State.OK: say("OK"),
    State.WARNING: say("WARNING"),
    State.CRITICAL: say("CRITICAL"),
    State.UNKNOWN: say("COULD NOT MEASURE"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """`at` and `name` lead to `value`; with `done` it is a thing to do; `output` is a program's."""

    at: str = ""
    name: str = ""
    value: str = ""
    done: bool | None = None
    output: str = ""
    under: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    title: str
    items: tuple[Item, ...]
    head: tuple[str, ...] = ()
    cells: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """All words of a post-mortem, plain: escaping is for whoever draws it."""

    title: str
    parts: tuple[Part, ...]
    footer: str


def write_post_mortem(facts: PostMortem, speaker: Speaker) -> Document:
    """The whole in the speaker's language and zone; parts with nothing in them are left out."""
    writing = _Writing(facts, speaker)
    items = (
        (say("Timeline"), writing.timeline()),
        (say("Actions"), writing.actions()),
        (say("Decisions"), writing.decisions()),
        (say("Checks before and after"), writing.checks()),
        (say("Looked at"), writing.looked_at()),
        (say("Follow-ups"), writing.follow_ups()),
    )
    parts = (
        Part(title=speaker.say(say("Summary")), items=tuple(writing.summary())),
        writing.impact(),
        *(Part(title=speaker.say(title), items=tuple(found)) for title, found in items),
    )
    incident = facts.incident
    title = say(
        "Post-mortem: {playbook}, {service}", playbook=incident.playbook.label, service=incident.service
    )
    zone = speaker.say(say("times in {zone}", zone=speaker.zone))
    return Document(
        title=speaker.say(title),
        parts=tuple(part for part in parts if part.items or part.cells),
        footer=f"{incident.id} · {zone}",
    )


def post_mortem_markdown(document: Document, speaker: Speaker) -> str:
    """The document as Markdown."""
    blocks = [f"# {safe(document.title)}"]
    for part in document.parts:
        lines = [line for item in part.items for line in _markdown(item, speaker)]
        if part.cells:
            lines += ["", table_line(part.head), table_line(("---",) * len(part.head))]
            lines += [table_line(tuple(safe(cell) for cell in cells)) for cells in part.cells]
        blocks.append("\n".join((f"## {part.title}", "", *lines)))
    return "\n\n".join((*blocks, "---", f"*{document.footer}*")) + "\n"


def _markdown(item: Item, speaker: Speaker) -> Iterator[str]:
    box = "" if item.done is None else "[x]" if item.done else "[ ]"
    name = f"**{safe(item.name)}**" if item.name else ""
    said = speaker.named(name, safe(item.value)) if name and item.value else name or safe(item.value)
    yield " ".join(part for part in ("-", box, item.at, said) if part)
    yield from (f"  - {safe(each)}" for each in item.under)
    if item.output:
        # A fence inside the output would end this one.
        output = item.output.replace("```", chr(0x2018) * 3)
        yield from ("", "  ```", *(f"  {line}" for line in output.splitlines()), "  ```", "")


class _Writing:
    def __init__(self, facts: PostMortem, speaker: Speaker) -> None:
        self._facts = facts
        self._incident = facts.incident
        self._speaker = speaker

    def _say(self, text: Text) -> str:
        return self._speaker.say(text)

    def _at(self, at: datetime) -> str:
        return self._speaker.instant(at)

    def _row(self, name: Text, value: str) -> Item:
        return Item(name=self._say(name), value=value)

    def _told(self, person: str | None, instead: Text) -> str:
        return self._speaker.name(person) if person else self._say(instead)

    def summary(self) -> Iterator[Item]:
        incident, alert = self._incident, self._facts.alert
        if alert:
            yield self._row(say("What happened"), self._say(alert.worst or alert.reason))
        yield self._row(say("Version"), incident.version or "–")
        yield self._row(say("Priority"), self._say(_PRIORITIES[incident.playbook.priority]))
        opened = self._speaker.noted(
            self._at(incident.opened_at), self._told(incident.opened_by, say("the bot"))
        )
        yield self._row(say("Opened"), opened)
        if incident.closed_at and incident.outcome:
            lasted = Span.of(incident.closed_at - incident.opened_at)
            closed = say("{outcome}, after {span}", outcome=incident.outcome, span=lasted)
            yield self._row(
                say("Closed"), self._speaker.noted(self._at(incident.closed_at), self._say(closed))
            )
        else:
            yield self._row(say("Closed"), self._say(say("not yet closed")))
        yield self._row(say("Led by"), self._told(incident.lead, say("nobody")))

    def impact(self) -> Part:
        facts, alert = self._facts, self._facts.alert
        items: tuple[Item, ...] = ()
        if alert and alert.fired_at:
            lasted = Span.of((alert.resolved_at or facts.at) - alert.fired_at)
            items = (self._row(say("The alert lasted"), self._speaker.span(lasted)),)
        heads = (say("Metric"), say("The hour before"), say("Worst during"), say("Ten minutes after"))
        return Part(
            title=self._say(say("Impact")),
            items=items,
            head=tuple(self._say(each) for each in heads),
            cells=tuple(self._measured(each) for each in facts.impact),
        )

    def _measured(self, impact: Impact) -> tuple[str, ...]:
        values = (impact.before, impact.worst, impact.after)
        shown = (
            "–" if value is None else self._speaker.quantity(Quantity(value, impact.unit)) for value in values
        )
        return (self._speaker.label(impact.label), *shown)

    def timeline(self) -> Iterator[Item]:
        for moment in self._facts.moments:
            said = self._say(moment.reason)
            told = self._speaker.named(said, moment.note) if moment.note else said
            yield Item(at=self._at(moment.at), value=told)

    def actions(self) -> Iterator[Item]:
        for run in self._facts.runs:
            came, why = self._say(_RUNS[run.state]), self._say(run.reason) if run.reason else ""
            output = "\n".join(run.output.strip().splitlines()[-_OUTPUT_LINES:])
            yield Item(
                at=self._at(run.asked_at),
                name=self._speaker.noted(self._speaker.label(run.label), self._told(run.by, say("the bot"))),
                value=self._speaker.named(came, why) if why else came,
                output=output if output != why else "",  # often its one line is the reason
            )

    def decisions(self) -> Iterator[Item]:
        for decision in self._incident.decisions:
            why = f" – {decision.reason}" if decision.reason else ""
            yield Item(
                at=self._at(decision.at),
                name=self._told(decision.by, say("the clock")),
                value=self._speaker.label(decision.option.label) + why,
            )

    def checks(self) -> Iterator[Item]:
        for step, progress in zip(self._incident.playbook.steps, self._incident.steps, strict=True):
            if progress.rows:
                when = say("after") if step.kind is StepKind.VERIFY else say("before")
                yield Item(
                    name=self._speaker.noted(self._speaker.label(step.label), self._say(when)),
                    value=self._say(progress.said) if progress.said else "",
                    under=tuple(self._check(row) for row in progress.rows),
                )

    def _check(self, row: RoundRow) -> str:
        values = self._speaker.join(
            f"{self._speaker.label(each.label)} {self._speaker.quantity(each.value)}"
            for each in row.values
            if each.value
        )
        name = f"{self._say(_STATES[row.state])} {self._speaker.label(row.label)}"
        found = values or row.summary
        return self._speaker.named(name, found) if found else name

    def looked_at(self) -> Iterator[Item]:
        for item in self._incident.items:
            label = self._speaker.label(item.label)
            if item.at:
                by = self._speaker.join((self._speaker.name(item.by or ""), self._at(item.at)))
                label = self._speaker.noted(label, by)
            yield Item(value=label, done=bool(item.at))

    def follow_ups(self) -> Iterator[Item]:
        """What was passed over or failed is still to be done, and the cause to be removed."""
        cause = say("Write down the root cause, and what keeps it from coming back")
        yield Item(value=self._say(cause), done=False)
        for step, progress in zip(self._incident.playbook.steps, self._incident.steps, strict=True):
            left = progress.state in (StepState.SKIPPED, StepState.FAILED, StepState.WAITING)
            if left and step.only is None and step.kind is StepKind.MANUAL:
                yield Item(value=self._speaker.label(step.label), done=False)
        for item in self._incident.items:
            if item.at is None:
                yield Item(value=self._speaker.label(item.label), done=False)
