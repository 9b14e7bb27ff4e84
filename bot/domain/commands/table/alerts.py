"""Commands about alerts, and what keeps them quiet."""

from __future__ import annotations

from bot.domain.commands.arguments import ALERT, REASON, SERVICE, length, text
from bot.domain.commands.definition import Argument, Definition, Kind, Section
from bot.domain.text import say

ALERTS = Section(
    title=say("Alerts and silences"),
    commands=(
        Definition(word="alerts", examples=("alerts",), summary=say("The open alerts, most urgent first")),
        Definition(
            word="ack",
            examples=("ack", "ack latency_p99", "ack orders/latency_p99"),
            summary=say("Take an alert: its escalation stops"),
            arguments=(ALERT,),
        ),
        Definition(
            word="take",
            examples=("take latency_p99",),
            summary=say("Take an alert over, whoever has it or must acknowledge it"),
            arguments=(ALERT,),
        ),
        Definition(
            word="snooze",
            examples=("snooze 30m", "snooze latency_p99 1h"),
            summary=say("Take an alert and be woken again by it later, unless it is over"),
            arguments=(ALERT, length("1h", say("How long; left out: 1h"))),
        ),
        Definition(
            word="unack",
            examples=("unack latency_p99",),
            summary=say("Give an alert back: its escalation goes on"),
            arguments=(ALERT,),
        ),
        Definition(
            word="resolve",
            examples=("resolve latency_p99",),
            summary=say("Close an alert by hand"),
            arguments=(ALERT,),
        ),
        Definition(
            word="escalate",
            examples=("escalate", "escalate latency_p99"),
            summary=say("Page the next level now"),
            arguments=(ALERT,),
        ),
        Definition(
            word="alert",
            examples=("alert the payment page is blank", "alert orders warning the queue grows"),
            summary=say("Raise an alert by hand: whoever is on call is paged if it is critical"),
            form=True,
            arguments=(
                SERVICE,
                Argument(
                    kind=Kind.WORD,
                    choices=("critical", "warning"),
                    about=say("How bad it is; left out: critical"),
                ),
                text(say("What is wrong")),
            ),
        ),
        Definition(
            word="silence",
            examples=(
                "silence latency_p99 1h",
                "silence severity=warning host=~db-.* 2h the disks are being changed",
            ),
            summary=say("Let alerts be quiet for a while: an alert, or `severity=warning host=~db-.*`"),
            form=True,
            arguments=(
                Argument(
                    name="MATCHER",
                    kind=Kind.ALERT,
                    about=say("An alert, or what its labels must be: `=`, `!=`, `=~` and `!~`; all must fit"),
                    required=True,
                    many=True,
                ),
                length("1h", say("How long"), required=True),
                REASON,
            ),
        ),
        Definition(
            word="silences",
            examples=("silences",),
            summary=say("What is silenced, and the maintenance windows"),
        ),
        Definition(
            word="unsilence",
            examples=("unsilence", "unsilence 4f2a"),
            summary=say("End a silence"),
            arguments=(
                Argument(
                    name="ID",
                    kind=Kind.SILENCE,
                    about=say("Of the silence, as `silences` shows it; left out: the only one there is"),
                ),
            ),
        ),
    ),
)
