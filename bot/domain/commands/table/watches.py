"""Commands about watches, their plan and what is judged."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.commands.arguments import REASON, SERVICE, WATCH, length, text
from bot.domain.commands.definition import Argument, Definition, Kind, Section
from bot.domain.text import say

_PARTS = (
    Definition(
        word="start",
        examples=("watch start v1.4.2", "watch start orders v1.4.2"),
        summary=say("Start a watch of a deployment"),
        arguments=(
            SERVICE,
            Argument(name="VERSION", kind=Kind.WORD, about=say("What was deployed"), option="--version"),
        ),
    ),
    Definition(
        word="list",
        examples=("watch list",),
        summary=say("The watches that have not ended, with how far they are"),
    ),
    Definition(
        word="pause",
        examples=("watch pause", "watch pause v1.4.2 2h"),
        summary=say("No rounds for a while; alerts and sampling go on"),
        arguments=(WATCH, length("1h", say("How long; left out: 1h"))),
    ),
    Definition(word="resume", examples=("watch resume",), summary=say("End a pause"), arguments=(WATCH,)),
    Definition(
        word="extend",
        examples=("watch extend 2d",),
        summary=say("Let the plan go on for some days, like its last one"),
        arguments=(WATCH, length("2d", say("How many days"), required=True)),
    ),
    Definition(
        word="stop",
        examples=("watch stop", "watch stop v1.4.2 v1.4.3 is out"),
        summary=say("End a watch"),
        arguments=(WATCH, REASON),
    ),
    Definition(
        word="intensify",
        examples=("watch intensify", "watch intensify 10m 2h"),
        summary=say("More rounds for a while, and back to the plan's cadence by itself"),
        arguments=(
            WATCH,
            length("10m", say("Time between rounds; left out: 15m")),
            length("2h", say("How long; left out: 12h")),
        ),
    ),
)

_NEWEST = replace(WATCH, about=say("A watch: its version or its ID; left out: the newest"))

WATCHES = Section(
    title=say("Watches"),
    commands=(
        Definition(
            word="watch",
            examples=("watch", *(part.examples[-1] for part in _PARTS if part.word != "list")),
            summary=say("The watches; start one, or change its course"),
            parts=_PARTS,
        ),
        Definition(
            word="plan",
            examples=("plan", "plan all", "plan all v1.4.2"),
            summary=say("The execution list: today, or the whole"),
            arguments=(
                Argument(
                    kind=Kind.WORD,
                    choices=("all",),
                    about=say("Every day, not today alone"),
                    option="--all",
                ),
                _NEWEST,
            ),
        ),
        Definition(
            word="remark",
            examples=("remark 14:00 the index is rebuilt",),
            summary=say("Add a remark to what is on the list at that time"),
            arguments=(
                WATCH,
                Argument(name="HH:MM", kind=Kind.WORD, about=say("When that is due today"), required=True),
                text(say("What there is to say")),
            ),
        ),
        Definition(
            word="gate",
            examples=("gate", "gate why", "gate v1.4.2"),
            summary=say("How the last gate came out, and why it has not passed"),
            arguments=(
                Argument(kind=Kind.WORD, choices=("why",), about=say("Only what has not passed")),
                _NEWEST,
            ),
        ),
        Definition(
            word="baseline",
            examples=("baseline", "baseline capture"),
            summary=say("Every metric before and after the deployment; keep what was before now"),
            parts=(
                Definition(
                    word="compare",
                    examples=("baseline compare",),
                    summary=say(
                        "Compare every metric before and after: by size of change and by a test of ranks"
                    ),
                ),
                Definition(
                    word="capture",
                    examples=("baseline capture",),
                    summary=say("Keep what was measured before now, for comparisons to come"),
                ),
            ),
        ),
        Definition(
            word="report",
            examples=("report", "report daily", "report final v1.4.2"),
            summary=say("A report of the time until now: it is composed and posted"),
            arguments=(
                Argument(
                    kind=Kind.WORD,
                    choices=("hourly", "daily", "weekly", "summary", "final"),
                    about=say("Which; `summary` is of the first 24 hours; left out: daily"),
                ),
                replace(_NEWEST, option="--watch"),
            ),
        ),
    ),
)
