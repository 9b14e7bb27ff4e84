"""Answers what the bot asks of this site: `vigil worker --site NAME`."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar

from bot.domain.setup import Setup
from bot.engine.ledger import Ledger, Present, Reply, Store
from bot.engine.ports import Ask
from bot.fleet.errand import FORM, Errand
from checks.base import Cursor
from checks.result import Result, State

Written = TypeVar("Written")

log = logging.getLogger(__name__)

BEAT_S = 5.0
"""How often a worker says that it is there."""

TOGETHER_S = 0.02
"""So long replies gather before they are written together."""

AT_ONCE = 32


class Worker:
    """Asks checks here and leaves the replies; `version` is this program's."""

    def __init__(
        self, setup: Setup, store: Store, ask: Ask, site: str, now: Callable[[], datetime], version: str
    ) -> None:
        self._store = store
        self.adopt(setup, ask)
        self._site = site
        self._now = now
        self._version = version
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._hands = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="errand")
        self._wished_at = self._said(_wished)
        self._ready: list[tuple[datetime, Reply]] = []
        self._wanted = asyncio.Event()

    def adopt(self, setup: Setup, ask: Ask) -> None:
        """Answer by this configuration from the next errand on; safe to call from any thread."""
        self._known = setup, ask

    async def work(
        self, serve: Callable[[Callable[[int, list[Any]], Any]], Any], reread: Callable[[], object]
    ) -> None:
        """Answer until `serve`, which hands over errands as they come, returns.

        `reread` is called on a thread when somebody wants every process to read its configuration again.
        """
        beat, leave = asyncio.create_task(self._beat(reread)), asyncio.create_task(self._write())
        try:
            await serve(self.answer)
        finally:
            for task in (beat, leave):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            self._flush()
            self._hands.shutdown(wait=False, cancel_futures=True)
            self._said(lambda ledger: ledger.sites.leave(self._present()))

    async def answer(self, form: int, errands: list[Any]) -> None:
        """Ask everything that stands in `errands`, and leave each reply as soon as it is there."""
        loop = asyncio.get_running_loop()

        async def one(written: Any) -> None:
            reply = await loop.run_in_executor(self._hands, self._reply, form, written)
            if reply:
                self._ready.append(reply)
                self._wanted.set()

        await asyncio.gather(*(one(each) for each in errands))

    def _reply(self, form: int, written: Any) -> tuple[datetime, Reply] | None:
        try:
            errand = Errand.read(written)
        except (ValueError, TypeError) as error:
            log.error("an errand for %s cannot be read, and nobody is answered: %s", self._site, error)
            return None
        if form != FORM:
            why = f"the worker {self._name} ({self._version}) reads errands of form {FORM}, not {form}"
            return errand.asked_at, self._refusal(errand, why, "upgrade it to the bot's version")
        setup, ask = self._known
        service = setup.services.get(errand.service)
        check = service.checks.get(errand.check) if service else None
        if check is None or check.kind != errand.kind or self._site not in check.sites:
            why = (
                f"the worker {self._name} ({self._version}) has no check `{errand.check}` of the kind "
                f"`{errand.kind}` for {self._site} in its configuration"
            )
            return errand.asked_at, self._refusal(errand, why, "give it the bot's config.yaml")
        cursor: Cursor | None
        result, cursor = ask(check, errand.asked_at, errand.cursor)
        return errand.asked_at, Reply(errand=errand.id, result=result, cursor=cursor)

    def _refusal(self, errand: Errand, why: str, hint: str) -> Reply:
        result = Result(
            check=errand.check,
            state=State.UNKNOWN,
            summary=why,
            hint=hint,
            started_at=errand.asked_at,
            duration_s=0.0,
        )
        return Reply(errand=errand.id, result=result, cursor=errand.cursor)

    async def _write(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            await asyncio.sleep(TOGETHER_S)
            await asyncio.to_thread(self._flush)

    def _flush(self) -> None:
        ready, self._ready = self._ready, []
        for asked_at in dict.fromkeys(at for at, _ in ready):
            replies = [reply for at, reply in ready if at == asked_at]
            self._said(lambda ledger, some=replies, at=asked_at: ledger.sites.reply(some, at))  # type: ignore[misc]

    async def _beat(self, reread: Callable[[], object]) -> None:
        while True:
            wished_at = await asyncio.to_thread(self._said, self._arrive)
            if wished_at and wished_at != self._wished_at:
                self._wished_at = wished_at
                asyncio.get_running_loop().run_in_executor(None, reread)
            await asyncio.sleep(BEAT_S)

    def _arrive(self, ledger: Ledger) -> datetime | None:
        """Say that it is there, and hear what is wished."""
        ledger.sites.arrive(self._present())
        return _wished(ledger)

    def _present(self) -> Present:
        return Present(site=self._site, worker=self._name, version=self._version, seen_at=self._now())

    def _said(self, write: Callable[[Ledger], Written]) -> Written | None:
        try:
            with self._store.transaction() as ledger:
                return write(ledger)
        except Exception as error:  # noqa: BLE001 - the bot asks again; a worker outlives its database
            log.error("%s could not be reached, nobody is answered: %s", self._store, error)
            return None


def _wished(ledger: Ledger) -> datetime | None:
    """When somebody last wanted every process to read its configuration again."""
    newest = ledger.rereads.newest()
    return newest.at if newest else None
