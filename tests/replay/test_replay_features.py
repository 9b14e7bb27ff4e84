"""What a replay goes through, feature by feature: each a few samples, and what would have happened."""

from __future__ import annotations

from pathlib import Path

import pytest
from playing import CONFIG, Player, course, minute_of, named, steady

ALERTS = ("alert.pending", "alert.firing", "alert.resolved")


def with_metric(line: str) -> str:
    return CONFIG.replace('latency: {tier: 1, unit: s, critical: "> 10"}', line)


@pytest.fixture
def player(tmp_path: Path) -> Player:
    return Player(tmp_path)


def test_a_value_beyond_its_limit_fires_and_wakes_whoever_is_on_call(player: Player) -> None:
    events = player.play([(0, "latency", 1), (1, "latency", 12.1), (2, "latency", 1)])
    fired, page = named(events, "alert.firing", "page")
    assert fired == {
        "at": "2026-01-19T00:01:00+00:00",
        "event": "alert.firing",
        "alert": "orders/latency",
        "severity": "critical",
        "value": 12.1,
        "reason": "Latency 12.1 s > 10 s",
    }
    assert page == {
        "at": "2026-01-19T00:01:00+00:00",
        "event": "page",
        "alert": "orders/latency",
        "level": 1,
        "to": ["lin"],
        "by": ["slack"],
        "reason": "first notification",
    }
    assert course(events, "alert.resolved") == [(2, "alert.resolved")]


def test_for_lets_a_short_peak_pass_and_a_long_one_not(tmp_path: Path) -> None:
    player = Player(tmp_path, with_metric('latency: {tier: 1, critical: "> 10", for: 2m}'))
    rows = [*steady("latency", 12, 0, 1), (1, "latency", 1), *steady("latency", 12, 2, 6)]
    assert course(player.play(rows), *ALERTS) == [
        (0, "alert.pending"),
        (1, "alert.resolved"),
        (2, "alert.pending"),
        (4, "alert.firing"),
    ]


def test_an_alert_ends_only_beyond_its_hysteresis_and_after_recover_for(tmp_path: Path) -> None:
    line = 'latency: {tier: 1, critical: "> 10", recovery: "< 4", recover_for: 2m}'
    rows = [(0, "latency", 12), (1, "latency", 6), (2, "latency", 3), (3, "latency", 3), (4, "latency", 3)]
    assert course(Player(tmp_path, with_metric(line)).play(rows), "alert.firing", "alert.resolved") == [
        (0, "alert.firing"),
        (4, "alert.resolved"),
    ]


def test_a_gap_in_the_samples_is_an_alert_of_its_own(tmp_path: Path) -> None:
    player = Player(tmp_path, with_metric('latency: {tier: 1, critical: "> 10", no_data: 5m}'))
    events = player.play([*steady("latency", 1, 0, 10), *steady("latency", 1, 30, 32)])
    fired, resolved = named(events, "alert.firing", "alert.resolved")
    assert (fired["alert"], minute_of(fired)) == ("orders/latency:no_data", 14)
    assert (fired["severity"], minute_of(resolved)) == ("warning", 30)
    assert not named(events, "page")


def test_samples_exactly_as_far_apart_as_may_be_are_no_gap(tmp_path: Path) -> None:
    player = Player(tmp_path, with_metric('latency: {tier: 1, critical: "> 10", no_data: 5m}'))
    assert player.play([*steady("latency", 1, 0, 61, every=5)]) == []


def test_an_empty_value_is_a_check_that_could_not_measure(player: Player) -> None:
    events = player.play([(0, "latency", 1), *steady("latency", "", 1, 4), (4, "latency", 1)])
    found = [(each["event"], each["alert"]) for each in named(events, *ALERTS)]
    alert = "orders/latency{check=latency}:error"
    assert found == [("alert.pending", alert), ("alert.firing", alert), ("alert.resolved", alert)]
    assert not named(events, "page")


def test_what_comes_and_goes_flaps_and_pages_once(player: Player) -> None:
    rows = [(minute, "latency", 12 if minute % 2 else 1) for minute in range(30)]
    events = player.play(rows)
    assert named(events, "alert.flapping")
    assert len(named(events, "page")) < 6 < len(rows)
    assert minute_of(named(events, "page")[-1]) <= minute_of(named(events, "alert.flapping")[0])


def test_alerts_that_begin_together_share_a_card_and_a_page(tmp_path: Path) -> None:
    both = 'latency: {tier: 1, critical: "> 10"}\n  errors: {tier: 1, critical: "> 1"}'
    events = Player(tmp_path, with_metric(both)).play([(0, "latency", 12), (0, "errors", 5)])
    assert len(named(events, "alert.firing")) == 2
    assert [each["to"] for each in named(events, "notify") if "alert" in each] == [["channel:oncall"]]
    assert [each["to"] for each in named(events, "page")] == [["lin"]]


