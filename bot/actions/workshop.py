"""Runs an action once, on a thread of its own, while its lease is kept alive."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bot.actions.program import run_program
from bot.domain.action import LEASE, Action, ActionRun, Ran, Webhook
from bot.domain.secrecy import is_secret_name, masked
from bot.domain.text import Param, Text

_LOOK_S = 0.2
_LOOKS_A_BEAT = int(LEASE.total_seconds() / 4 / _LOOK_S)
KEPT = 8_000
"""So many characters of output are kept: the beginning and the end."""


class Workshop:
    """Implements ports.Actions. `folder` is where relative paths start."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)
        self._stopping = threading.Event()
        self._secrets = tuple(value for name, value in os.environ.items() if is_secret_name(name))

    def run(self, action: Action, run: ActionRun, beat: Callable[[], None]) -> Ran | None:
        outcome: list[Ran] = []
        done = threading.Event()

        def work() -> None:
            try:
                outcome.append(self._once(action, run))
            finally:
                done.set()

        # A daemon: an action neither keeps this program from ending nor is ended by it.
        threading.Thread(target=work, name=f"action-{action.key}", daemon=True).start()
        looks = 0
        while not done.wait(_LOOK_S):
            if self._stopping.is_set():
                return None
            looks += 1
            if looks % _LOOKS_A_BEAT == 0:
                beat()
        return outcome[0] if outcome else None

    def warm_up(self) -> None:
        """Load what calls webhooks: where there are any, none shall wait for that."""
        _caller()

    def stop(self) -> None:
        """Wait for no action any longer: what it does goes on without this program."""
        self._stopping.set()

    def _once(self, action: Action, run: ActionRun) -> Ran:
        if action.webhook:
            ran = _caller()(action, action.webhook, run)
        else:
            ran = run_program(action, run, self._folder)
        secrets = (*action.secrets, *self._secrets)
        return replace(ran, reason=_without(ran.reason, secrets), output=capped(masked(ran.output, secrets)))


def _caller() -> Callable[[Action, Webhook, ActionRun], Ran]:
    # libcurl takes 6 MB, and a bot that calls nobody does without it.
    from bot.actions.webhook import call_webhook

    return call_webhook


def capped(text: str) -> str:
    """The beginning and the end where there is more than KEPT."""
    if len(text) <= KEPT:
        return text
    left_out = len(text) - KEPT
    return f"{text[: KEPT // 2]}\n[{left_out} characters left out]\n{text[-KEPT // 2 :]}"


def _without(reason: Text, secrets: tuple[str, ...]) -> Text:
    """The sentence with no secret in what it quotes."""
    return Text(reason.key, tuple((name, _shown(value, secrets)) for name, value in reason.params))


def _shown(value: Param, secrets: tuple[str, ...]) -> Param:
    if isinstance(value, Text):
        return _without(value, secrets)
    return masked(value, secrets) if isinstance(value, str) else value
