"""Laws that hold through the whole life of an alert, whatever happens to it in whatever order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from problems_of_orders import MINUTE, T0, everybody, level, pages, policy, said, saw, subject

from bot.domain.alerts.alert import (
    Alert,
    AlertState,
    Refusal,
    Severity,
    Subject,
    Suppression,
    SuppressionKind,
    Transition,
)
from bot.domain.alerts.course import observe
from bot.domain.alerts.flapping import STEADY, swing
from bot.domain.alerts.quiet.hush import awaken, began_quiet, suppress
from bot.domain.alerts.response import acknowledge, resolve, unacknowledge
from bot.domain.oncall.chain import due, escalate, next_rung, next_step
from bot.domain.oncall.escalation import Target
from bot.domain.oncall.roster import Reached
from bot.domain.text import say

CAST = ("lin", "chen", "zhao")
PEOPLE = st.sampled_from(CAST)
TURNS_AGO = st.sampled_from([None, 0, 0, 1, 2])
SPANS = st.sampled_from([0, 1, 2, 5])
LEVELS = st.lists(st.builds(level, PEOPLE, wait=st.sampled_from([1, 5, 10])), max_size=3).map(tuple)


class Life(RuleBasedStateMachine):
    """One alert and everybody who can touch it. Every outcome is checked as it happens."""

    def __init__(self) -> None:
        super().__init__()
        self.now = T0
        self.alert: Alert | None = None
        self.times = [T0]
        self.rungs: list[tuple[int, int]] = []
        self.absent: frozenset[str] = frozenset()
        self.critical_since: datetime | None = None
        self.may_page = False
        self.handed_up = False
        self.swings = STEADY
        self.quiet_until = T0
        self.bad_results = 0

    @initialize(
        levels=LEVELS,
        repeat=st.integers(0, 2),
        within=st.sampled_from([None, 3, 30]),
        for_=SPANS,
        recover_for=SPANS,
        tier=st.sampled_from([1, 1, None, 2]),
        max_attempts=st.sampled_from([1, 1, 3]),
    )
    def begin(
        self,
        levels: tuple[object, ...],
        repeat: int,
        within: float | None,
        for_: float,
        recover_for: float,
        tier: int,
        max_attempts: int,
    ) -> None:
        chain = policy(*levels, repeat=repeat, resolve_within=within)  # type: ignore[arg-type]
        about = subject(chain, for_=for_, recover_for=recover_for, tier=tier)
        self.subject: Subject = replace(about, max_attempts=max_attempts)

    def reach(self, targets: Iterable[Target], now: datetime) -> Reached:
        return everybody(*self.absent)(targets, now)

    def living(self) -> Alert:
        assert self.alert is not None
        return self.alert

    def became(self, outcome: Transition | Refusal | None) -> None:
        if outcome is None:
            return
        if isinstance(outcome, Refusal):
            assert outcome.reason.key
            return
        before, after = self.alert, outcome.alert
        assert outcome.reason.key, "a transition has words"
        assert outcome.at == self.now
        assert after.version == (before.version if before else 0) + 1
        assert before is None or (after.id, after.began_at) == (before.id, before.began_at)
        assert before is None or after.turn >= before.turn
        assert before is None or before.state is after.state or after.turn > before.turn
        shown = [word for word in said(outcome) if word in ("redraw", "card")]
        assert len(shown) == (after.card is not None), "what stands on a card is drawn anew with each change"
        fired_as_critical = after.fired_at is not None and after.severity is Severity.CRITICAL
        if fired_as_critical and not (before and before.fired_at and before.severity is Severity.CRITICAL):
            assert self.critical_since is not None, "nothing is critical without a critical value"
            assert self.now - self.critical_since >= self.subject.for_
            self.may_page = True
        if outcome.event == "alert.flapping":
            self.handed_up = False
        for page in pages(outcome):
            self.may_page = self.may_page or outcome.by is not None
            self.handed_up = self.handed_up or outcome.by is not None
            assert self.may_page, "only what was critical for long enough pages by itself"
            assert after.state is AlertState.FIRING
            assert not {*page.people} & self.absent
            assert (after.cycle, after.level) == (page.cycle, page.level)
            quiet = before is not None and before.flapping is not None and before.paged_at is not None
            assert self.handed_up or not quiet, "what flaps pages once, until somebody hands it up"
            self.rungs.append((page.cycle, page.level))
        if pages(outcome) and outcome.by is None:
            assert before is not None
            assert before.state is AlertState.FIRING
            assert self.now >= self.quiet_until, "nobody is paged in a silence"
        self.alert = after
        self.times.append(outcome.at)

    @rule(word=st.sampled_from("ccw-o"))
    def a_value_is_measured(self, word: str) -> None:
        if self.alert is not None and not self.alert.open:
            self.alert, self.rungs, self.critical_since = None, [], None
            self.may_page = self.handed_up = False
        self.critical_since = (self.critical_since or self.now) if word == "c" else None
        self.swings = swing(self.swings, saw(word))
        self.bad_results = self.bad_results + 1 if word in "cw" else 0 if word == "o" else self.bad_results
        before = self.alert
        outcome = observe(before, self.subject, saw(word), self.now, self.swings)
        hushed = self.quiet() if outcome and outcome.event == "alert.firing" else None
        for heard in began_quiet(outcome, hushed, self.now) if outcome and hushed else (outcome,):
            self.became(heard)
        if self.alert and self.alert.fired_at and not (before and before.fired_at):
            assert self.bad_results >= self.subject.max_attempts, "soft states fire nothing"
        if before and before.flapping and self.swings.flapping:
            assert self.alert
            assert self.alert.open, "what flaps stays open"

    @rule(minutes=st.sampled_from([0.5, 1, 5, 10, 40]))
    def time_passes(self, minutes: float) -> None:
        self.now += minutes * MINUTE

    @precondition(lambda self: self.alert is not None and self.alert.next_at is not None)
    @rule(late=st.sampled_from([0, 0, 0.1, 45]))
    def the_clock_does_what_is_due(self, late: float) -> None:
        alert = self.living()
        assert alert.next_at is not None
        early = max(self.now, alert.next_at - timedelta(microseconds=1))
        if early < alert.next_at:
            assert due(alert, self.reach, early) is None
        promised = next_step(alert, self.reach)
        self.now = max(self.now, alert.next_at + late * MINUTE)
        if hushed := self.quiet():
            self.became(suppress(alert, hushed, self.now))
            return
        if alert.quiet:
            self.became(awaken(alert, self.now))
            return
        outcome = due(alert, self.reach, self.now)
        assert outcome is not None, "what is due is done"
        done = [(page.cycle, page.level, page.people) for page in pages(outcome)]
        assert done == ([(promised.rung.cycle, promised.rung.level, promised.people)] if promised else [])
        self.became(outcome)

    def quiet(self) -> Suppression | None:
        """As the engine finds it: before anything that the clock does."""
        if self.now >= self.quiet_until:
            return None
        reason = say("silenced")
        return Suppression(kind=SuppressionKind.SILENCE, source="s1", until=self.quiet_until, reason=reason)

    @rule(minutes=st.sampled_from([1, 10, 60]))
    def a_silence_begins(self, minutes: float) -> None:
        self.quiet_until = max(self.quiet_until, self.now + minutes * MINUTE)
        hushed, alert = self.quiet(), self.alert
        if alert and hushed and alert.state in (AlertState.FIRING, AlertState.ACKNOWLEDGED):
            self.became(suppress(alert, hushed, self.now))

    @precondition(lambda self: self.alert is not None and self.now < self.quiet_until)
    @rule()
    def a_silence_is_ended(self) -> None:
        self.quiet_until = self.now
        if self.living().quiet and self.living().open:
            self.became(awaken(self.living(), self.now))

    @precondition(lambda self: self.alert is not None)
    @rule(by=PEOPLE)
    def somebody_acknowledges(self, by: str) -> None:
        self.became(acknowledge(self.living(), by, self.now))

    def shown(self, ago: int | None) -> int | None:
        return None if ago is None else self.living().turn - ago

    def judged(self, outcome: Transition | Refusal, ago: int | None) -> None:
        assert not ago or isinstance(outcome, Refusal), "a late click on an old card loses"
        self.became(outcome)

    @precondition(lambda self: self.alert is not None)
    @rule(by=PEOPLE, ago=TURNS_AGO)
    def somebody_gives_it_back(self, by: str, ago: int | None) -> None:
        self.judged(unacknowledge(self.living(), by, self.now, self.shown(ago)), ago)

    @precondition(lambda self: self.alert is not None)
    @rule(by=PEOPLE, ago=TURNS_AGO)
    def somebody_resolves_it(self, by: str, ago: int | None) -> None:
        self.judged(resolve(self.living(), by, self.now, self.shown(ago)), ago)

    @precondition(lambda self: self.alert is not None)
    @rule(by=PEOPLE, ago=TURNS_AGO)
    def somebody_escalates_it(self, by: str, ago: int | None) -> None:
        outcome = escalate(self.living(), by, self.reach, self.now, self.shown(ago))
        assert isinstance(outcome, Refusal) or len(pages(outcome)) == 1
        self.judged(outcome, ago)

    @rule(absent=st.frozensets(PEOPLE))
    def the_roster_changes(self, absent: frozenset[str]) -> None:
        self.absent = absent

    @invariant()
    def no_level_is_paged_twice_or_out_of_order(self) -> None:
        assert all(one < two for one, two in pairwise(self.rungs))

    @invariant()
    def the_timeline_never_runs_backwards(self) -> None:
        assert all(one <= two for one, two in pairwise(self.times))
        if self.alert is None:
            return
        alert = self.alert
        known = (alert.began_at, alert.fired_at, alert.acknowledged_at, alert.asked_at, alert.resolved_at)
        assert all(one <= two for one, two in pairwise(filter(None, known)))

    @invariant()
    def what_looks_due_can_be_done(self) -> None:
        if self.alert is None or self.alert.next_at is None:
            return
        assert self.alert.state in (AlertState.FIRING, AlertState.ACKNOWLEDGED)
        if self.alert.quiet:
            return
        if self.alert.state is AlertState.ACKNOWLEDGED:
            assert self.alert.subject.policy.resolve_within is not None
        else:
            assert not self.alert.exhausted

    @invariant()
    def a_critical_alert_that_nobody_has_is_never_forgotten(self) -> None:
        alert = self.alert
        if alert is None or alert.state is not AlertState.FIRING or not alert.pages or alert.exhausted:
            return
        if alert.quiet is None and alert.flapping is not None and alert.paged_at is not None:
            return
        assert alert.next_at is not None
        assert next_rung(alert) is not None or alert.level == len(alert.subject.policy.levels)

    @invariant()
    def what_is_known_about_an_alert_agrees_with_its_state(self) -> None:
        alert = self.alert
        if alert is None:
            return
        assert (alert.state is AlertState.RESOLVED) == (alert.resolved_at is not None)
        assert (alert.state is AlertState.PENDING) <= (alert.fired_at is None)
        if alert.state in (AlertState.PENDING, AlertState.FIRING):
            assert (alert.acknowledged_by, alert.acknowledged_at, alert.asked_at) == (None, None, None)
        if alert.state is AlertState.ACKNOWLEDGED:
            assert alert.acknowledged_by in CAST
            assert alert.acknowledged_at is not None
        assert alert.severity in Severity
        if alert.given_back:
            assert alert.state in (AlertState.FIRING, AlertState.RESOLVED)

    @invariant()
    def an_alert_knows_since_when_it_gets_worse(self) -> None:
        alert = self.alert
        if alert is None or not alert.open:
            return
        risen = alert.fired_at is not None and alert.severity is Severity.CRITICAL
        assert alert.worse_since == (None if risen else self.critical_since)


Life.TestCase.settings = settings(max_examples=120, stateful_step_count=30, deadline=None)
TestLife = Life.TestCase