def test_an_alert_climbs_until_somebody_acknowledges_it(player: Player) -> None:
    rows = [*steady("latency", 12, 0, 40)]
    alone = player.play(rows)
    assert [(minute_of(each), each["level"], each["to"]) for each in named(alone, "page")] == [
        (0, 1, ["lin"]),
        (10, 2, ["zhao"]),
    ]
    assert course(alone, "alert.exhausted") == [(20, "alert.exhausted")]
    taken = player.play(rows, typed={5: ("lin", "ack")})
    assert [each["level"] for each in named(taken, "page")] == [1]
    (acknowledged,) = named(taken, "alert.acknowledged")
    assert (acknowledged["by"], minute_of(acknowledged)) == ("lin", 5)


def test_what_is_not_resolved_in_time_is_given_back(tmp_path: Path) -> None:
    config = CONFIG.replace("    levels:\n", "    resolve_within: 10m\n    levels:\n")
    events = Player(tmp_path, config).play([*steady("latency", 12, 0, 40)], typed={2: ("lin", "ack")})
    assert course(events, "alert.acknowledged", "alert.unacknowledged") == [
        (2, "alert.acknowledged"),
        (17, "alert.unacknowledged"),
    ]
    assert [(minute_of(each), each["to"]) for each in named(events, "page")] == [(0, ["lin"]), (17, ["zhao"])]


def test_a_silence_keeps_an_alert_quiet_and_tells_who_asked_for_it(player: Player) -> None:
    rows = [(0, "latency", 1), *steady("latency", 12, 10, 75)]
    events = player.play(rows, typed={5: ("chen", "silence service=orders 1h known, really")})
    assert course(events, "alert.suppressed", "alert.unsuppressed", "page") == [
        (10, "alert.suppressed"),
        (65, "alert.unsuppressed"),
        (65, "page"),
    ]
    (typed,) = named(events, "command")
    assert (typed["by"], typed["command"]) == ("chen", "silence service=orders 1h known, really")
    assert typed["reason"].startswith("Chen Jie silenced `service=orders` until")


def test_a_maintenance_window_opens_and_closes_by_the_calendar(tmp_path: Path) -> None:
    window = (
        "maintenance:\n  backup: {from: 2026-01-19T00:10, to: 2026-01-19T00:20, match: [service=orders]}\n"
    )
    events = Player(tmp_path, CONFIG + window).play([*steady("latency", 12, 12, 30)])
    assert course(events, "alert.suppressed", "page") == [(12, "alert.suppressed"), (20, "page")]


def test_recovery_is_tried_first_and_the_page_follows_when_it_does_not_help(tmp_path: Path) -> None:
    config = CONFIG.replace("    levels:\n", "    recover: {action: restart, within: 5m}\n    levels:\n")
    config += "actions:\n  restart: {label: Restart, run: [/bin/false]}\n"
    events = Player(tmp_path, config).play([*steady("latency", 12, 0, 8)])
    assert course(events, "recovery.started", "action", "recovery.finished", "page") == [
        (0, "recovery.started"),
        (0, "action"),
        (0, "recovery.finished"),
        (5, "page"),
    ]
    assert named(events, "action")[0]["reason"] == "replayed: it was not run"


def test_the_pager_is_handed_over_and_the_next_page_goes_to_who_took_it(player: Player) -> None:
    rows = [(0, "latency", 1), (539, "latency", 1), (541, "latency", 12)]  # Monday 09:00 is minute 540
    events = player.play(rows)
    (handoff,) = named(events, "handoff")
    assert (minute_of(handoff), handoff["before"], handoff["to"]) == (540, ["lin"], ["chen"])
    assert [each["to"] for each in named(events, "page")] == [["chen"]]


PLAYBOOK = """
actions:
  rollback: {label: Roll back, run: [/bin/false]}
playbooks:
  slow:
    label: Slow
    steps:
      - {ask: Look}
      - {decide: "Repair or roll back?"}
    rollback: {after: 15m, automatic: true}
"""


def test_a_playbook_opens_and_rolls_back_by_itself_at_its_deadline(tmp_path: Path) -> None:
    config = with_metric('latency: {tier: 1, critical: "> 10", playbook: slow}') + PLAYBOOK
    events = Player(tmp_path, config).play([*steady("latency", 12, 0, 20)])
    assert course(events, "playbook.opened", "action") == [(0, "playbook.opened"), (15, "action")]
    demanded = Player(tmp_path, config.replace("automatic: true", "automatic: false"))
    deadlines = named(demanded.play([*steady("latency", 12, 0, 22)]), "playbook.deadline")
    assert [minute_of(each) for each in deadlines if "A person has to decide" in each["reason"]] == [15, 20]


