"""What people have to do with reports: ask for them, sign them, correct them; and who is reminded."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Sequence
from datetime import datetime

from bot.domain.alerts.alert import Refusal
from bot.domain.card import Choice, Form, Line, Message, Reminder
from bot.domain.oncall.escalation import Target
from bot.domain.oncall.roster import reach
from bot.domain.report.filed import Filed, Reach, sign, to_remind
from bot.domain.report.report import ReportKind
from bot.domain.setup import Person, Service, Setup
from bot.domain.text import say
from bot.domain.watches.listing import Listed, Remark
from bot.domain.watches.plan import Entry, EntryKind
from bot.domain.watches.watch import Watch
from bot.engine.ledger import Delivery, Lane, Outdated, Parcel
from bot.engine.people.request import Request
from bot.engine.ports import Place
from bot.engine.record import redraw
from bot.engine.reports.publish import CAPTURE
from bot.engine.watches.steer import no_watch
from bot.engine.world import World

_GONE = say("That report is not in the database any more; nothing was changed")


def report_command(request: Request) -> Message:
    """`/monitor report [hourly|daily|weekly|summary|final] [VERSION]`: it is composed and posted."""
    kind, rest = kind_of(request.arguments)
    watches = request.ledger.watches.open_all()
    named = [each for each in watches if not rest or rest[0] in (each.version, each.service, each.id)]
    if rest and not named and (near := difflib.get_close_matches(rest[0], KINDS, n=1, cutoff=0.5)):
        text = say("No report is called `{word}`; there are {all}", word=rest[0], all=", ".join(KINDS))
        return Choice(text=text, commands=(f"report {near[0]}",))
    if rest and not named and len(rest) == len(request.arguments):  # it may be meant for a kind, too
        text = say(
            "No report and no watch is called `{word}`; reports are {all}", word=rest[0], all=", ".join(KINDS)
        )
        return Choice(text=text, commands=tuple(f"report {each}" for each in KINDS))
    if rest and not named:
        return no_watch(rest[0], watches, ("report", kind))
    for service, watch in _wanted(request.world.setup, named):
        request.ledger.entries.enter([_by_hand(request, kind, service, watch)])
    return Line(text=say("The report is being composed; it follows in the channel"))


KINDS = tuple(str(kind) for kind in ReportKind if kind is not ReportKind.BASELINE)


def kind_of(words: Sequence[str]) -> tuple[str, list[str]]:
    """Which report the words ask for, a daily one where they do not say; and the others of them."""
    kinds = [word for word in words if word in KINDS]
    return (kinds or [str(ReportKind.DAILY)])[0], [word for word in words if word not in kinds[:1]]


def baseline_command(request: Request) -> Message:
    """`/monitor baseline`: before and after, table and picture; `capture` keeps what was before now."""
    captures = CAPTURE in request.arguments
    kind = CAPTURE if captures else str(ReportKind.BASELINE)
    for service, watch in _wanted(request.world.setup, list(request.ledger.watches.open_all())):
        request.ledger.entries.enter([_by_hand(request, kind, service, watch)])
    if captures:
        return Line(text=say("The baseline is being captured; the channel is told"))
    return Line(text=say("The comparison is being made; it follows in the channel"))


def _wanted(setup: Setup, watches: list[Watch]) -> list[tuple[Service, Watch | None]]:
    """The newest watch that was named or runs; without any watch every service."""
    for watch in reversed(watches):
        if watch.service in setup.services:
            return [(setup.services[watch.service], watch)]
    return [(service, None) for service in setup.services.values()]


def _by_hand(request: Request, kind: str, service: Service, watch: Watch | None) -> Listed:
    seed = f"{service.key}/{request.inbound.identity}/{kind}"
    return Listed(
        id=f"r{hashlib.sha256(seed.encode()).hexdigest()[:9]}",
        service=service.key,
        channel=watch.channel if watch else service.channel,
        watch=None,
        entry=Entry(at=request.now, kind=EntryKind.REPORT, report=kind),
        asked_by=request.person,
        about=watch.id if watch else "",
        next_at=request.now,
    )


def press_report(request: Request, verb: str, report_id: str) -> Message | Form | None:
    """A button of a report's card: `sign`, or `correct`, which asks what has changed."""
    filed = request.ledger.reports.get(report_id)
    if filed is None:
        return Line(text=_GONE)
    if verb == "correct":
        return Form(verb="correct", subject=report_id, title=say("Correct the report"))
    signed = sign(filed, request.person, reaching(request.world.setup, request.now), request.now)
    if isinstance(signed, Refusal):
        return Line(text=signed.reason)
    try:
        request.ledger.reports.sign(signed, filed)
    except Outdated:
        return Line(text=say("Somebody else signed at this very moment: press once more"))
    channel = _channel(request, filed)
    request.ledger.outbox.put(redraw(Parcel.REPORT_CARD, report_id, channel, request.now))
    return None


def submit_correction(request: Request, report_id: str, what: str) -> Line | None:
    """The form came back: a new version is composed as soon as anybody has time."""
    filed = request.ledger.reports.get(report_id)
    if filed is None:
        return Line(text=_GONE)
    if not what.strip():
        return Line(text=say("A correction says what has changed; nothing was changed"))
    report = filed.report
    seed = f"{report.id}/{report.revision}"
    corrects = Listed(
        id=f"r{hashlib.sha256(seed.encode()).hexdigest()[:9]}",
        service=report.service,
        channel=_channel(request, filed),
        watch=None,
        entry=Entry(at=request.now, kind=EntryKind.REPORT, report=report.kind),
        asked_by=request.person,
        remarks=(Remark(at=request.now, by=request.person, text=what.strip()),),
        about=report.watch or "",
        corrects=report.id,
        next_at=request.now,
    )
    request.ledger.entries.enter([corrects])
    return None


def reaching(setup: Setup, now: datetime) -> Reach:
    """Who is meant by a role now."""

    def people(role: Target) -> tuple[str, ...]:
        return reach(setup, (role,), now).people

    return people


def remind_due(world: World, now: datetime) -> bool:
    """Remind one person a role of a report that is not signed. False when none is due."""
    with world.store.transaction() as ledger:
        filed = ledger.reports.claim(now)
        if filed is None:
            return False
        report = filed.report
        service = world.setup.services.get(report.service)
        watch = ledger.watches.get(report.watch) if report.watch else None
        channel = watch.channel if watch else service.channel if service else ""
        for role, key in to_remind(filed, reaching(world.setup, now)) if channel else ():
            person = world.setup.people.get(key) or Person(key=key, name=key)
            text = say("{report} is not signed yet by {role}", report=report.title, role=str(role))
            ledger.outbox.put(
                Delivery(
                    operation=f"{report.id}/remind/{report.revision}/{role}",
                    lane=Lane.CARD,
                    parcel=Parcel.REMIND,
                    subject=report.id,
                    place=Place(channel=channel),
                    body=Reminder(person=person, text=text),
                    created_at=now,
                    look_at=now,
                )
            )
    world.bell.ring()
    return True


def _channel(request: Request, filed: Filed) -> str:
    watch = request.ledger.watches.get(filed.report.watch) if filed.report.watch else None
    service = request.world.setup.services.get(filed.report.service)
    return watch.channel if watch else service.channel if service else request.inbound.channel
