"""A job that must call in: a backup, a nightly import, another bot."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, SecretStr

from checks.base import Answer, CouldNotMeasure, Cursor, Options, Situation
from checks.beats import Rhythm, load_beats, stands
from checks.duration import Duration


def _fits_a_path(key: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9._~-]{8,100}", key.get_secret_value()):
        raise ValueError("must be 8 to 100 letters, digits, `-`, `_`, `.` or `~`, such as a UUID")
    return key


class HeartbeatOptions(Options):
    """The job calls `POST /api/v1/heartbeats/KEY` when it went well; `/KEY/start` when it begins, `/KEY/fail`
    or `/KEY/EXITCODE` when it ended. Measures `duration` (s, from start to end).
    """

    key: Annotated[SecretStr, AfterValidator(_fits_a_path)] = Field(
        description="The secret in the path by which it calls; take it from the environment."
    )
    period: Duration = Field(gt=timedelta(0), description="It must go well this often.")
    grace: Duration = Field(
        default=timedelta(minutes=5),
        gt=timedelta(0),
        description="How much later it may, and how long a run may take that said it began.",
    )

    @property
    def rhythm(self) -> Rhythm:
        return Rhythm(period=self.period, grace=self.grace)


class Heartbeat:
    """Looks at what the job has said, which the cursor holds; the bot writes it there at each call."""

    name: ClassVar[str] = "heartbeat"
    options_model: ClassVar[type[Options]] = HeartbeatOptions

    def __init__(self, options: HeartbeatOptions) -> None:
        self._rhythm = options.rhythm

    def probe(self, situation: Situation, cursor: Cursor | None) -> tuple[Answer, Cursor | None]:
        if cursor is None:
            raise CouldNotMeasure(
                "nothing is known of it yet", hint="the bot waits for its calls once it runs"
            )
        beats = load_beats(cursor)
        state, summary = stands(beats, self._rhythm, situation.now)
        return Answer(state=state, summary=summary, output=beats.body), cursor
