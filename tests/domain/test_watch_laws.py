"""Laws that hold through the whole life of a watch, whatever is done to it in whatever order."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from test_extension import sound_plans
from watch_of_orders import DAY, DEPLOYED, HOUR, SHIPPED, done, watch

from bot.domain.alerts.alert import Refusal
from bot.domain.watches.outlook import routine
from bot.domain.watches.plan import Entry, EntryKind, EntryState, Plan, calendar
from bot.domain.watches.watch import Watch, WatchChange, WatchState
from bot.domain.watches.watch_life import densify, due, extend, next_due, pause, resume, roll_back, stop

MINUTE = timedelta(minutes=1)
Place = tuple[datetime, EntryKind]
spans = st.sampled_from([MINUTE, 7 * MINUTE, 20 * MINUTE, HOUR, 5 * HOUR, DAY, 3 * DAY])


class Life(RuleBasedStateMachine):
    """One watch with its execution list, kept as the bot keeps it."""

    @initialize(plan=st.just(SHIPPED) | sound_plans, second=st.integers(0, 59))
    def begin(self, plan: Plan, second: int) -> None:
        self.watch = watch(plan, DEPLOYED + timedelta(seconds=second))
        self.now = self.watch.deployed_at
        self.list: dict[Place, Entry] = {}
        self.enter(calendar(plan, self.watch.deployed_at, self.watch.started_at))
        self.enter(routine(self.watch, self.now))

    def enter(self, entries: tuple[Entry, ...]) -> None:
        for entry in entries:
            place = entry.at, entry.kind
            there = self.list.get(place)
            assert there is None or there.state is not EntryState.PENDING or place in self.routine()
            if there is None or there.state is EntryState.NOT_APPLICABLE:
                self.list[place] = entry

    def routine(self) -> set[Place]:
        return {(entry.at, entry.kind) for entry in routine(self.watch, self.now)}

    def pending(self, *, later_than: datetime) -> set[Place]:
        return {
            place
            for place, entry in self.list.items()
            if entry.state is EntryState.PENDING and entry.at > later_than
        }

    def became(self, outcome: WatchChange | Refusal) -> None:
        if isinstance(outcome, Refusal):
            assert outcome.reason.key
            return
        assert outcome.reason.key, "a change has words"
        assert outcome.at == self.now
        assert outcome.watch.revision == self.watch.revision + 1
        assert (outcome.watch.next_at or self.now) == (next_due(outcome.watch) or self.now)
        assert all(entry.at > self.now for entry in outcome.enter)
        if outcome.close:
            self.list = {
                place: replace(entry, state=EntryState.NOT_APPLICABLE)
                if outcome.close.closes(entry)
                else entry
                for place, entry in self.list.items()
            }
        self.watch = outcome.watch
        self.enter(outcome.enter)
        self.enter(routine(self.watch, self.now))

    @rule(span=spans)
    def time_passes(self, span: timedelta) -> None:
        self.now += span
        while (change := due(self.watch, self.now)) is not None:
            self.became(change)
        self.list = {
            place: replace(entry, state=EntryState.PASSED)
            if entry.at <= self.now and entry.state is EntryState.PENDING
            else entry
            for place, entry in self.list.items()
        }
        self.enter(routine(self.watch, self.now))

    @rule(span=spans)
    def somebody_pauses(self, span: timedelta) -> None:
        self.became(pause(self.watch, "lin", self.now + span, self.now))

    @rule()
    def somebody_resumes(self) -> None:
        outcome = resume(self.watch, "chen", self.now)
        assert isinstance(outcome, Refusal) == (self.watch.state is not WatchState.PAUSED)
        self.became(outcome)

    @rule(days=st.integers(1, 3))
    def somebody_extends(self, days: int) -> None:
        self.became(extend(self.watch, "lin", days, self.now))

    @rule(every=st.sampled_from([10 * MINUTE, 15 * MINUTE, HOUR]), span=spans)
    def somebody_wants_it_denser(self, every: timedelta, span: timedelta) -> None:
        self.became(densify(self.watch, "lin", every, self.now + span, self.now))

    @rule(back=st.booleans(), sure=st.integers(0, 5))
    def somebody_ends_it(self, back: bool, sure: int) -> None:
        if sure == 0:
            self.became(
                roll_back(self.watch, "lin", self.now) if back else stop(self.watch, "lin", "", self.now)
            )

    @invariant()
    def the_list_ahead_is_the_plan_the_routine_and_the_denser_rounds(self) -> None:
        ahead = self.pending(later_than=self.now)
        if self.watch.state is WatchState.ENDED:
            assert self.pending(later_than=self.watch.deployed_at - DAY) == set()
            return
        planned = {
            (entry.at, entry.kind)
            for entry in calendar(self.watch.plan, self.watch.deployed_at, self.watch.started_at)
            if entry.at > self.now
        }
        assert ahead == planned | self.routine() | self.denser()

    def denser(self) -> set[Place]:
        """Rounds that were asked for, counted anew."""
        wanted: set[Place] = set()
        if denser := self.watch.denser:
            at = denser.since
            while (at := at + denser.every) <= denser.until:
                wanted |= {(at, EntryKind.ROUND)} if at > self.now else set()
        return wanted

    @invariant()
    def what_is_known_about_a_watch_agrees_with_its_state(self) -> None:
        living: Watch = self.watch
        known = (living.paused_at, living.paused_until, living.paused_by)
        assert all(known) == (living.state is WatchState.PAUSED)
        assert any(known) == all(known)
        assert (living.ended_at is not None) == (living.state is WatchState.ENDED)
        assert living.state is not WatchState.ENDED or next_due(living) is None
        assert next_due(living) is None or done(next_due(living)) > self.now
        assert due(living, self.now) is None


Life.TestCase.settings = settings(deadline=None, max_examples=25, stateful_step_count=20)
TestLife = Life.TestCase