PLAN = """
checks:
  slow: {kind: command, run: [/bin/false], metric: latency}
checklists:
  all: [slow]
plan:
  phases: [{name: First, after: 0h, until: 3h, every: 1h, checklist: all}]
  milestones: [1h]
  gates: [{at: 2h, criteria: ok}]
  reports: [{report: daily, day: 1, at: "02:30"}]
criteria:
  ok: [{always: latency, is: "< 10", label: Fast}]
"""


@pytest.mark.parametrize(("worst", "outcome"), [(1, "passed"), (12, "failed")])
def test_a_watch_has_its_rounds_milestones_gates_and_reports(
    tmp_path: Path, worst: float, outcome: str
) -> None:
    rows = [*steady("latency", 1, 0, 50), *steady("latency", worst, 50, 51), *steady("latency", 1, 51, 181)]
    events = Player(tmp_path, CONFIG + PLAN).play(rows, "--watch", "2026-01-19T00:00")
    found = [(minute_of(each), each["event"], each["state"]) for each in named(events, "milestone", "gate")]
    assert found == [(60, "milestone", outcome), (120, "gate", outcome)]
    assert [(minute_of(each), each["state"]) for each in named(events, "round")] == [
        (0, "passed"),
        (60, "passed"),
        (120, "passed"),
    ]
    assert [minute_of(each) for each in named(events, "report")] == [150]
    assert named(events, "watch.started")[0]["service"] == "orders"


def test_a_round_that_finds_a_bad_value_fails_and_says_which(tmp_path: Path) -> None:
    rows = [(0, "latency", 12), (180, "latency", 12)]
    events = Player(tmp_path, CONFIG + PLAN).play(rows, "--watch", "2026-01-19T00:00")
    first, second, third = named(events, "round")
    assert (first["state"], first["reason"]) == ("failed", "1 of 1 checks not in order: Latency")
    # An hour later the value is long out of date: nothing is known, and that never passes.
    assert (second["state"], third["state"]) == ("failed", "failed")


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ("metric: stock}", "passed"),  # the list names all that it measures: the other is no concern of its
        ("output: json}", "failed"),  # nobody knows what this one measured
    ],
)
def test_a_round_looks_at_what_its_checks_measure(tmp_path: Path, more: str, state: str) -> None:
    checks = (
        "checks:\n"
        "  fast: {kind: command, run: [a], metric: latency}\n"
        "  other: {kind: command, run: [b], metric: errors}\n"
        f"  third: {{kind: command, run: [c], {more}\n"
        "checklists: {all: [fast, third]}\n"
    )
    config = with_metric('latency: {critical: "> 10"}\n  errors: {critical: "> 1"}\n  stock: {}')
    plan = PLAN.partition("plan:")[2]
    rows = [(0, "latency", 1), (0, "errors", 12), (0, "stock", 3), (1, "latency", 1)]
    events = Player(tmp_path, f"{config}{checks}plan:{plan}").play(rows, "--watch", "2026-01-19T00:00")
    assert [each["state"] for each in named(events, "round")][:1] == [state]


def test_without_a_watch_there_are_no_rounds(tmp_path: Path) -> None:
    assert Player(tmp_path, CONFIG + PLAN).play([*steady("latency", 1, 0, 120)]) == []


def test_time_goes_on_after_the_last_sample_when_asked_to(player: Player) -> None:
    rows = [(0, "latency", 12)]
    assert [each["level"] for each in named(player.play(rows), "page")] == [1]
    later = player.play(rows, "--until", "2026-01-19T00:15")
    assert [each["level"] for each in named(later, "page")] == [1, 2]


def test_series_of_one_metric_are_alerts_of_their_own(player: Player) -> None:
    text = "time,metric,value,host\n" + "".join(
        f"2026-01-19T00:0{minute}:00Z,latency,{value},{host}\n"
        for minute in range(2)
        for host, value in (("a", 1), ("b", 12))
    )
    result = player.run(player.write("hosts.csv", text))
    assert '"alert": "orders/latency{host=b}"' in result.stdout
    assert "host=a" not in result.stdout


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    config = with_metric('latency: {tier: 1, critical: "> 10", playbook: slow}') + PLAYBOOK + PLAN
    rows = [*steady("latency", 1, 0, 20), *steady("latency", 12, 20, 60), *steady("latency", "", 60, 70)]
    outputs = []
    for _ in range(2):
        player = Player(tmp_path, config)
        player.play(rows, typed={30: ("lin", "ack"), 41: ("chen", "note it was the cache")})
        outputs.append(player.run(str(tmp_path / "samples.csv"), "--watch", "2026-01-19T00:00").stdout)
    assert outputs[0] == outputs[1] != ""
