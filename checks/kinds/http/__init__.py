"""A web address: does it answer, as expected, and how fast."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar
from urllib.parse import urlsplit

from checks.base import Answer, CouldNotMeasure, Cursor, Options, Situation
from checks.kinds.http.attempt import Attempt, filled, judged
from checks.kinds.http.options import HttpOptions, Request, Step
from checks.network.call import Ask, NoReply
from checks.network.exchange import Line
from checks.network.failure import failed
from checks.network.reach import Deadline, Down
from checks.numbers import plain
from checks.result import Measurement, State


class Http:
    """A service that refuses, resets, is silent or answers wrongly is CRITICAL: that was found out.

    Nothing was, so that it is UNKNOWN, where no name could be resolved, where the fault is on this side,
    where the certificate may not be trusted, and where the answer has no end: drips, loops, swells.
    """

    name: ClassVar[str] = "http"
    options_model: ClassVar[type[Options]] = HttpOptions

    def __init__(self, options: HttpOptions) -> None:
        self._options = options
        self._line = Line()

    def probe(self, situation: Situation, cursor: Cursor | None) -> tuple[Answer, Cursor | None]:
        deadline = Deadline(situation.timeout_s)
        if self._options.steps:
            return _of_steps(self._options.steps, list(self._walk(situation, deadline))), cursor
        count = self._options.count
        if count == 1:
            return _of_one(self._attempt(self._line, self._options, {}, situation, deadline)), cursor
        return _of_burst([*self._burst(count, situation, deadline)]), cursor

    def _burst(self, count: int, situation: Situation, deadline: Deadline) -> Iterator[Attempt]:
        for _ in range(count):
            attempt = self._attempt(self._line, self._options, {}, situation, deadline)
            yield attempt
            if deadline.passed:
                return

    def _walk(self, situation: Situation, deadline: Deadline) -> Iterator[Attempt]:
        """The attempts up to the first that fails."""
        kept: dict[str, str] = {}
        with Line(cookies=True) as line:
            for step in self._options.steps:
                attempt = self._attempt(line, step, kept, situation, deadline)
                yield attempt
                if attempt.faults:
                    return
                kept.update(attempt.kept)

    def _attempt(
        self,
        line: Line,
        wanted: Request,
        kept: Mapping[str, str],
        situation: Situation,
        deadline: Deadline,
    ) -> Attempt:
        verify = self._options.verify
        host = urlsplit(wanted.url).hostname or ""
        try:
            ask = Ask(
                follow_redirects=self._options.follow_redirects,
                verify=verify if isinstance(verify, bool) else str(situation.folder / verify),
                timeout_s=deadline.left(),
                family=self._options.family,
            )
            return judged(line.exchange(filled(wanted, kept), ask), wanted)
        except Down as down:
            return Attempt(faults=(f"no answer within {plain(situation.timeout_s)} s",), reached=down.reached)
        except NoReply as failure:
            return _unanswered(failure, host, situation.timeout_s)


def _unanswered(failure: NoReply, host: str, timeout_s: float) -> Attempt:
    try:
        down = failed(failure, host, timeout_s)
    except CouldNotMeasure as unknown:
        return Attempt(faults=(unknown.reason,), hint=unknown.hint, reached=unknown.reached, undecided=True)
    return Attempt(faults=(str(down),), reached=down.reached)


def _of_one(attempt: Attempt) -> Answer:
    return Answer(
        state=attempt.state,
        summary=attempt.summary,
        measurements=()
        if attempt.undecided
        else (_up(not attempt.faults), *_latency(attempt.seconds), *attempt.figures),
        hint=attempt.hint,
        output=f"{attempt.said}\n{attempt.text}" if attempt.said else "",
        reached=attempt.reached,
    )


def _of_burst(attempts: Sequence[Attempt]) -> Answer:
    """Some that fail are a warning, all of them are critical."""
    good = [attempt for attempt in attempts if not attempt.faults]
    bad = [attempt for attempt in attempts if attempt.faults]
    if not good:
        return _of_one(bad[-1])
    seconds = sorted(attempt.seconds or 0.0 for attempt in good)
    worst = max(good, key=lambda attempt: (attempt.state, attempt.seconds))
    failing = f"{len(bad)} of {len(attempts)} failed ({bad[-1].summary}), " if bad else ""
    spread = {"p95": _rank(seconds, 0.95), "p99": _rank(seconds, 0.99), "max": seconds[-1]}
    return Answer(
        state=State.WARNING if bad else worst.state,
        summary=f"{failing}{len(good)} answered in {statistics.median(seconds):.3f} s, "
        f"at most {seconds[-1]:.3f} s",
        measurements=(
            Measurement(metric="http_up", value=round(100 * len(good) / len(attempts), 3), unit="%"),
            *_latency(statistics.median(seconds)),
            *(_seconds(f"http_latency_{name}", value) for name, value in spread.items()),
            *good[-1].figures,
        ),
        output=f"{good[-1].said}\n{good[-1].text}",
    )


def _of_steps(steps: Sequence[Step], attempts: Sequence[Attempt]) -> Answer:
    names = [step.name or str(number) for number, step in enumerate(steps, start=1)]
    worst = max(attempts, key=lambda attempt: attempt.state)
    done = zip(names, attempts, strict=False)
    seconds = [attempt.seconds for attempt in attempts if attempt.seconds is not None]
    whole = not worst.faults
    summary = f"{len(steps)} steps in {sum(seconds):.3f} s"
    if worst.state:
        summary = f"step {names[attempts.index(worst)]}: {worst.summary}"
    return Answer(
        state=worst.state,
        summary=summary,
        hint=worst.hint,
        measurements=(
            _up(whole),
            *(_latency(sum(seconds)) if whole else ()),
            *(
                _seconds("http_step_latency", attempt.seconds, step=name)
                for name, attempt in done
                if attempt.seconds is not None
            ),
            *(figure for attempt in attempts for figure in attempt.figures),
        ),
        output=f"{worst.said}\n{worst.text}" if worst.faults else "",
        reached=worst.reached,
    )


def _rank(ordered: Sequence[float], share: float) -> float:
    """The nearest-rank percentile."""
    return ordered[math.ceil(share * len(ordered)) - 1]


def _up(up: bool) -> Measurement:
    return Measurement(metric="http_up", value=100.0 if up else 0.0, unit="%")


def _latency(seconds: float | None) -> tuple[Measurement, ...]:
    return () if seconds is None else (_seconds("http_latency", seconds),)


def _seconds(metric: str, seconds: float, **labels: str) -> Measurement:
    return Measurement(metric=metric, value=round(seconds, 6), unit="s", labels=tuple(labels.items()))
