"""What a kind of check is: options, and a question that can be put."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Protocol

from pydantic import BaseModel, ConfigDict

from checks.result import Measurement, Sighting, State

Cursor = dict[str, object]


class Options(BaseModel):
    """The options of a kind; each field's description is its entry in the configuration reference.

    Where text is wanted a number will do: `run: [./check.sh, -w, 5]`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a probe found out, before the runner adds who asked and how long it took.

    Not `reached`: nothing of another machine answered at all, so that the fault may be this machine's.
    """

    state: State
    summary: str
    measurements: tuple[Measurement, ...] = ()
    hint: str = ""
    output: str = ""
    sightings: tuple[Sighting, ...] = ()
    reached: bool = True


class CouldNotMeasure(Exception):  # noqa: N818 - it is an answer, named as one
    """The probe could not find out. The runner answers UNKNOWN with this reason, hint and output.

    `reached` as in Answer.
    """

    def __init__(self, reason: str, hint: str = "", output: str = "", *, reached: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.output = output
        self.reached = reached


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a probe may know: the instant, how long it may take, where relative paths start."""

    now: datetime
    timeout_s: float
    folder: Path


class Kind(Protocol):
    """A kind of check: built from its options (an `options_model`), asked with `probe`.

    One object may be asked from several threads at once.
    """

    name: ClassVar[str]
    options_model: ClassVar[type[Options]]

    def __init__(self, options: Any) -> None: ...

    def probe(self, situation: Situation, cursor: Cursor | None) -> tuple[Answer, Cursor | None]:
        """Ask once. `cursor` is what this method returned last time (where a log was read to, say).

        Comes back within `situation.timeout_s`, give or take a second. A cursor holds what JSON can say.
        Raises CouldNotMeasure when there is no answer.
        """
        ...
