"""Commands about who carries the pager."""

from __future__ import annotations

from bot.domain.commands.arguments import SCHEDULE, person
from bot.domain.commands.definition import Argument, Definition, Kind, Section
from bot.domain.text import say

ONCALL = Section(
    title=say("On call"),
    commands=(
        Definition(
            word="oncall",
            examples=("oncall", "oncall primary"),
            summary=say("Who is on call, who follows, who would be paged"),
            arguments=(SCHEDULE,),
        ),
        Definition(
            word="override",
            examples=("override lin 4h", "override primary replace lin chen 1d", "override cancel 4f2a"),
            summary=say("Put somebody else on call for a while, or take that back: override cancel ID"),
            form=True,
            arguments=(
                SCHEDULE,
                Argument(
                    kind=Kind.WORD,
                    choices=("add", "remove", "replace", "cancel"),
                    about=say(
                        "Beside whoever is on call; away from it; the first for the second; take an override "
                        "back; left out: this person alone"
                    ),
                ),
                person(say("Who: a key of `people`, a name or a mention"), required=False),
                person(say("Who comes instead, after `replace`"), required=False),
                Argument(
                    name="4h",
                    kind=Kind.LENGTH,
                    about=say("How long, or from when until when: `20:00 to 23:00`; of `cancel` the ID"),
                    many=True,
                ),
            ),
        ),
        Definition(
            word="swap",
            examples=("swap chen", "swap primary lin chen"),
            summary=say("Let two people take each other's next shift"),
            arguments=(
                SCHEDULE,
                person(say("With whom: a key of `people`, a name or a mention")),
                person(say("The other one; left out: you"), required=False),
            ),
        ),
    ),
)
