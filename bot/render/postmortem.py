"""A post-mortem as Markdown: what happened, whom it hit, who decided what, and what is left to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.domain.action import ActionRun, RunState
from bot.domain.incident.playbook import Priority, StepKind
from bot.domain.incident.postmortem import Impact, PostMortem
from bot.domain.incident.state import StepState
from bot.domain.panel import RoundRow
from bot.domain.text import Name, Quantity, Span, Text, say
from bot.locale import Speaker
from bot.render.markdown import safe
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


def post_mortem_markdown(facts: PostMortem, speaker: Speaker) -> str:
    """The whole document in the speaker's language and zone."""
    writing = _Writing(facts, speaker)
    parts = [
        (say("Summary"), writing.summary()),
        (say("Impact"), writing.impact()),
        (say("Timeline"), writing.timeline()),
        (say("Actions"), writing.actions()),
        (say("Decisions"), writing.decisions()),
        (say("Checks before and after"), writing.checks()),
        (say("Looked at"), writing.looked_at()),
        (say("Follow-ups"), writing.follow_ups()),
    ]
    title = speaker.say(
        say(
            "Post-mortem: {playbook}, {service}",
            playbook=facts.incident.playbook.label,
            service=facts.incident.service,
        )
    )
    blocks = [f"# {safe(title)}"]
    blocks += ["\n".join((f"## {speaker.say(heading)}", "", *lines)) for heading, lines in parts if lines]
    zone = speaker.say(say("times in {zone}", zone=speaker.zone))
    return "\n\n".join((*blocks, "---", f"*{facts.incident.id} · {zone}*")) + "\n"


