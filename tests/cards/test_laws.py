"""What holds for any card, however long and hostile its parts."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scenes import DUPLICATES, FIRING, HEALTHY, NAMES, NOW, PLAN, POLICY, ROUND, SCENES, SHIFT, WATCH, ZONE

from bot.blockkit import validate_message, validate_view
from bot.domain.alerts.alert import Alert, AlertKind, AlertState, Severity, Subject
from bot.domain.card import (
    AlertCard,
    AlertList,
    CoverageCard,
    ErrorList,
    Form,
    GroupCard,
    HandoffCard,
    HelpCard,
    HomeView,
    Line,
    Message,
    OnCallList,
    PageMessage,
    PanelCard,
    PlanList,
    PostMortemCard,
    Reminder,
    RoundCard,
    Tried,
    VerdictCard,
    WatchCard,
    WatchList,
)
from bot.domain.incident.postmortem import Impact
from bot.domain.incident.state import Moment
from bot.domain.measures.errors import ErrorType
from bot.domain.oncall.chain import NextStep, Rung
from bot.domain.oncall.coverage import Coverage, Gap, WouldPage
from bot.domain.oncall.override import Kept
from bot.domain.oncall.rotation import Override
from bot.domain.panel import Panel, PanelGroup, PanelRow, RoundRow, Standing, SystemLine
from bot.domain.setup import Person
from bot.domain.text import Label, Name, Quantity, say
from bot.domain.watches.listing import Manual
from bot.domain.watches.plan import Entry, EntryKind, EntryState
from bot.domain.watches.verdict import Finding, Outcome, Verdict
from bot.domain.watches.watch import Denser, Progress, Stage, WatchState
from bot.locale import Speaker
from bot.slack.cards import draw, draw_form, draw_home
from bot.slack.cards.alerts.listing import LINE, alert_line
from bot.slack.cards.pen import Pen
from checks.result import State
from checks.threshold import Condition

HOSTILE = (
    "",
    " ",
    "<!channel> & <@U1>",
    "<" * 4000,
    "&" * 3000,
    "x" * 9000,
    "`*_~|{0}",
    "a\nb\n> c",
    "长" * 5000,
)
words = st.sampled_from(HOSTILE) | st.text(max_size=60)
moments = st.integers(-500_000, 500_000).map(lambda minutes: NOW + timedelta(minutes=minutes))
quantities = st.builds(Quantity, st.floats(), st.sampled_from(["", "s", "%", "/s"]) | words)
labels = st.builds(Label, words, st.none() | words)
names = st.builds(Name, st.sampled_from(["lin", ""]) | words)
texts = st.builds(lambda a, b, c: say("{a} {b} {c}", a=a, b=b, c=c), words, labels, quantities | names)


def many(of: st.SearchStrategy[Any], times: int = 150) -> st.SearchStrategy[tuple[Any, ...]]:
    """None, a few, or very many."""
    return st.builds(
        lambda few, often: tuple(few) * often, st.lists(of, max_size=3), st.sampled_from([1, times])
    )


subjects = st.builds(
    Subject,
    service=words,
    channel=words,
    key=words,
    label=labels,
    kind=st.sampled_from(AlertKind),
    labels=many(st.tuples(words, words), 20),
    tier=st.none() | st.integers(1, 3),
    policy=st.just(POLICY),
)
alerts = st.builds(
    Alert,
    id=st.uuids().map(lambda key: key.hex[:10]),
    subject=subjects,
    severity=st.sampled_from(Severity),
    state=st.sampled_from(AlertState),
    version=st.just(1),
    turn=st.integers(0, 99),
    value=st.none() | quantities,
    reason=texts,
    began_at=moments,
    fired_at=st.none() | moments,
    acknowledged_at=st.none() | moments,
    acknowledged_by=st.none() | words,
    resolved_at=st.none() | moments,
    resolved_by=st.none() | words,
    level=st.integers(0, 3),
    paged=many(words),
    exhausted=st.booleans(),
)
errors = st.builds(
    ErrorType,
    id=words,
    service=words,
    check=words,
    severity=words,
    category=words,
    template=words,
    sample=words,
    first_at=moments,
    last_at=moments,
    count=st.integers(0, 2**60),
    known_by=st.none() | words,
    known_at=st.none() | moments,
)


def apart(many_errors: tuple[ErrorType, ...]) -> tuple[ErrorType, ...]:
    """Each with the ID of its own that a row has."""
    return tuple(replace(error, id=f"{number:012}") for number, error in enumerate(many_errors))


steps = st.builds(NextStep, rung=st.just(Rung(0, 1)), people=many(words), usergroups=many(words), at=moments)
links = many(
    st.tuples(words, words | st.just("https://example.com/?a=1&b=2") | words.map("https://".__add__)), 20
)
rows = st.builds(
    PanelRow,
    metric=words,
    label=labels,
    value=st.none() | quantities,
    target=st.sampled_from([None, Condition.parse("< 1"), Condition.parse("outside 0..4")]),
    unit=words,
    standing=st.sampled_from(Standing),
    measured_at=st.none() | moments,
)
panels = st.builds(
    Panel,
    service=words,
    at=moments,
    groups=many(st.builds(PanelGroup, key=st.just("orders") | words, rows=many(rows, 40)), 20),
    critical=st.integers(0, 9),
    warning=st.integers(0, 9),
    system=many(st.builds(SystemLine, label=texts, standing=st.sampled_from(Standing), detail=texts)),
)
watches = st.builds(
    replace,
    st.just(WATCH),
    service=words,
    version=words,
    owner=st.none() | words,
    deployed_at=moments,
    state=st.sampled_from(WatchState),
    paused_until=st.none() | moments,
    paused_by=st.none() | words,
    denser=st.none()
    | st.builds(Denser, every=st.timedeltas(min_value=timedelta(seconds=1)), until=moments, by=words),
    rolled_back=st.booleans(),
    ended_at=st.none() | moments,
    ended_by=st.none() | words,
)
entries = st.builds(
    Entry,
    at=moments,
    kind=st.sampled_from(EntryKind),
    state=st.sampled_from(EntryState),
    criteria=words,
    checklists=many(words, 40),
    label=st.none() | labels,
    report=st.sampled_from(["daily", "final"]) | words,
    after=st.none() | st.timedeltas(),
    remark=st.none() | texts,
    notes=many(words, 40),
)
round_rows = st.builds(
    RoundRow,
    label=labels,
    state=st.sampled_from(State),
    summary=words,
    values=many(rows, 40),
    on_failure=st.none() | labels,
    hint=words,
)
identities = st.uuids().map(str)
manuals = st.builds(
    Manual,
    ask=labels,
    remind=st.just(timedelta(minutes=30)),
    on_failure=st.none() | labels,
    done_at=st.none() | moments,
    done_by=st.none() | words,
    note=words,
    reminded_at=st.none() | moments,
    given_up_at=st.none() | moments,
)
progresses = st.builds(
    Progress,
    day=st.integers(1, 400),
    done=st.integers(0, 900),
    total=st.integers(0, 900),
    stages=many(st.tuples(texts, st.sampled_from(Stage)), 20),
)
verdicts = st.builds(
    Verdict,
    outcome=st.sampled_from(Outcome),
    findings=many(st.builds(Finding, outcome=st.sampled_from(Outcome), text=texts)),
)
overrides = st.builds(
    Override,
    since=moments,
    until=moments,
    member=st.none() | words,
    instead_of=st.none() | words,
    also=st.booleans(),
)
kept = st.builds(Kept, id=identities, schedule=words, override=overrides, by=words, at=moments)
shifts = st.builds(
    lambda schedule, who, until, follows, why: replace(
        SHIFT, schedule=schedule, on_call=who, until=until, next=follows, why=why
    ),
    words,
    many(words),
    st.none() | moments,
    many(words),
    texts,
)
people = st.builds(Person, key=words, name=words, slack=st.none() | words | st.just("U012AB3CD"))


def numbered(of: tuple[Any, ...]) -> tuple[Any, ...]:
    """The same with IDs of their own."""
    return tuple(replace(each, id=f"{number}") for number, each in enumerate(of))


post_mortem = cast("PostMortemCard", SCENES["post-mortem"]).post_mortem
moments_of_incidents = st.builds(Moment, at=moments, event=words, reason=texts, by=words, note=words)
post_mortems = st.builds(
    lambda said, output, impact, moments: PostMortemCard(
        post_mortem=replace(
            post_mortem,
            moments=moments,
            runs=tuple(replace(post_mortem.runs[0], output=each, label=said) for each in output),
            impact=impact,
            incident=replace(post_mortem.incident, version=said.en),
        )
    ),
    labels,
    many(words),
    many(
        st.builds(
            Impact, label=labels, unit=words, before=st.none() | st.floats(), worst=st.none(), after=st.none()
        )
    ),
    many(moments_of_incidents),
)


unmentioning: st.SearchStrategy[Message] = st.one_of(
    st.builds(
        AlertCard,
        alert=alerts,
        value=st.none() | quantities,
        levels=st.just(3),
        next=st.none() | steps,
        links=links,
        tried=many(st.builds(Tried, words, words, st.none() | st.booleans())),
    ),
    st.builds(Line, text=texts, at=st.none() | moments),
    post_mortems,
    st.builds(
        WatchCard,
        watch=watches,
        panel=panels,
        next_round=st.none() | entries,
        progress=st.none() | progresses,
    ),
    st.builds(
        VerdictCard,
        id=identities,
        watch=watches,
        entry=entries,
        verdict=verdicts,
        asks=st.lists(st.sampled_from(["densify", "go-on", "roll-back", "pass", "fail"])).map(tuple),
        decided=st.none() | texts,
    ),
    st.builds(
        lambda found, progress, services: WatchList(
            watches=tuple((watch, progress) for watch in numbered(found)), services=services
        ),
        many(watches),
        progresses,
        many(words),
    ),
    st.builds(
        RoundCard,
        id=identities,
        service=words,
        at=moments,
        checklists=many(words),
        rows=many(round_rows),
        manuals=many(manuals),
        between=many(texts),
        asked_by=st.none() | words,
        next_round=st.none() | entries,
    ),
    st.builds(AlertList, alerts=many(alerts, 1), choose=st.none() | st.sampled_from(["ack", "resolve"])),
    st.builds(AlertList, alerts=many(alerts), choose=st.none()),
    st.builds(ErrorList, errors=many(errors).map(apart), known=st.integers(0, 99), watches=st.just(())),
    st.builds(
        GroupCard,
        id=identities,
        service=words,
        since=moments,
        alerts=st.lists(alerts, min_size=1, max_size=8).map(numbered),
        counts=many(
            st.tuples(
                st.sampled_from(list(AlertState)), st.sampled_from(list(Severity)), st.integers(0, 10000)
            ),
            4,
        ),
        next=st.none(),
    ),
    st.builds(
        OnCallList,
        shifts=many(shifts),
        would_page=many(
            st.builds(
                WouldPage,
                policy=words,
                level=st.integers(1, 9),
                people=many(st.tuples(words, many(words, 3)), 12),
                others=many(words, 3),
                why=st.none() | texts,
            )
        ),
        overrides=many(
            st.builds(Kept, id=identities, schedule=words, override=overrides, by=words, at=moments), 30
        ),
    ),
    st.builds(
        HandoffCard,
        shift=shifts,
        before=many(words, 30),
        since=st.none() | moments,
        fired=many(alerts),
        open=many(alerts),
        silenced=many(texts),
        undone=many(texts),
        ahead=many(entries),
    ),
    st.builds(
        CoverageCard,
        coverage=st.builds(
            Coverage,
            since=moments,
            until=moments,
            gaps=many(
                st.builds(Gap, since=moments, until=moments, policy=words, level=st.integers(0, 9)), 40
            ),
            faults=many(texts),
        ),
        facts=many(texts),
    ),
    st.builds(PlanList, watch=st.none() | watches, entries=many(entries), whole=st.booleans(), now=moments),
    st.builds(HelpCard, unknown=words, nearest=words),
    st.builds(PanelCard, panels=many(panels, 10), watches=many(watches, 30)),
)
forms = st.builds(
    Form,
    verb=st.sampled_from(
        [
            "watch-start",
            "watch-pause",
            "watch-extend",
            "watch-stop",
            "watch-densify",
            "tick",
            "remark",
            "override",
        ]
    ),
    subject=identities,
    title=texts,
    services=st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=150, unique=True).map(tuple),
)


homes = st.builds(
    HomeView,
    at=moments,
    panels=many(panels, 10),
    watches=st.builds(
        lambda found, progress: tuple((watch, progress) for watch in numbered(found)),
        many(watches),
        progresses,
    ),
    next_entries=many(entries),
    manuals=many(manuals).map(lambda found: tuple(("r1", number, each) for number, each in enumerate(found))),
    alerts=many(alerts).map(numbered),
    mine=many(alerts),
    shifts=many(shifts),
    gates=many(st.tuples(watches, entries)),
)
mentioning: st.SearchStrategy[Message] = st.one_of(
    st.builds(
        PageMessage,
        alert=alerts,
        people=many(people),
        usergroups=many(words | st.just("S0123")),
        level=st.just(1),
        levels=st.just(3),
        reason=texts,
        broadcast=st.booleans(),
    ),
    st.builds(Reminder, person=people, text=texts),
)
speakers = st.sampled_from([Speaker("en", ZONE, NAMES), Speaker("zh", ZONE, NAMES)])
hard = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
REFERENCE = re.compile(r"<[^>]*>?")


def said(part: object) -> list[str]:
    """Every text in the blocks, however deep."""
    if isinstance(part, dict):
        own = [part["text"]] if isinstance(part.get("text"), str) else []
        return own + [text for inner in part.values() for text in said(inner)]
    return [text for inner in part for text in said(inner)] if isinstance(part, list) else []


@hard
@given(unmentioning | mentioning, speakers)
def test_slack_takes_every_card(message: Message, speaker: Speaker) -> None:
    drawn = draw(message, speaker, NOW)
    assert drawn.text.strip()
    assert validate_message(drawn.text, drawn.blocks) == []


@hard
@given(unmentioning, speakers)
def test_only_links_are_references_outside_pages_and_reminders(message: Message, speaker: Speaker) -> None:
    drawn = draw(message, speaker, NOW)
    for text in [drawn.text, *said(drawn.blocks)]:
        assert all(
            re.fullmatch(r"<https?://[^<>|]+\|[^<>|]*>", found) for found in REFERENCE.findall(text)
        ), text


@hard
@given(
    st.builds(draw_form, forms, speakers, st.just(NOW)) | st.builds(draw_home, homes, speakers, st.just(NOW))
)
def test_slack_takes_every_form_and_every_home_page_and_they_mention_nobody(view: dict[str, Any]) -> None:
    assert validate_view(view) == []
    for text in said(view):
        assert REFERENCE.findall(text) == []


@hard
@given(mentioning, speakers)
def test_a_page_mentions_only_people_and_user_groups(message: Message, speaker: Speaker) -> None:
    drawn = draw(message, speaker, NOW)
    for text in [drawn.text, *said(drawn.blocks)]:
        assert all(
            re.fullmatch(r"<(@|!subteam\^)[A-Za-z0-9]+>", found) for found in REFERENCE.findall(text)
        ), text


@hard
@given(panels, speakers)
def test_a_panel_with_anything_stale_missing_or_bad_is_not_headed_ok(panel: Panel, speaker: Speaker) -> None:
    shown = [row.standing for group in panel.groups for row in group.rows]
    shown += [line.standing for line in panel.system]
    well = set(shown) == {Standing.OK} and not panel.critical and not panel.warning
    drawn = draw(PanelCard(panels=(panel,)), speaker, NOW)
    header = drawn.blocks[0]["text"]["text"]
    if not well:
        assert not header.startswith(":large_green_circle:")


def test_a_critical_value_is_shown_however_long_the_panel_is() -> None:
    fine = HEALTHY.groups[0].rows[0]
    bad = replace(fine, label=Label("The one that matters"), standing=Standing.CRITICAL)
    groups = tuple(PanelGroup(key=f"group {n}", rows=(fine,) * 200) for n in range(80))
    panel = replace(HEALTHY, groups=(*groups, PanelGroup(key="last", rows=(*groups[0].rows, bad))))
    card = PanelCard(panels=(*(HEALTHY,) * 30, panel))
    text = "\n".join(said(draw(card, Speaker("en", ZONE), NOW).blocks))
    assert ":red_circle: *CRITICAL* The one that matters" in text
    assert re.search(r"and \d+ more", text)


def test_a_page_mentions_everybody_of_a_large_team() -> None:
    team = tuple(Person(key=f"p{n}", name=f"Person {n}", slack=f"U{n:010}") for n in range(100))
    page = PageMessage(
        alert=FIRING,
        people=team,
        usergroups=(),
        level=1,
        levels=1,
        reason=say("first notification"),
        broadcast=False,
    )
    drawn = draw(page, Speaker("en", ZONE), NOW)
    for text in (drawn.text, drawn.blocks[0]["text"]["text"]):
        assert all(f"<@{person.slack}>" in text for person in team)


def test_a_failed_item_of_a_round_is_shown_before_all_that_passed() -> None:
    passed = tuple(replace(ROUND.rows[0], label=Label(f"check {n}")) for n in range(300))
    card = replace(ROUND, rows=(*passed, DUPLICATES))
    texts_ = said(draw(card, Speaker("en", ZONE), NOW).blocks)
    assert "Order duplication" in texts_[1]
    assert ":white_check_mark: OK (300): " in texts_[2]


def test_a_watch_counts_its_days_by_the_calendar_of_its_plan() -> None:
    late = replace(WATCH, plan=PLAN, deployed_at=NOW - timedelta(hours=14, minutes=30))
    drawn = draw(WatchCard(watch=late, panel=HEALTHY, next_round=None), Speaker("en", ZONE), NOW)
    assert "day 2" in drawn.blocks[0]["text"]["text"]


def test_the_footer_of_an_alert_cuts_no_link() -> None:
    labels_ = tuple((f"label-{number}", "x" * 20) for number in range(20))
    alert = replace(FIRING, subject=replace(FIRING.subject, labels=labels_))
    links_ = tuple((f"runbook {n}", f"https://wiki.example.com/{'p' * 300}?n={n}") for n in range(20))
    card = AlertCard(alert=alert, value=None, levels=3, next=None, links=links_)
    drawn = draw(card, Speaker("en", ZONE), NOW)
    [footer] = [block["elements"][0]["text"] for block in drawn.blocks if block["type"] == "context"]
    whole = re.findall(r"<https://[^<>|]+\|runbook \d+>", footer)
    assert footer.count("<") == footer.count(">") == len(whole)
    assert 5 <= len(whole) < 20
    assert f"and {20 - len(whole)} more" in footer
    assert validate_message(drawn.text, drawn.blocks) == []


def every_five_minutes(count: int, *states: EntryState) -> tuple[Entry, ...]:
    """`count` rounds from the deployment on, their states taking turns, each with a long remark."""
    return tuple(
        Entry(
            at=WATCH.deployed_at + timedelta(minutes=5 * number),
            kind=EntryKind.ROUND,
            checklists=("intensive",),
            state=states[number % len(states)],
            remark=say("the gateway did not answer in time, {span}", span="over and over again " * 8),
        )
        for number in range(count)
    )


@pytest.mark.parametrize(
    ("listed", "shown"),
    [
        # a whole day of failures still has its times
        (every_five_minutes(280, EntryState.FAILED), 280),
        # between others, over several days
        (every_five_minutes(900, EntryState.PASSED, EntryState.FAILED, EntryState.PASSED), 300),
        (every_five_minutes(300, EntryState.PASSED, EntryState.MISSED, EntryState.PENDING), 100),
    ],
)
def test_no_failure_is_cut_from_a_long_list(listed: tuple[Entry, ...], shown: int) -> None:
    speaker = Speaker("en", ZONE)
    drawn = draw(PlanList(watch=WATCH, entries=listed, whole=True, now=NOW), speaker, NOW)
    assert validate_message(drawn.text, drawn.blocks) == []
    bad = [
        speaker.time_of_day(each.at)
        for each in listed
        if each.state in (EntryState.FAILED, EntryState.MISSED)
    ]
    told = "\n".join(line for text in said(drawn.blocks) for line in text.split("\n") if "*" in line)
    assert len(bad) == shown
    assert [at for at in bad if at not in told] == []
    assert "more" not in told


def test_a_day_on_which_all_passed_is_one_line_once_it_is_over() -> None:
    listed = every_five_minutes(280, EntryState.PASSED)
    over = PlanList(watch=WATCH, entries=listed, whole=True, now=WATCH.deployed_at + timedelta(days=1))
    assert ":white_check_mark: *Mon 19 Jan* · passed: 280" in said(
        draw(over, Speaker("en", ZONE), NOW).blocks
    )
    noted = replace(listed[7], notes=("retried by hand",))
    noted_day = replace(over, entries=(*listed[:7], noted, *listed[8:40]))
    assert any("retried by hand" in text for text in said(draw(noted_day, Speaker("en", ZONE), NOW).blocks))


def test_only_open_items_have_buttons_and_many_are_named_without() -> None:
    done = replace(ROUND.manuals[0], done_at=NOW, done_by="lin")
    items = tuple(replace(ROUND.manuals[0], ask=Label(f"item {number}")) for number in range(40))
    blocks = draw(replace(ROUND, manuals=(done, *items)), Speaker("en", ZONE), NOW).blocks
    values = [part["value"] for block in blocks if block["type"] == "actions" for part in block["elements"]]
    assert values[:2] == ["tick:8f3a91c2:1", "tick-note:8f3a91c2:1"]
    assert all(any(f"item {number}" in text for text in said(blocks)) for number in range(40))


@pytest.mark.parametrize(
    ("state", "verbs"),
    [
        (WatchState.RUNNING, ["watch-pause", "watch-densify", "watch-extend", "watch-stop"]),
        (WatchState.PAUSED, ["watch-resume", "watch-densify", "watch-extend", "watch-stop"]),
        (WatchState.ENDED, []),
    ],
)
def test_a_watch_offers_what_applies(state: WatchState, verbs: list[str]) -> None:
    card = WatchCard(watch=replace(WATCH, state=state), panel=HEALTHY, next_round=None)
    blocks = draw(card, Speaker("en", ZONE), NOW).blocks
    menus = [block["accessory"] for block in blocks if "accessory" in block]
    assert [option["value"] for menu in menus for option in menu["options"]] == [
        f"{verb}:{WATCH.id}" for verb in verbs
    ]


def test_a_decision_that_was_taken_leaves_no_button_to_take_it_again() -> None:
    card = SCENES["gate-decided"]
    blocks = draw(card, Speaker("en", ZONE), NOW).blocks
    buttons = [element for block in blocks if block["type"] == "actions" for element in block["elements"]]
    assert [button["value"].partition(":")[0] for button in buttons] == ["remark"]


def test_an_alert_of_a_long_name_is_cut_inside_its_code_and_not_behind_it() -> None:
    long = replace(FIRING, subject=replace(FIRING.subject, key="y" * 300, label=Label("y" * 300)))
    said = alert_line(long, Pen(Speaker("en", ZONE, NAMES), NOW))
    assert len(said) <= LINE
    assert said.endswith("…`")
