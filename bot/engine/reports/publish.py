"""A report falls due: composed from what is stored, filed, posted, and its files sent after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.card import Line, ReportCard
from bot.domain.report.filed import Filed, first_reminder
from bot.domain.report.report import Report, ReportKind
from bot.domain.text import say
from bot.domain.watches.listing import Listed
from bot.domain.watches.plan import EntryState
from bot.engine.ledger import Delivery, Lane, Ledger, Parcel
from bot.engine.measures.baselines import capture
from bot.engine.ports import Place
from bot.engine.record import head, home_changes, note, redraw, watch_redraw
from bot.engine.reports.gather import Asked, compose, report_id
from bot.engine.world import World

CAPTURE = "capture"
"""A baseline to be captured stands on a list like a report to be composed: it takes as long."""

PATIENCE = timedelta(minutes=2)
"""Composing takes seconds; after this time somebody else takes it up."""


def publish(world: World, listed: Listed) -> None:
    """The report of an entry: read outside of any decision, then filed and posted in one."""
    now = world.clock.now()
    if listed.entry.report == CAPTURE:
        _capture(world, listed, now)
        return
    with world.store.reading() as ledger:
        asked = _asked(ledger, world, listed)
        report = compose(ledger, world.setup, asked, now)
    with world.store.transaction() as ledger:
        current = ledger.entries.get(listed.id)
        if current is None or current.ran_at:
            return
        file_and_post(ledger, report, listed.channel, now)
        entry = replace(current.entry, state=EntryState.PASSED)
        remark = say("filed as {report}, version {revision}", report=report.id, revision=report.revision)
        ledger.entries.save(replace(current, ran_at=now, next_at=None, entry=entry, remark=remark))
        if asked.watch:
            ledger.outbox.put(watch_redraw(asked.watch, now))
        home_changes(ledger, now)
    world.bell.ring()


def _capture(world: World, listed: Listed, now: datetime) -> None:
    """Keep what was measured in the window before now: it is the baseline of the service from now on."""
    service = world.setup.services[listed.service]
    with world.store.reading() as ledger:
        kept = capture(ledger, service, now, now)
    measured = sum(bool(each.count) for each in kept.samples.values())
    told = say(
        "{count} of {all} metrics have values in {source}",
        count=measured,
        all=len(kept.samples),
        source=kept.source,
    )
    with world.store.transaction() as ledger:
        current = ledger.entries.get(listed.id)
        if current is None or current.ran_at:
            return
        ledger.baselines.keep(kept, None)
        ledger.entries.save(replace(current, ran_at=now, next_at=None, remark=told))
        line = Line(text=say("Baseline captured: {what}", what=told), at=now)
        ledger.outbox.put(note(f"{listed.id}/captured", listed.id, listed.channel, line, now))
    world.bell.ring()


def _asked(ledger: Ledger, world: World, listed: Listed) -> Asked:
    """What an entry asks for: a report of its kind, or an earlier one anew, over the same time."""
    watch_id = listed.watch or listed.about
    asked = Asked(
        kind=ReportKind(listed.entry.report),
        service=world.setup.services[listed.service],
        watch=ledger.watches.get(watch_id) if watch_id else None,
        at=listed.entry.at,
        planned=listed.asked_by is None,
        id=report_id(listed.id),
    )
    earlier = ledger.reports.get(listed.corrects) if listed.corrects else None
    if earlier is None:
        return asked
    why = listed.remarks[-1]
    report = earlier.report
    return replace(
        asked,
        id=report.id,
        revision=report.revision + 1,
        stretch=(report.since, report.until),
        corrects=why.text,
        corrected_by=why.by,
    )


def file_and_post(ledger: Ledger, report: Report, channel: str, now: datetime) -> Filed:
    """Keep a report, post its card, and send its files after it. Raises Outdated when it is filed already."""
    due = remind_after(ledger, report)
    filed = ledger.reports.file(report, first_reminder(report, due, now))
    if report.revision == 1:
        ledger.outbox.put(head(Parcel.REPORT_CARD, report.id, channel, now))
    else:
        ledger.outbox.put(redraw(Parcel.REPORT_CARD, report.id, channel, now))
    ledger.outbox.put(
        Delivery(
            operation=f"{report.id}/files/{report.revision}",
            lane=Lane.FILE,
            parcel=Parcel.FILES,
            subject=report.id,
            place=Place(channel=channel),
            created_at=now,
            look_at=now,
        )
    )
    return filed


def remind_after(ledger: Ledger, report: Report) -> timedelta | None:
    """How long the plan leaves people to sign a report of this kind."""
    watch = ledger.watches.get(report.watch) if report.watch else None
    due = watch.plan.reports if watch else ()
    return next((each.remind for each in due if each.report == report.kind), None)


def report_round(world: World, held: Listed) -> None:
    """The hourly report in the thread of a round's card, at most one an hour."""
    now = world.clock.now()
    service = world.setup.services.get(held.service)
    if service is None or held.watch is None or not _hour_begins(held):
        return
    with world.store.reading() as ledger:
        watch = ledger.watches.get(held.watch)
        asked = Asked(kind=ReportKind.HOURLY, service=service, watch=watch, at=held.entry.at)
        report = compose(ledger, world.setup, asked, now)
    with world.store.transaction() as ledger:
        card = ReportCard(filed=Filed(report=report, evidence=""), signs=False)
        ledger.outbox.put(
            replace(head(Parcel.NOTE, held.id, held.channel, now), operation=f"{held.id}/hourly", body=card)
        )
    world.bell.ring()


def _hour_begins(held: Listed) -> bool:
    return held.entry.at.minute == 0
