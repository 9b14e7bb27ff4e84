"""The execution list of a watch: every line with its time, state and remark.

When all does not fit, what is well is folded first; what failed or was missed keeps its time to the last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.blockkit import limits
from bot.domain.card import PlanList
from bot.domain.text import Text, say
from bot.domain.watches.plan import Entry, EntryState
from bot.domain.watches.watch import WatchState
from bot.slack.cards import blocks as kit
from bot.slack.cards.blocks import Block, Drawn
from bot.slack.cards.pen import Pen, line
from bot.slack.cards.signs import ENTRIES
from bot.slack.cards.watches.entries import watch_title, what
from bot.slack.cards.watches.watch import end_of

_ROOM = 8000
_SECTIONS = 40
_WELL = frozenset({EntryState.NOT_APPLICABLE, EntryState.PASSED})
_CALM = _WELL | {EntryState.PENDING}

Day = Sequence[Entry]


@dataclass(frozen=True, slots=True)
class _Sheet:
    card: PlanList
    pen: Pen
    next: Entry | None


def draw_plan(card: PlanList, pen: Pen) -> Drawn:
    if card.watch is None:
        nothing = pen.write(say("No watch is running, so nothing is planned"))
        return Drawn(nothing, [kit.section(nothing)])
    title = watch_title(card.watch, pen)
    counted = pen.write(_sentence(card))
    blocks = [kit.header(title)]
    if card.watch.state is WatchState.ENDED:
        blocks.append(kit.section(f"*{pen.write(end_of(card.watch))}*"))
    if card.entries:
        blocks.append(kit.context(f"{counted} · {pen.zone()}"))
        blocks += _days(_Sheet(card, pen, _next(card)))
    else:
        blocks.append(kit.section(pen.write(say("Nothing is planned for today"))))
    if not card.whole:
        blocks.append(kit.context(pen.write(say("`/monitor plan all` shows every day"))))
    return Drawn(kit.shorten(pen.speaker.sentences(title, counted), 600), blocks)


def _days(sheet: _Sheet) -> list[Block]:
    days = [
        tuple(entries)
        for _, entries in groupby(sheet.card.entries, key=lambda entry: sheet.pen.speaker.day(entry.at))
    ]
    for tell in (_whole, _runs, _times):
        sections = _sections([_day(day, sheet, tell) for day in days])
        if len(sections) <= _SECTIONS and sum(map(len, sections)) <= _ROOM:
            break
    else:
        counts = sheet.pen.fill([_counts(day, sheet.pen) for day in days], _ROOM)
        sections = _sections([[counted] for counted in counts.split("\n")])
    return [kit.section(section) for section in sections]


def _next(card: PlanList) -> Entry | None:
    pending = (entry for entry in card.entries if entry.state is EntryState.PENDING)
    return next(pending, None)


def _sections(days: Sequence[Sequence[str]]) -> list[str]:
    """A section a day, or more where it is long; days of one line share one."""
    sections: list[str] = []
    shared = False
    for lines in days:
        joins = shared and len(lines) == 1
        shared = len(lines) == 1
        for number, each in enumerate(lines):
            if (number or joins) and len(sections[-1]) + 1 + len(each) <= limits.SECTION_TEXT:
                sections[-1] += f"\n{each}"
            else:
                sections.append(each)
    return sections


Tell = Callable[[Day, _Sheet], Iterator[str]]


def _day(day: Day, sheet: _Sheet, tell: Tell) -> list[str]:
    pen, now = sheet.pen, sheet.card.now
    over = day[-1].at < now and pen.speaker.day(day[-1].at) != pen.speaker.day(now)
    if over and all(entry.state in _WELL and not entry.notes for entry in day):
        return [_counts(day, pen)]
    return [f"*{pen.speaker.day(day[0].at)}*", *tell(day, sheet)]


def _whole(day: Day, sheet: _Sheet) -> Iterator[str]:
    """A line an entry, with remark and notes; what was over before the watch began is one line."""
    for idle, run in groupby(day, key=_idle):
        entries = list(run)
        if idle and len(entries) > 1:
            yield _folded(entries, sheet.pen)
        else:
            yield from (_line(entry, sheet, 200) for entry in entries)


def _idle(entry: Entry) -> bool:
    return entry.state is EntryState.NOT_APPLICABLE and not entry.remark and not entry.notes


def _folded(entries: Sequence[Entry], pen: Pen) -> str:
    first, last = (pen.speaker.time_of_day(entry.at) for entry in (entries[0], entries[-1]))
    state = entries[0].state
    return f":{ENTRIES[state].emoji}: {first}–{last} {_counted(state, len(entries), pen)}"


def _runs(day: Day, sheet: _Sheet) -> Iterator[str]:
    """A line a run of what is well or still to come; a line each for the rest."""
    for (state, noted), run in groupby(day, key=lambda entry: (entry.state, bool(entry.notes))):
        entries = list(run)
        if state not in _CALM or noted or len(entries) == 1:
            yield from (_line(entry, sheet, 80) for entry in entries)
            continue
        yield _folded(entries, sheet.pen)


def _times(day: Day, sheet: _Sheet) -> Iterator[str]:
    """A line a state and kind: the times of what is not well, the number of the rest."""
    pen = sheet.pen
    states = Counter(entry.state for entry in day)
    for state in sorted(states, key=lambda state: -ENTRIES[state].rank):
        if state in _CALM:
            yield f":{ENTRIES[state].emoji}: {_counted(state, states[state], pen)}"
            continue
        times: dict[str, list[str]] = {}
        for entry in day:
            if entry.state is state:
                times.setdefault(_what(entry, pen), []).append(pen.speaker.time_of_day(entry.at))
        for words, at in times.items():
            yield f":{ENTRIES[state].emoji}: {_word(state, pen)} · {words} · {pen.fill(at, 2400, ', ')}"


def _counts(day: Day, pen: Pen) -> str:
    """`✅ Mon 19 Jan · passed: 45 · not applicable: 8`, the worst first."""
    states = sorted(Counter(entry.state for entry in day).items(), key=lambda item: -ENTRIES[item[0]].rank)
    counted = " · ".join(_counted(state, count, pen) for state, count in states)
    worst = max(states, key=lambda item: (ENTRIES[item[0]].rank, item[0] is EntryState.PASSED))
    return f":{ENTRIES[worst[0]].emoji}: *{pen.speaker.day(day[0].at)}* · {counted}"


def _line(entry: Entry, sheet: _Sheet, most: int) -> str:
    pen, sign, word = sheet.pen, ENTRIES[entry.state], _word(entry.state, sheet.pen)
    emoji = sign.emoji
    if entry is sheet.next:
        emoji, word = "arrow_forward", f"*{pen.write(say('next'))}*"
    said = f":{emoji}: {pen.speaker.time_of_day(entry.at)} {_what(entry, pen)} · {word}"
    if entry.remark:
        said += f" · {kit.shorten(pen.write(entry.remark), most)}"
    notes = pen.fill([line(note) for note in entry.notes], most, " · ")
    return f"{said} · :speech_balloon: {notes}" if notes else said


def _what(entry: Entry, pen: Pen) -> str:
    return kit.shorten(what(entry, pen), 120)


def _word(state: EntryState, pen: Pen) -> str:
    """What is not well stands out."""
    word = pen.write(ENTRIES[state].word)
    return f"*{word}*" if ENTRIES[state].rank else word


def _counted(state: EntryState, count: int, pen: Pen) -> str:
    return pen.named(_word(state, pen), str(count))


def _sentence(card: PlanList) -> Text:
    passed, failed, missed = (
        sum(entry.state is state for entry in card.entries)
        for state in (EntryState.PASSED, EntryState.FAILED, EntryState.MISSED)
    )
    return say(
        "Of {count} entries: passed {passed}, failed {failed}, missed {missed}",
        count=len(card.entries),
        passed=passed,
        failed=failed,
        missed=missed,
    )
