"""One playbook with a step of most kinds, and what its tests ask of an incident."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.action import ActionRun, Facts, RunState
from bot.domain.alerts.alert import Refusal
from bot.domain.incident.decision import acted
from bot.domain.incident.life import Opening, begin
from bot.domain.incident.playbook import Meaning, Option, Playbook, Priority, Rollback, Step, StepKind
from bot.domain.incident.state import Change, Incident
from bot.domain.panel import RoundRow
from bot.domain.text import Label, say
from bot.locale import Speaker
from checks.result import State

T0 = datetime(2026, 1, 19, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SPEAKER = Speaker(language="en", zone="UTC", names={"lin": "Lin Wei", "chen": "Chen Jie"})
REPAIR = Option(key="repair", label=Label("Repair"), means=Meaning.REPAIR)
ROLL_BACK = Option(key="back", label=Label("Roll back"), means=Meaning.ROLL_BACK, action="rollback")
ACCEPT = Option(key="accept", label=Label("Accept"), means=Meaning.ACCEPT)
PLAYBOOK = Playbook(
    key="p",
    label=Label("Trouble"),
    priority=Priority.HIGH,
    steps=(
        Step(kind=StepKind.ACTION, label=Label("Stop"), action="stop"),
        Step(kind=StepKind.MANUAL, label=Label("Analyse")),
        Step(kind=StepKind.DECISION, label=Label("Decide"), options=(REPAIR, ROLL_BACK, ACCEPT)),
        Step(kind=StepKind.MANUAL, label=Label("Repaired"), only=Meaning.REPAIR),
        Step(kind=StepKind.VERIFY, label=Label("Verify"), checks=("c",), within=5 * MINUTE),
    ),
    items=(Label("Database"), Label("Network")),
    rollback=Rollback(action="rollback", after=15 * MINUTE),
)
GOOD = (RoundRow(label=Label("Check"), state=State.OK, summary=""),)
BAD = (RoundRow(label=Label("Check"), state=State.CRITICAL, summary=""),)


def at(minutes: float) -> datetime:
    return T0 + minutes * MINUTE


def opened(playbook: Playbook = PLAYBOOK) -> Incident:
    return begin(playbook, Opening(service="orders", channel="oncall", version="v1"), T0).incident


def done(outcome: Change | Refusal | None) -> Incident:
    assert isinstance(outcome, Change), outcome
    return outcome.incident


def said(outcome: object) -> str:
    assert isinstance(outcome, Refusal), outcome
    return SPEAKER.say(outcome.reason)


def run(state: RunState = RunState.SUCCEEDED) -> ActionRun:
    return ActionRun(
        id="x", key="k", service="orders", channel="oncall", action="a", label=Label("A"),
        facts=Facts(service="orders"), state=state, asked_at=T0, reason=say("it said nothing"),
    )  # fmt: skip


def stopped() -> Incident:
    """The first step is done, the second waits for a person."""
    return done(acted(opened(), 0, run(), T0))


def states(incident: Incident) -> list[str]:
    return [each.state.value for each in incident.steps]
