"""Commands for emergencies."""

from __future__ import annotations

from bot.domain.commands.arguments import DRY, REASON, SERVICE, length, text
from bot.domain.commands.definition import Argument, Definition, Kind, Section
from bot.domain.text import say

_OPEN = Argument(name="ID", kind=Kind.INCIDENT, about=say("Of the incident; left out: the one that is open"))

_PARTS = (
    Definition(
        word="open",
        examples=("playbook open duplicated-orders",),
        summary=say("Open a playbook: its steps stand in a thread of the channel"),
        arguments=(
            Argument(
                name="PLAYBOOK",
                kind=Kind.PLAYBOOK,
                about=say("Which; SERVICE/PLAYBOOK where several services have it"),
                required=True,
            ),
        ),
    ),
    Definition(
        word="lead",
        examples=("playbook lead",),
        summary=say("Take the lead of the open playbook"),
        arguments=(_OPEN,),
    ),
    Definition(
        word="extend",
        examples=("playbook extend 10m the index is almost built",),
        summary=say("Take more time until rollback falls due"),
        arguments=(
            _OPEN,
            length("10m", say("How much more"), required=True),
            text(REASON.about, REASON.name),
        ),
    ),
    Definition(
        word="accept",
        examples=("playbook accept the orders are repaired by hand",),
        summary=say("Accept the risk instead of rolling back"),
        arguments=(_OPEN, text(REASON.about, REASON.name)),
    ),
    Definition(
        word="close",
        examples=("playbook close false alarm",),
        summary=say("Close the open playbook"),
        arguments=(_OPEN, REASON),
    ),
    Definition(
        word="export",
        examples=("playbook export",),
        summary=say("The post-mortem: everything that happened, with the numbers"),
        arguments=(
            Argument(name="ID", kind=Kind.INCIDENT, about=say("Of the incident; left out: the last one")),
        ),
    ),
)

INCIDENTS = Section(
    title=say("Emergencies"),
    commands=(
        Definition(
            word="playbook",
            examples=("playbook", *(part.examples[0] for part in _PARTS)),
            summary=say("The emergency flows: open one, lead it, take more time, accept the risk"),
            parts=_PARTS,
        ),
        Definition(
            word="action",
            examples=("action", "action resume-orders", "action resume-orders dry"),
            summary=say("What can be done to the service: stop orders, restart a worker, …"),
            arguments=(
                Argument(
                    name="ACTION",
                    kind=Kind.ACTION,
                    about=say(
                        "Which; SERVICE/ACTION where several services have it; left out: all are listed"
                    ),
                ),
                DRY,
            ),
        ),
        Definition(
            word="rollback",
            examples=("rollback", "rollback orders dry"),
            summary=say("Roll the deployment back, after asking; the checks verify it"),
            arguments=(SERVICE, DRY),
        ),
        Definition(
            word="note",
            examples=("note the index is missing",),
            summary=say("Add a note to the timeline of the incident"),
            arguments=(
                _OPEN,
                text(say("What there is to say")),
            ),
        ),
    ),
)
