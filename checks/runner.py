"""Puts a question and always brings back an answer."""

from __future__ import annotations

import math
import re
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from checks.base import Answer, CouldNotMeasure, Cursor, Kind, Situation
from checks.discretion import discreet
from checks.result import Result, Sighting, State

SUMMARY_LENGTH = 300
HINT_LENGTH = 1000
OUTPUT_LENGTH = 4096
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def online() -> str:
    """For those who need not know whether this machine is cut off."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What an answer passes before it gets out: `secrets` are masked, and `cut_off` is asked whether this
    machine is offline (the reason, or nothing) before another one is said to be down.
    """

    secrets: frozenset[str] = frozenset()
    cut_off: Callable[[], str] = online


OPEN = Guard()


def run(
    name: str, kind: Kind, situation: Situation, cursor: Cursor | None, guard: Guard = OPEN
) -> tuple[Result, Cursor | None]:
    """Ask `kind` once, under the check's `name`. Never raises; whatever goes wrong is UNKNOWN with a hint.

    It does not cut a probe off: every kind keeps to `situation.timeout_s` by itself, and is back at most
    a second later. `command` kills its child's whole process group; `http` asks on a thread of its own
    and shuts the socket down; `system` asks for disks, which may hang, on such a thread too.

    The summary is one line of at most 300 characters, the hint has at most 1,000, the output 4,096; none
    holds control characters; a sighting's texts are such lines too. A measurement that is not a finite
    number is left out and named in the hint. No secret is repeated.
    When there is no answer the cursor stays as it was.
    """
    started = time.monotonic()
    try:
        answer, cursor = kind.probe(situation, cursor)
    except CouldNotMeasure as unknown:
        answer = Answer(
            state=State.UNKNOWN,
            summary=unknown.reason,
            hint=unknown.hint,
            output=unknown.output,
            reached=unknown.reached,
        )
    except Exception as error:  # noqa: BLE001 - the one place where a defect becomes an answer
        answer = _crash(kind, error)
    duration_s = time.monotonic() - started
    cut_off = "" if answer.reached else guard.cut_off()
    if cut_off:
        answer = _offline(answer, cut_off)
    secrets = guard.secrets
    finite = tuple(m for m in answer.measurements if math.isfinite(m.value))
    dropped = [m.metric for m in answer.measurements if not math.isfinite(m.value)]
    hints = [answer.hint] if answer.hint else []
    if dropped:
        hints.append(f"not a finite number, left out: {', '.join(dropped)}")
    result = Result(
        check=name,
        state=answer.state,
        summary=_one_line(discreet(answer.summary, secrets)) or answer.state.word,
        measurements=finite,
        started_at=situation.now,
        duration_s=duration_s,
        hint=_printable(discreet("; ".join(hints), secrets)[:HINT_LENGTH]),
        output=_printable(discreet(answer.output, secrets)[:OUTPUT_LENGTH]),
        sightings=tuple(_in_lines(sighting) for sighting in answer.sightings),
        offline=bool(cut_off),
    )
    return result, cursor


def _offline(answer: Answer, why: str) -> Answer:
    """Nothing was found out about anybody else, whatever it looked like."""
    return Answer(
        state=State.UNKNOWN,
        summary=f"this machine is offline: {why}",
        hint="look at its own network first",
        output=answer.output or answer.summary,
    )


def _crash(kind: Kind, error: Exception) -> Answer:
    """A defect in a kind is an answer too: what happened, and where to look."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno} in {frames[-1].name}"
    return Answer(
        state=State.UNKNOWN,
        summary=f"the {kind.name} check failed: {type(error).__name__}: {error}",
        hint=f"a defect of this kind of check, at {place}; please report it",
    )


def _in_lines(sighting: Sighting) -> Sighting:
    return replace(
        sighting,
        template=_one_line(sighting.template),
        sample=_one_line(sighting.sample),
        category=_one_line(sighting.category),
    )


def _one_line(text: str) -> str:
    line = " ".join(_printable(text).split())
    return line if len(line) <= SUMMARY_LENGTH else line[: SUMMARY_LENGTH - 1] + "…"


def _printable(text: str) -> str:
    """Without control characters: databases refuse NUL, and terminals obey the rest."""
    return _CONTROL.sub("", text)
