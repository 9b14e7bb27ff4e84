"""The commands: one definition for Slack, for the command line, and for whoever offers them."""

from __future__ import annotations

from bot.domain.commands.definition import Definition, Word
from bot.domain.text import say

_WATCH: tuple[Word, ...] = (
    Word(word="start", usage="[VERSION]", most=1),
    Word(word="pause", usage="[WATCH] [1h]", most=2),
    Word(word="resume", usage="[WATCH]", most=1),
    Word(word="extend", usage="[WATCH] 2d", most=2),
    Word(word="stop", usage="[WATCH] [REASON]", most=1, free=True),
    Word(word="intensify", usage="[WATCH] [10m 2h]", most=3),
)

_PLAYBOOK: tuple[Word, ...] = (
    Word(word="open", usage="PLAYBOOK", least=1, most=1),
    Word(word="lead"),
    Word(word="extend", usage="10m REASON", least=2, most=2, free=True),
    Word(word="accept", usage="REASON", least=1, most=1, free=True),
    Word(word="close", usage="[REASON]", most=1, free=True),
    Word(word="export", usage="[ID]", most=1),
)

TABLE: tuple[Definition, ...] = (
    Definition(
        word="status", examples=("status",), summary=say("The live panel: every value beside its target")
    ),
    Definition(
        word="run",
        examples=("run", "run hourly"),
        usage="[checklist]",
        summary=say("Run the checks now and post the round"),
        most=1,
    ),
    Definition(word="alerts", examples=("alerts",), summary=say("The open alerts, most urgent first")),
    Definition(
        word="alert",
        examples=("alert the payment page is blank", "alert orders warning the queue grows"),
        usage="[SERVICE] [critical|warning] TEXT",
        summary=say("Raise an alert by hand: whoever is on call is paged if it is critical"),
        least=1,
        most=1,
        free=True,
    ),
    Definition(
        word="errors",
        examples=("errors", "errors all"),
        usage="[all]",
        summary=say("New types of errors in the logs; mark those that are known"),
        most=1,
    ),
    Definition(
        word="ack",
        examples=("ack", "ack latency_p99", "ack orders/latency_p99"),
        usage="[alert]",
        summary=say("Take an alert: its escalation stops"),
        most=1,
    ),
    Definition(
        word="take",
        examples=("take latency_p99",),
        usage="[alert]",
        summary=say("Take an alert over, whoever has it or must acknowledge it"),
        most=1,
    ),
    Definition(
        word="snooze",
        examples=("snooze 30m", "snooze latency_p99 1h"),
        usage="[alert] [1h]",
        summary=say("Take an alert and be woken again by it later, unless it is over"),
        most=2,
    ),
    Definition(
        word="unack",
        examples=("unack latency_p99",),
        usage="[alert]",
        summary=say("Give an alert back: its escalation goes on"),
        most=1,
    ),
    Definition(
        word="resolve",
        examples=("resolve latency_p99",),
        usage="[alert]",
        summary=say("Close an alert by hand"),
        most=1,
    ),
    Definition(
        word="escalate",
        examples=("escalate", "escalate latency_p99"),
        usage="[alert]",
        summary=say("Page the next level now"),
        most=1,
    ),
    Definition(
        word="silence",
        examples=(
            "silence latency_p99 1h",
            "silence severity=warning host=~db-.* 2h the disks are being changed",
        ),
        usage="MATCHER… 1h [REASON]",
        summary=say("Let alerts be quiet for a while: an alert, or `severity=warning host=~db-.*`"),
        least=1,
        most=1,
        free=True,
    ),
    Definition(
        word="silences", examples=("silences",), summary=say("What is silenced, and the maintenance windows")
    ),
    Definition(
        word="unsilence",
        examples=("unsilence", "unsilence 4f2a"),
        usage="[ID]",
        summary=say("End a silence"),
        most=1,
    ),
    Definition(
        word="oncall",
        examples=("oncall", "oncall primary"),
        usage="[schedule]",
        summary=say("Who is on call, who follows, who would be paged"),
        most=1,
    ),
    Definition(
        word="override",
        examples=("override lin 4h", "override primary replace lin chen 1d", "override cancel 4f2a"),
        usage="[SCHEDULE] [add|remove|replace] PERSON [PERSON] 4h",
        summary=say("Put somebody else on call for a while, or take that back: override cancel ID"),
        most=8,
    ),
    Definition(
        word="swap",
        examples=("swap chen", "swap primary lin chen"),
        usage="[SCHEDULE] PERSON [PERSON]",
        summary=say("Let two people take each other's next shift"),
        least=1,
        most=3,
    ),
    Definition(
        word="plan",
        examples=("plan", "plan all", "plan all v1.4.2"),
        usage="[all] [WATCH]",
        summary=say("The execution list: today, or the whole"),
        most=2,
    ),
    Definition(
        word="gate",
        examples=("gate", "gate why"),
        usage="[why] [VERSION]",
        summary=say("How the last gate came out, and why it has not passed"),
        most=2,
    ),
    Definition(
        word="baseline",
        examples=("baseline", "baseline capture"),
        usage="[capture]",
        summary=say("Every metric before and after the deployment; keep what was before now"),
        most=1,
    ),
    Definition(
        word="report",
        examples=("report", "report daily", "report final v1.4.2"),
        usage="[hourly|daily|weekly|summary|final] [VERSION]",
        summary=say("Compose a report of the time until now and post it; a day without a word"),
        most=2,
    ),
    Definition(
        word="remark",
        examples=("remark 14:00 the index is rebuilt",),
        usage="[WATCH] HH:MM TEXT",
        summary=say("Add a remark to what is on the list at that time"),
        least=2,
        most=2,
        free=True,
    ),
    Definition(
        word="watch",
        examples=(
            "watch",
            "watch start v1.4.2",
            "watch pause 1h",
            "watch extend 2d",
            "watch stop v1.4.2 v1.4.3 is out",
            "watch intensify 10m 2h",
        ),
        usage=f"[{'|'.join(part.word for part in _WATCH)}]",
        summary=say("The watches; start one, or change its course"),
        parts=_WATCH,
    ),
    Definition(
        word="action",
        examples=("action", "action resume-orders", "action resume-orders dry"),
        usage="[ACTION] [dry]",
        summary=say("What can be done to the service: stop orders, restart a worker, …"),
        most=2,
    ),
    Definition(
        word="playbook",
        examples=(
            "playbook",
            "playbook open duplicated-orders",
            "playbook extend 10m the index is almost built",
            "playbook close false alarm",
        ),
        usage=f"[{'|'.join(part.word for part in _PLAYBOOK)}]",
        summary=say("The emergency flows: open one, lead it, take more time, accept the risk"),
        parts=_PLAYBOOK,
    ),
    Definition(
        word="rollback",
        examples=("rollback", "rollback orders dry"),
        usage="[SERVICE] [dry]",
        summary=say("Roll the deployment back, after asking; the checks verify it"),
        most=2,
    ),
    Definition(
        word="note",
        examples=("note the index is missing",),
        usage="[ID] TEXT",
        summary=say("Add a note to the timeline of the incident"),
        least=1,
        most=1,
        free=True,
    ),
    Definition(
        word="reload",
        examples=("reload",),
        summary=say("Read config.yaml again; running watches keep their plan"),
    ),
    Definition(
        word="help",
        examples=("help", "help watch"),
        usage="[COMMAND]",
        most=1,
        summary=say("This list, or more about one command"),
    ),
)


TERMINAL = ("token",)
"""Words of the command line alone that `permissions` may name too."""


def definition_of(word: str) -> Definition | None:
    """The command of this word."""
    return next((each for each in TABLE if each.word == word.lower()), None)
