"""Asks checks at other sites: errands go out together, replies are waited for together."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Lock, Thread
from typing import Protocol
from uuid import uuid4

from bot.domain.measures.quorum import agreed
from bot.domain.setup import Check, Service
from bot.engine.ledger import Present, Reply, Store
from bot.fleet.errand import Errand
from checks.base import Cursor
from checks.result import Result, State

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=3)
"""Waited beyond a check's own timeout: for the way there and back, and for a worker that has much to do."""

AWAY = timedelta(seconds=30)
"""A worker that has said nothing for so long is not there; it says so every few seconds."""

TOGETHER_S = 0.02
"""So long errands gather before they go out together."""

LOOK_S = 0.05
"""How often replies are looked for while some are missing."""

FORGOTTEN = timedelta(minutes=10)
"""Replies to what was asked so long ago are nobody's any more."""


class Sending(Protocol):
    """The way to the workers: queue.Queue, or what stands for it in tests."""

    def put(self, site: str, errands: list[Errand]) -> int: ...

    def call_back(self, number: int) -> bool: ...

    def close(self) -> None: ...


@dataclass(slots=True, eq=False)
class _Waiting:
    """An errand on its way, and who waits for its reply; `number` is that of the parcel it went with."""

    site: str
    errand: Errand
    reply: Future[Reply] = field(default_factory=Future)
    number: int | None = None


