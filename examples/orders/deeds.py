"""What can be done to the sample: each deed changes the release, and perhaps the faults."""

from __future__ import annotations

import time
from pathlib import Path

from journal import iso
from release import Release, State

from faults import FAULTS, Faults

LOWERED = 10
"""Percent of the requests that a version in doubt may serve."""


class ImpossibleError(Exception):
    """The deed cannot be done; the text says why."""


class Deeds:
    """Every deed may be done twice: the second time changes nothing more."""

    def __init__(self, folder: Path, release: Release, faults: Faults) -> None:
        self._log = folder / "deployments.log"
        self._release = release
        self._faults = faults
        self.all = {
            "stop-orders": self._stop,
            "resume-orders": self._resume,
            "reduce-traffic": self._reduce,
            "restore-traffic": self._restore,
            "restart-push-worker": self._restart_worker,
            "rollback": self._roll_back,
            "deploy": self._deploy,
            "complete": self._complete,
        }

    def _stop(self, version: str) -> str:
        self._release.change(accepting=False)
        return "new orders are refused with 429 until resume-orders"

    def _resume(self, version: str) -> str:
        self._release.change(accepting=True)
        return "new orders are taken again"

    def _reduce(self, version: str) -> str:
        state = self._release.change(share=LOWERED)
        return f"{state.version} serves {LOWERED} % of the requests, {state.previous or 'nothing'} the others"

    def _restore(self, version: str) -> str:
        state = self._release.change(share=100)
        return f"{state.version} serves all requests"

    def _restart_worker(self, version: str) -> str:
        state = self._release.change(worker=self._release.state.worker + 1)
        self._faults.turn("stuck-push-worker", False)
        return f"the push worker was restarted, it is worker {state.worker} now"

    def _roll_back(self, version: str) -> str:
        state = self._release.state
        if version and version != state.version:
            return f"nothing to do: {state.version} runs, not {version}"
        if not state.previous:
            raise ImpossibleError(f"there is no version before {state.version}")
        # The faults came with the version that is taken back.
        for name in FAULTS:
            if name != "dead":
                self._faults.turn(name, False)
        after = self._release.change(version=state.previous, previous="", share=100)
        return f"{after.version} serves all requests again, {state.version} is off"

    def _deploy(self, version: str) -> str:
        state = self._release.state
        if not version:
            raise ImpossibleError('say which: {"version": "v1.1"}')
        if version == state.version:
            return f"nothing to do: {version} runs already"
        self._release.change(version=version, previous=state.version, share=100)
        return f"{version} serves all requests"

    def _complete(self, version: str) -> str:
        version = version or self._release.state.version
        line = f"{version} COMPLETE"
        known = self._log.read_text(encoding="utf-8").splitlines() if self._log.exists() else []
        if any(each.endswith(line) for each in known):
            return f"nothing to do: {version} is marked COMPLETE"
        with self._log.open("a", encoding="utf-8") as log:
            log.write(f"{iso(time.time())} {line}\n")
        return f"the deployment log says that {version} is COMPLETE"


def told(state: State) -> dict[str, object]:
    """The state for people and programs."""
    return {
        "version": state.version,
        "previous": state.previous,
        "share": state.share,
        "accepting": state.accepting,
        "worker": state.worker,
    }
