"""A watch: its card, how far it is, and what people can do to it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.card import WatchCard, WatchList
from bot.domain.text import Instant, Name, Span, Text, say
from bot.domain.watches.watch import Progress, Stage, Watch, WatchState
from bot.slack.cards import blocks as kit
from bot.slack.cards.blocks import Block, Drawn
from bot.slack.cards.pen import Pen
from bot.slack.cards.signs import Sign
from bot.slack.cards.watches.entries import next_round, watch_title
from bot.slack.cards.watches.panel import overall, panel_blocks, summary

_STAGES = {Stage.DONE: "white_check_mark", Stage.NOW: "arrow_forward", Stage.AHEAD: "white_circle"}
_PAUSED = Sign("double_vertical_bar", say("PAUSED"), 1)
_ENDED = Sign("checkered_flag", say("ENDED"), 1)
_ROLLED_BACK = Sign("leftwards_arrow_with_hook", say("ROLLED BACK"), 1)
_RUNNING = Sign("arrow_forward", say("running"))
_MOST_BLOCKS = 32
_MOST_WATCHES = 10
_BAR = 10

_VERBS = {
    "watch-resume": say("Resume"),
    "watch-pause": say("Pause…"),
    "watch-densify": say("Intensify…"),
    "watch-extend": say("Extend…"),
    "watch-stop": say("Stop…"),
}


def draw_watch(card: WatchCard, pen: Pen) -> Drawn:
    watch = card.watch
    title = _headline(card, pen)
    about = [
        (pen.write(say("Since ({zone})", zone=pen.speaker.zone)), pen.instant(watch.deployed_at)),
        (pen.write(say("Next round")), next_round(card.next_round, pen)),
        (pen.write(say("Owner")), pen.name(watch.owner) if watch.owner else pen.write(say("nobody"))),
    ]
    standing = [*_standing(watch, pen), *(_progress(card.progress, pen) if card.progress else ())]
    blocks = [kit.header(title)]
    if standing:
        blocks.append(kit.section("\n".join(standing), accessory=_menu(watch, pen)))
        blocks.append(kit.fields(about))
    else:
        blocks.append({**kit.fields(about), **({"accessory": menu} if (menu := _menu(watch, pen)) else {})})
    blocks += panel_blocks(card.panel, pen, 4500, _MOST_BLOCKS)
    said = pen.speaker.sentences(title, *_standing(watch, pen)[:1], summary(card.panel, pen))
    return Drawn(kit.shorten(said.replace("*", ""), 1500), blocks)


def draw_watches(card: WatchList, pen: Pen) -> Drawn:
    heading = pen.write(say("Watches: {count}", count=len(card.watches)))
    if not card.watches:
        heading = pen.write(say("No watch is running"))
    blocks = [kit.section(f"*{heading}*")]
    for watch, progress in card.watches[:_MOST_WATCHES]:
        blocks += watch_blocks(watch, progress, pen)
    if len(card.watches) > _MOST_WATCHES:
        more = say("and {count} more", count=len(card.watches) - _MOST_WATCHES)
        blocks.append(kit.context(pen.write(more)))
    if card.services:
        blocks.append(
            kit.actions(kit.button(pen.write(say("Start a watch…")), "watch.start", "watch-start:"))
        )
    titles = [watch_title(watch, pen) for watch, _ in card.watches]
    return Drawn(pen.speaker.sentences(heading, pen.fill(titles, 600, "; ")), blocks)


def watch_blocks(watch: Watch, progress: Progress, pen: Pen) -> list[Block]:
    """A watch in short: what, how it stands, how far it is, and the menu."""
    title = f":{_sign(watch).emoji}: *{kit.shorten(watch_title(watch, pen), 120)}*"
    lines = [title, *_standing(watch, pen), *_progress(progress, pen, room=260)]
    return [kit.section("\n".join(lines), accessory=_menu(watch, pen))]


def _sign(watch: Watch) -> Sign:
    if watch.rolled_back:
        return _ROLLED_BACK
    if watch.state is WatchState.ENDED:
        return _ENDED
    return _PAUSED if watch.state is WatchState.PAUSED else _RUNNING


def _headline(card: WatchCard, pen: Pen) -> str:
    """How the service stands; a pause and an end come first, but hide nothing that is bad."""
    health, life = overall(card.panel), _sign(card.watch)
    words = watch_title(card.watch, pen)
    if not life.rank:
        return health.title(pen, words)
    if health.rank and card.watch.state is not WatchState.ENDED:
        both = pen.speaker.join((pen.write(health.word), pen.write(life.word)))
        return f":{health.emoji}: {both} – {words}"
    return life.title(pen, words)


def _standing(watch: Watch, pen: Pen) -> list[str]:
    """What is out of the ordinary: a pause, an end, denser monitoring."""
    lines: list[str] = []
    if watch.state is WatchState.ENDED or watch.rolled_back:
        lines.append(f"*{_said(end_of(watch), pen)}*")
    elif watch.state is WatchState.PAUSED:
        lines.append(f"*{_said(_pause(watch), pen)}*")
    if watch.denser and watch.state is not WatchState.ENDED and pen.now < watch.denser.until:
        lines.append(f":zap: {_said(_denser(watch.denser.every, watch.denser.until, watch.denser.by), pen)}")
    return lines


def _said(text: Text, pen: Pen) -> str:
    return kit.shorten(pen.write(text), 200)


def end_of(watch: Watch) -> Text:
    """`ROLLED BACK at 12:05 by Lin Wei`, or how else it ended."""
    word = _sign(watch).word
    if watch.ended_at is None:
        return word
    if watch.ended_by is None:
        return say("{state} at {at}", state=word, at=Instant(watch.ended_at))
    return say(
        "{state} at {at} by {person}", state=word, at=Instant(watch.ended_at), person=Name(watch.ended_by)
    )


def _pause(watch: Watch) -> Text:
    who = Name(watch.paused_by or "")
    if watch.paused_until is None:
        return say("PAUSED by {person}, until somebody resumes it", person=who)
    return say("PAUSED until {at} by {person}", at=Instant(watch.paused_until), person=who)


def _denser(every: timedelta, until: datetime, by: str) -> Text:
    return say(
        "A round every {span} until {at}, asked for by {person}",
        span=Span.of(every),
        at=Instant(until),
        person=Name(by),
    )


def _progress(progress: Progress, pen: Pen, room: int = 900) -> list[str]:
    total = max(progress.total, progress.done, 1)
    full = _BAR * max(progress.done, 0) // total
    counted = pen.write(say("{done} of {total} done", done=progress.done, total=progress.total))
    bar = "▰" * full + "▱" * (_BAR - full)
    stages = [
        f":{_STAGES[stage]}:\u00a0{f'*{words}*' if stage is Stage.NOW else words}"
        for text, stage in progress.stages
        if (words := kit.shorten(pen.write(text), 60))
    ]
    return [f"{bar} {counted}", *([pen.fill(stages, room, "  ")] if stages else [])]


def _menu(watch: Watch, pen: Pen) -> Block | None:
    """Only what applies; nothing applies to a watch that has ended."""
    if watch.state is WatchState.ENDED:
        return None
    left_out = "watch-pause" if watch.state is WatchState.PAUSED else "watch-resume"
    options = [(pen.write(words), f"{verb}:{watch.id}") for verb, words in _VERBS.items() if verb != left_out]
    return kit.overflow(f"watch.more.{watch.id}", options)