class Fleet:
    """Asks checks where they must be asked. `open_queue` is called at the first question.

    Two threads of its own send and collect; `ask` may be called from any number of threads.
    """

    def __init__(
        self,
        store: Store,
        open_queue: Callable[[], Sending],
        now: Callable[[], datetime],
        patience: timedelta = PATIENCE,
    ) -> None:
        self._store = store
        self._open_queue = open_queue
        self._now = now
        self._patience = patience
        self._lock = Lock()
        self._unsent: list[_Waiting] = []
        self._missing: dict[str, _Waiting] = {}
        self._wanted, self._asked, self._stopping = Event(), Event(), Event()
        self._threads: list[Thread] = []
        self._forgot_at: datetime | None = None
        self._opened: Sending | None = None

    def ask(
        self, service: Service, check: Check, now: datetime, cursors: Cursor | None
    ) -> tuple[Result, Cursor | None]:
        """Ask at every site of the check; blocks its timeout and `patience` at most. Never raises.

        `cursors` is what this returned the last time: for each site what the probe there left.
        """
        before = cursors or {}
        sent = [self._send(service, check, site, now, before.get(site)) for site in check.sites]
        wait([each.reply for each in sent], timeout=(check.timeout + self._patience).total_seconds())
        self._give_up(sent)
        replies = {each.site: self._reply(each, check, now) for each in sent}
        left: Cursor = {site: each.cursor for site, each in replies.items() if each.cursor is not None}
        return agreed({site: reply.result for site, reply in replies.items()}, check.quorum), left or None

    def stop(self) -> None:
        """Wait for nothing any more."""
        self._stopping.set()
        self._wanted.set()
        self._asked.set()
        for thread in self._threads:
            thread.join(2)
        with self._lock:
            waiting = [*self._unsent, *self._missing.values()]
        for each in waiting:
            each.reply.cancel()
        if self._opened:
            self._opened.close()

    def _send(self, service: Service, check: Check, site: str, now: datetime, cursor: object) -> _Waiting:
        waiting = _Waiting(
            site,
            Errand(
                id=uuid4().hex,
                service=service.key,
                check=check.key,
                kind=check.kind,
                asked_at=now,
                cursor=cursor if isinstance(cursor, dict) else None,
            ),
        )
        with self._lock:
            self._unsent.append(waiting)
            if not self._threads:
                self._threads = [
                    Thread(target=work, name=name, daemon=True)
                    for name, work in (("errands", self._dispatch), ("replies", self._collect))
                ]
                for thread in self._threads:
                    thread.start()
        self._wanted.set()
        return waiting

    def _give_up(self, sent: list[_Waiting]) -> None:
        """Nobody waits for these any more; what no worker has taken up is not asked in vain."""
        unanswered = [each for each in sent if not each.reply.done()]
        with self._lock:
            self._unsent = [each for each in self._unsent if each not in unanswered]
            for each in unanswered:
                self._missing.pop(each.errand.id, None)
            numbers = {each.number for each in unanswered if each.number is not None}
            # A parcel is called back when nobody waits for any of it.
            numbers -= {each.number for each in self._missing.values()}
        for number in numbers:
            try:
                self._queue.call_back(number)
            except Exception as error:  # noqa: BLE001 - a worker will ask it in vain, nothing worse
                log.warning("could not call back errands: %s", error)

    def _reply(self, sent: _Waiting, check: Check, now: datetime) -> Reply:
        if sent.reply.done() and not sent.reply.cancelled():
            error = sent.reply.exception()
            if error is None:
                return sent.reply.result()
            summary, hint = f"could not ask at {sent.site}: {error}", "the bot's database must be reachable"
        else:
            summary, hint = self._silence(sent.site)
        result = Result(
            check=check.key,
            state=State.UNKNOWN,
            summary=summary,
            started_at=now,
            duration_s=(self._now() - now).total_seconds(),
            hint=hint,
        )
        return Reply(errand=sent.errand.id, result=result, cursor=sent.errand.cursor)

    def _silence(self, site: str) -> tuple[str, str]:
        """Why there is no reply from there, and how to mend it."""
        try:
            with self._store.reading() as ledger:
                here = [each for each in ledger.sites.present() if each.site == site]
        except Exception as error:  # noqa: BLE001 - it is the answer
            return f"could not ask at {site}: {error}", "the bot's database must be reachable"
        return silence(site, here, self._now())

    def _dispatch(self) -> None:
        while not self._stopping.is_set():
            self._wanted.wait()
            self._wanted.clear()
            self._stopping.wait(TOGETHER_S)
            with self._lock:
                unsent, self._unsent = self._unsent, []
                self._missing.update((each.errand.id, each) for each in unsent)
            for site in dict.fromkeys(each.site for each in unsent):
                self._put(site, [each for each in unsent if each.site == site])
            self._asked.set()

    def _put(self, site: str, parcel: list[_Waiting]) -> None:
        try:
            number = self._queue.put(site, [each.errand for each in parcel])
        except Exception as error:  # noqa: BLE001 - whoever waits is told
            for each in parcel:
                with self._lock:
                    self._missing.pop(each.errand.id, None)
                each.reply.set_exception(error)
            return
        for each in parcel:
            each.number = number

    @property
    def _queue(self) -> Sending:
        """Opened by the thread that sends: nothing is called back before it was sent."""
        if self._opened is None:
            self._opened = self._open_queue()
        return self._opened

    def _collect(self) -> None:
        while not self._stopping.is_set():
            self._asked.wait()
            with self._lock:
                missing = list(self._missing)
            if not missing:
                self._asked.clear()
                continue
            try:
                self._take(missing)
            except Exception as error:  # noqa: BLE001 - tried again; whoever waits gives up in time
                log.warning("could not look for replies from other sites: %s", error)
            self._stopping.wait(LOOK_S)

    def _take(self, missing: list[str]) -> None:
        with self._store.reading() as ledger:
            found = ledger.sites.replies(missing)
        now = self._now()
        old = self._forgot_at is None or now - self._forgot_at >= FORGOTTEN
        if found or old:
            with self._store.transaction() as ledger:
                ledger.sites.taken([each.errand for each in found])
                if old:
                    ledger.sites.forget(now - FORGOTTEN)
                    self._forgot_at = now
        for reply in found:
            with self._lock:
                waiting = self._missing.pop(reply.errand, None)
            if waiting:
                waiting.reply.set_result(reply)


def silence(site: str, here: list[Present], now: datetime) -> tuple[str, str]:
    """Why a site does not answer, from the workers that are said to be there, and how to mend it."""
    start = f"start `vigil worker --site {site}` there"
    if not here:
        return f"nobody answers for {site}: no worker is there", start
    last = max(here, key=lambda each: each.seen_at)
    if now - last.seen_at > AWAY:
        seconds = int((now - last.seen_at).total_seconds())
        return f"nobody answers for {site}: {last.worker} was last there {seconds} s ago", start
    return (
        f"{site} did not answer in time, though {last.worker} is there",
        "it may have too much to do: start another worker there, or ask less often",
    )
