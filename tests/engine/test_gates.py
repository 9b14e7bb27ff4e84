"""The shipped gates over simulated weeks: what passes, what fails, what cannot be told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from weeks import DAY, DEPLOYED, HEALTHY, Week

from bot.domain.card import Choice, Line, WhyCard
from bot.domain.incident.life import close
from bot.domain.incident.playbook import Meaning
from bot.domain.incident.state import Change
from bot.domain.watches.listing import Listed
from bot.domain.watches.plan import EntryState, Follow, Gate
from bot.domain.watches.verdict import Outcome
from bot.domain.watches.watch_life import roll_back
from bot.engine.ledger import Lane, Parcel
from bot.engine.people.show import round_card
from bot.engine.watches.gates.follow import follow_gate
from bot.engine.watches.gates.people import gate_command, press_gate
from bot.engine.watches.watch import record_change
from bot.locale import Speaker
from bot.slack.cards import draw

SAID = Speaker("en", "Asia/Shanghai", {"lin": "Lin Wei"})


def outcomes(gate: Listed) -> dict[str, int]:
    assert gate.verdict is not None
    found = [finding.outcome.value for finding in gate.verdict.findings]
    return {outcome: found.count(outcome) for outcome in dict.fromkeys(found)}


def worst(gate: Listed) -> str:
    assert gate.verdict is not None
    return SAID.say(gate.verdict.findings[0].text, gate.entry.at)


def press(week: Week, person: str, verb: str, rest: str) -> str:
    with week.database.transaction() as rows:
        answer = press_gate(week.request(rows, person), verb, rest)
    return SAID.say(answer.text) if isinstance(answer, Line) else ""


def asked(gate: Listed) -> list[int]:
    assert gate.verdict is not None
    return [each.number for each in gate.verdict.findings if each.asks and each.number is not None]


def test_a_clean_week_passes_once_people_have_answered(tmp_path: Path) -> None:
    week = Week(tmp_path).measured()
    first = week.judge(1)
    assert (outcomes(first), first.entry.state) == ({"inconclusive": 1, "passed": 7}, EntryState.RUNNING)
    press(week, "lin", "yes", f"{first.id}:{asked(first)[0]}")
    assert (week.gate(1).entry.state, week.gate(1).verdict.outcome) == (EntryState.PASSED, Outcome.PASSED)  # type: ignore[union-attr]
    last = week.judge(7)
    assert outcomes(last) == {"inconclusive": 3, "passed": 5}
    for number in asked(last):
        assert press(week, "lin", "yes", f"{last.id}:{number}") == ""
    assert week.gate(7).entry.state is EntryState.PASSED
    assert outcomes(week.gate(7)) == {"passed": 8}


def test_a_single_duplicate_order_fails_the_day_and_is_named(tmp_path: Path) -> None:
    def once(key: str, hour: float) -> float:
        return 0.3 if key == "order_duplication_rate" and 14.3 < hour < 14.5 else HEALTHY[key]

    week = Week(tmp_path).measured(once, days=1)
    gate = week.judge(1)
    assert gate.entry.state is EntryState.FAILED
    assert worst(gate) == "Order duplication rate was 0.3% at 19 Jan 14:20, not = 0%"
    assert gate.remark is not None
    assert "0.3%" in SAID.say(gate.remark)
    # What the plan does about a problem begins by itself; the card asks whether to roll back or to go on.
    with week.database.reading() as rows:
        (incident,) = rows.incidents.open_all("orders")
    assert incident.playbook.key == "failed-gate"


def test_three_hours_without_data_leave_it_open_on_either_gate(tmp_path: Path) -> None:
    week = Week(tmp_path).measured(lambda key, hour: None if 3 <= hour < 6 else HEALTHY[key])
    first = week.judge(1)
    assert first.entry.state is EntryState.RUNNING
    # All but the checks of rounds and the question rest on values.
    assert outcomes(first) == {"inconclusive": 7, "passed": 1}
    assert worst(first) == (
        "all 126 values = 0%, but data is missing: "
        "Order duplication rate: no values from 19 Jan 02:50 to 19 Jan 06:00, for 3h 10m"
    )  # fmt: skip
    assert week.judge(7).verdict.outcome is Outcome.INCONCLUSIVE  # type: ignore[union-attr]


def test_without_any_data_nothing_passes(tmp_path: Path) -> None:
    week = Week(tmp_path)
    gate = week.judge(1)
    assert outcomes(gate) == {"inconclusive": 8}


def test_a_week_without_a_baseline_is_not_as_before(tmp_path: Path) -> None:
    gate = Week(tmp_path, before=0 * DAY).measured().judge(7)
    assert gate.verdict is not None
    consistent = next(each for each in gate.verdict.findings if each.number == 1)
    assert consistent.outcome is Outcome.INCONCLUSIVE


def test_what_was_rolled_back_never_passes(tmp_path: Path) -> None:
    week = Week(tmp_path).measured(days=1)
    with week.database.transaction() as rows:
        change = roll_back(week.watch, "lin", week.clock.now())
        record_change(rows, week.setup, change)  # type: ignore[arg-type]
    # The gate is struck out with the watch; whoever judges it all the same finds that nothing is to be done.
    gate = week.judge(1)
    assert gate.entry.state is EntryState.NOT_APPLICABLE


def test_a_no_fails_the_gate_and_later_clicks_lose(tmp_path: Path) -> None:
    week = Week(tmp_path).measured(days=1)
    gate = week.judge(1)
    question = f"{gate.id}:{asked(gate)[0]}"
    press(week, "chen", "no", question)
    assert week.gate(1).entry.state is EntryState.FAILED
    assert press(week, "lin", "yes", question) == "This gate is decided already; nothing was changed"
    assert press(week, "lin", "yes", f"{gate.id}:0") == "This gate asks no such question; nothing was changed"
    assert press(week, "lin", "yes", "w0/x/3-gate:1").startswith("That gate is not in the database")


def test_why_tells_what_has_not_passed_with_its_rows(tmp_path: Path) -> None:
    def slow(key: str, hour: float) -> float:
        return 9.0 if key == "latency_p99" and 20 <= hour < 22 else HEALTHY[key]

    week = Week(tmp_path).measured(slow, days=1)
    week.judge(1)
    with week.database.transaction() as rows:
        card = gate_command(week.request(rows, "lin", "why"))
    assert isinstance(card, WhyCard)
    assert [each.number for each in card.findings] == [2, 5]
    rows_of = [SAID.say(row, DEPLOYED + DAY) for row in card.findings[0].rows]
    assert rows_of[0] == "from 19 Jan 20:00: average 9 s, highest 9 s, 6 values"


def test_before_the_first_gate_there_is_nothing_to_explain(tmp_path: Path) -> None:
    week = Week(tmp_path)
    with week.database.transaction() as rows:
        answer = gate_command(week.request(rows, "lin"))
        unknown = gate_command(week.request(rows, "lin", "v9"))
    assert isinstance(answer, Line)
    assert isinstance(unknown, Choice)
    assert SAID.say(answer.text) == "The first gate of resilience-v1.0 is judged at 20 Jan 00:00"
    assert SAID.say(unknown.text) == "There is no watch of `v9`; running are resilience-v1.0"
    assert unknown.commands == ("gate resilience-v1.0",)


def test_what_follows_a_pass_is_done_once(tmp_path: Path) -> None:
    week = Week(tmp_path).measured(days=1)
    gate = week.judge(1)
    press(week, "lin", "yes", f"{gate.id}:{asked(gate)[0]}")
    with week.database.transaction() as rows:
        follow_gate(rows, week.setup, week.watch, week.gate(1), week.clock.now())
    with week.database.reading() as rows:
        runs = rows.actions.open_of("orders")
        sent = [rows.outbox.claim(lane, week.clock.now(), week.clock.now()) for lane in (Lane.CARD,) * 60]
        due = iter(lambda: rows.entries.claim(week.clock.now(), week.clock.now() + DAY), None)
        reports = [each for each in due if each.entry.report and each.about]
    assert [run.action for run in runs] == ["mark-complete"]
    assert [(each.entry.report, each.about) for each in reports] == [("summary", week.watch.id)]
    said = [SAID.say(each.body.text) for each in sent if each and isinstance(each.body, Line)]
    assert said.count("All of the first day has passed. Well done, everybody!") == 1
    tasks = [each.subject for each in sent if each and each.parcel is Parcel.ROUND_CARD]
    assert len(tasks) == 1
    with week.database.reading() as rows:
        listed = rows.entries.get(tasks[0])
    assert listed is not None
    assert [manual.ask.zh for manual in listed.manuals] == ["准备下一阶段改进计划"]
    with week.database.reading() as rows:
        card = round_card(rows, listed, week.clock.now())
    assert "To do for orders" in draw(card, SAID, week.clock.now()).text


def test_a_failed_gate_of_the_shipped_plan_opens_the_emergency_flow(tmp_path: Path) -> None:
    week = Week(tmp_path).measured(days=1)
    gate = week.judge(1)
    for again in week.watch.plan.gates:
        failed = replace(gate.entry, state=EntryState.FAILED, criteria=again.criteria, after=again.after)
        with week.database.transaction() as rows:
            follow_gate(rows, week.setup, week.watch, replace(gate, entry=failed), week.clock.now())
            (incident,) = rows.incidents.open_all("orders")
            closed = close(incident, "lin", "", week.clock.now())
            assert isinstance(closed, Change)
            rows.incidents.save(closed, None)
        asked = [option.means for step in incident.playbook.steps for option in step.options]
        assert (incident.playbook.key, incident.clock.due_at) == ("failed-gate", None)
        assert asked == [Meaning.REPAIR, Meaning.ROLL_BACK, Meaning.ACCEPT]
        week.clock.advance(DAY)


def test_a_failed_gate_opens_its_playbook_and_says_what_could_not_follow(tmp_path: Path) -> None:
    week = Week(tmp_path).measured(days=1)
    fail = Follow(playbook="duplicated-orders", action="nothing")
    plan = replace(week.watch.plan, gates=(Gate(after=DAY, criteria="first-day", on_fail=fail),))
    gate = week.judge(1)
    with week.database.transaction() as rows:
        failed = replace(gate, entry=replace(gate.entry, state=EntryState.FAILED))
        for _ in range(2):
            follow_gate(rows, week.setup, replace(week.watch, plan=plan), failed, week.clock.now())
        assert [each.playbook.key for each in rows.incidents.open_all("orders")] == ["duplicated-orders"]
        assert rows.outbox.waiting(f"{gate.id}/failed/refused")
