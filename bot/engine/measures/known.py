"""Types of errors for people: listed, and marked as known."""

from __future__ import annotations

from bot.domain.card import ErrorList, Line, Message
from bot.domain.measures.errors import ErrorType, judge_news
from bot.domain.text import Name, say
from bot.engine.alerts.findings import news_subject
from bot.engine.alerts.observe import judge_all
from bot.engine.people.request import Request
from bot.engine.record import note

VERBS = frozenset({"known"})
"""Verbs of buttons that are handled here."""


def errors_command(request: Request) -> Message:
    """`/monitor errors [all]`."""
    return _listed(request, whole="all" in request.arguments)


def press_known(request: Request, error_id: str) -> Message:
    """Somebody says that a type of error is known."""
    error = request.ledger.errors.get(error_id)
    if error is None:
        return Line(text=say("That type of error is not in the database any more; nothing was changed"))
    if request.ledger.errors.mark(error_id, request.person, request.now):
        _follow(request, error)
    return _listed(request, whole=False)


def _listed(request: Request, *, whole: bool) -> ErrorList:
    found = request.ledger.errors.listed()
    shown = tuple(each for each in found if whole or not each.known)
    watches = tuple(request.ledger.watches.open_all())
    return ErrorList(errors=shown, known=sum(each.known for each in found), watches=watches)


def _follow(request: Request, error: ErrorType) -> None:
    """The alert that told of it hears of it, and is over when nothing new is left."""
    service = request.world.setup.services.get(error.service)
    check = service.checks.get(error.check) if service else None
    if service is None or check is None:
        return
    subject = news_subject(request.world.setup, service, check)
    alert = request.ledger.alerts.open_among([subject.fingerprint]).get(subject.fingerprint)
    if alert is None:
        return
    text = say("{person} marked as known: `{template}`", person=Name(request.person), template=error.quotable)
    line = Line(text=text, at=request.now)
    operation = f"{alert.id}/known/{error.id}"
    request.ledger.outbox.put(note(operation, alert.id, alert.subject.channel, line, request.now))
    left = judge_news((), request.ledger.errors.news(service.key, check.key))
    judge_all(request.ledger, request.world.setup, [(subject, left)], request.now)
