"""Puts a question and always brings back an answer."""

from __future__ import annotations

import math
import time
import traceback
import unicodedata
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from checks.base import Answer, CouldNotMeasure, Cursor, Kind, Situation
from checks.discretion import discreet
from checks.result import Result, Sighting, State

SUMMARY_LENGTH = 300
HINT_LENGTH = 1000
OUTPUT_LENGTH = 4096


def run(
    name: str,
    kind: Kind,
    situation: Situation,
    cursor: Cursor | None,
    secrets: Collection[str] = (),
) -> tuple[Result, Cursor | None]:
    """Ask `kind` once, under the check's `name`. Never raises; whatever goes wrong is UNKNOWN with a hint.

    It does not cut a probe off: every kind keeps to `situation.timeout_s` by itself, and is back at most
    a second later. `command` kills its child's whole process group; `http` asks on a thread of its own
    and shuts the socket down; `system` asks for disks, which may hang, on such a thread too.

    The summary is one line of at most 300 characters, the hint has at most 1,000, the output 4,096; none
    holds control characters; a sighting's texts are such lines too. A measurement that is not a finite
    number is left out and named in the hint. None of `secrets` is repeated.
    When there is no answer the cursor stays as it was.
    """
    started = time.monotonic()
    try:
        answer, cursor = kind.probe(situation, cursor)
    except CouldNotMeasure as unknown:
        answer = Answer(state=State.UNKNOWN, summary=unknown.reason, hint=unknown.hint, output=unknown.output)
    except Exception as error:  # noqa: BLE001 - the one place where a defect becomes an answer
        answer = _crash(kind, error)
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
        duration_s=time.monotonic() - started,
        hint=_printable(discreet("; ".join(hints), secrets)[:HINT_LENGTH]),
        output=_printable(discreet(answer.output, secrets)[:OUTPUT_LENGTH]),
        sightings=tuple(_in_lines(sighting) for sighting in answer.sightings),
    )
    return result, cursor


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
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
