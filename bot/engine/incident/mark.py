"""Messages that people mark for the timeline, by a shortcut of the message or by a reaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.alerts.alert import Refusal
from bot.domain.card import Choice, Line, Message
from bot.domain.events import Inbound, InboundKind
from bot.domain.incident.life import LONGEST_NOTE, note
from bot.domain.incident.state import Incident
from bot.domain.text import say
from bot.engine.incident.keep import keep
from bot.engine.ledger import Ledger
from bot.engine.people.request import Request, person_of
from bot.engine.ports import Heard, Later, Posted, Unsure
from bot.engine.world import World

CARRIED = 1990
"""What a button can carry of a command."""


def read_marked(world: World, inbound: Inbound, *, last: bool) -> Inbound | None:
    """The marked message with what it says; None when it cannot be read: tried again, unless `last`."""
    heard = world.door.read(Posted(channel=inbound.channel, ts=inbound.message_ts))
    if isinstance(heard, Heard):
        return replace(inbound, text=heard.text, thread_ts=heard.thread_ts, value=heard.person)
    if last or not isinstance(heard, Later | Unsure):
        with world.store.transaction() as ledger:
            ledger.letters.done(inbound.identity, world.clock.now())
    return None


def current(ledger: Ledger) -> tuple[Incident, ...]:
    """The open incidents whose clock runs; where none does, all that are open."""
    opened = ledger.incidents.open_all()
    return tuple(each for each in opened if each.clock.stopped_at is None) or opened


def which_of(opened: Sequence[Incident], words: str) -> Choice:
    """Ask which of several open incidents a note is about."""
    return Choice(
        text=say("Several playbooks are open: which one is it about?"),
        commands=tuple(f"note {each.id} {words}"[:CARRIED] for each in opened),
    )


def note_message(request: Request) -> Message | None:
    """Put the message into the timeline of the incident in whose thread it stands.

    People react to all sorts of messages, so a reaction elsewhere says nothing; a shortcut is answered.
    """
    by_shortcut = request.inbound.kind is InboundKind.SHORTCUT
    opened = current(request.ledger) if by_shortcut else ()
    incident = _of_thread(request) or (opened[0] if len(opened) == 1 else None)
    if incident is None and len(opened) > 1:
        return which_of(opened, _quoted(request))
    if incident is None:
        text = say("That message is in no incident's thread, and none is open")
        return Line(text=text) if by_shortcut else None
    change = note(incident, request.person, _quoted(request), request.now)
    if isinstance(change, Refusal):
        return Line(text=change.reason)
    keep(request.ledger, request.world.setup, change)
    return Line(text=say("Noted")) if by_shortcut else None


def _of_thread(request: Request) -> Incident | None:
    inbound = request.inbound
    root = Posted(channel=inbound.channel, ts=inbound.thread_ts or inbound.message_ts)
    for subject in request.ledger.cards.subjects_at(root):
        found = request.ledger.incidents.get(subject) or request.ledger.incidents.of_alert(subject)
        if found:
            return found
    return None


def _quoted(request: Request) -> str:
    """`Chen Jie: the index is missing`, as long as a note may be; `value` is whose message it is."""
    inbound, setup = request.inbound, request.world.setup
    text = " ".join(inbound.text.split())
    author = person_of(setup, inbound.value)
    named = setup.people[author].name if author in setup.people else ""
    said = f"{named}: {text}" if named and author != request.person else text
    return said[:LONGEST_NOTE]