class _Writing:
    def __init__(self, facts: PostMortem, speaker: Speaker) -> None:
        self._facts = facts
        self._incident = facts.incident
        self._speaker = speaker

    def _say(self, text: Text) -> str:
        return safe(self._speaker.say(text))

    def _at(self, at: datetime) -> str:
        return self._speaker.instant(at)

    def _row(self, name: Text, value: str) -> str:
        return f"- {self._speaker.named(f'**{self._speaker.say(name)}**', value)}"

    def summary(self) -> list[str]:
        incident, alert = self._incident, self._facts.alert
        lines = []
        if alert:
            lines.append(self._row(say("What happened"), self._say(alert.worst or alert.reason)))
        lines.append(self._row(say("Version"), safe(incident.version or "–")))
        lines.append(self._row(say("Priority"), self._say(_PRIORITIES[incident.playbook.priority])))
        lines.append(self._row(say("Opened"), self._opened()))
        if incident.closed_at and incident.outcome:
            lasted = Span.of(incident.closed_at - incident.opened_at)
            closed = say("{outcome}, after {span}", outcome=incident.outcome, span=lasted)
            lines.append(self._row(say("Closed"), f"{self._at(incident.closed_at)}, {self._say(closed)}"))
        else:
            lines.append(self._row(say("Closed"), self._say(say("still open"))))
        lead = self._speaker.name(incident.lead) if incident.lead else self._speaker.say(say("nobody"))
        lines.append(self._row(say("Led by"), safe(lead)))
        return lines

    def _opened(self) -> str:
        incident = self._incident
        by = Name(incident.opened_by) if incident.opened_by else say("the bot")
        return f"{self._at(incident.opened_at)}, {self._say(say('by {person}', person=by))}"

    def impact(self) -> list[str]:
        facts, alert = self._facts, self._facts.alert
        lines = []
        if alert and alert.fired_at:
            until = alert.resolved_at or facts.at
            lines.append(
                self._row(say("The alert lasted"), self._speaker.span(Span.of(until - alert.fired_at)))
            )
        if not facts.impact:
            return lines
        heads = (say("Metric"), say("The hour before"), say("Worst during"), say("After"))
        lines += ["", f"| {' | '.join(self._speaker.say(each) for each in heads)} |", "|---|---|---|---|"]
        lines += [self._measured(each) for each in facts.impact]
        return lines

    def _measured(self, impact: Impact) -> str:
        values = (impact.before, impact.worst, impact.after)
        shown = [
            "–" if value is None else self._speaker.quantity(Quantity(value, impact.unit)) for value in values
        ]
        return f"| {safe(self._speaker.label(impact.label))} | {' | '.join(shown)} |"

    def timeline(self) -> list[str]:
        lines = []
        for moment in self._facts.moments:
            said = self._say(moment.reason)
            told = self._speaker.named(said, safe(moment.note)) if moment.note else said
            lines.append(f"- {self._at(moment.at)} {told}")
        return lines

    def actions(self) -> list[str]:
        lines: list[str] = []
        for run in self._facts.runs:
            lines += self._action(run)
        return lines

    def _action(self, run: ActionRun) -> Iterator[str]:
        by = Name(run.by) if run.by else say("the bot")
        who = self._say(say("by {person}", person=by))
        state = self._say(_RUNS[run.state])
        came = self._speaker.named(state, self._say(run.reason)) if run.reason else state
        yield f"- {self._at(run.asked_at)} **{safe(self._speaker.label(run.label))}** {who} – {came}"
        if run.output.strip():
            shown = run.output.strip().splitlines()[-_OUTPUT_LINES:]
            yield ""
            # A fence inside the output would end this one.
            yield from ("  ```", *(f"  {line.replace('```', chr(0x2018) * 3)}" for line in shown), "  ```")
            yield ""

    def decisions(self) -> list[str]:
        lines = []
        for decision in self._incident.decisions:
            who = self._say(
                Text("{person}", (("person", Name(decision.by) if decision.by else say("the clock")),))
            )
            why = f" – {safe(decision.reason)}" if decision.reason else ""
            what = safe(self._speaker.label(decision.option.label))
            lines.append(f"- {self._at(decision.at)} {self._speaker.named(f'**{who}**', what)}{why}")
        return lines

    def checks(self) -> list[str]:
        lines = []
        for step, progress in zip(self._incident.playbook.steps, self._incident.steps, strict=True):
            if not progress.rows:
                continue
            after = step.kind is StepKind.VERIFY
            when = self._speaker.say(say("after") if after else say("before"))
            step_then = self._speaker.noted(f"**{safe(self._speaker.label(step.label))}**", when)
            said = self._speaker.named(step_then, self._say(progress.said)) if progress.said else step_then
            lines.append(f"- {said}")
            lines += [f"  - {self._check(row)}" for row in progress.rows]
        return lines

    def _check(self, row: RoundRow) -> str:
        values = ", ".join(
            f"{self._speaker.label(each.label)} {self._speaker.quantity(each.value)}"
            for each in row.values
            if each.value
        )
        state, label = self._speaker.say(_STATES[row.state]), self._speaker.label(row.label)
        return safe(f"{state} {label} {values or row.summary}")

    def looked_at(self) -> list[str]:
        lines = []
        for item in self._incident.items:
            box = "x" if item.at else " "
            by = f" – {safe(self._speaker.name(item.by or ''))}, {self._at(item.at)}" if item.at else ""
            lines.append(f"- [{box}] {safe(self._speaker.label(item.label))}{by}")
        return lines

    def follow_ups(self) -> list[str]:
        """What was passed over or failed is still to be done, and the cause to be removed."""
        lines = [f"- [ ] {self._say(say('Write down the root cause, and what keeps it from coming back'))}"]
        for step, progress in zip(self._incident.playbook.steps, self._incident.steps, strict=True):
            left = progress.state in (StepState.SKIPPED, StepState.FAILED, StepState.WAITING)
            if left and step.only is None and step.kind is StepKind.MANUAL:
                lines.append(f"- [ ] {safe(self._speaker.label(step.label))}")
        open_items = [item for item in self._incident.items if item.at is None]
        lines += [f"- [ ] {safe(self._speaker.label(item.label))}" for item in open_items]
        return lines
