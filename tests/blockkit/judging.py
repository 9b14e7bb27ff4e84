"""Holds our verdicts against those of others, and each difference against the listed reasons for it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from bot.blockkit import Problem

Json = dict[str, Any]
Judged = Sequence[tuple[Json, list[Problem], bool]]
"""(payload, what we have against it, whether the other judge takes it)"""


class Blind(NamedTuple):
    """What a judge does not see: our problem's code, its constraint's type, and where in a payload it is."""

    code: str
    constraint: str | None
    where: str
    why: str

    def covers(self, problem: Problem) -> bool:
        kind = problem.constraint["type"] if problem.constraint else None
        at_place = re.search(self.where, problem.pointer) is not None
        return (problem.code, kind) == (self.code, self.constraint) and at_place


class Stricter(NamedTuple):
    """What a judge refuses though we take it, and a pattern of the JSON in which that is."""

    pattern: str
    why: str


def differences(
    judged: Judged, unseen: Sequence[Blind], stricter: Sequence[Stricter]
) -> Iterator[tuple[Json, list[Problem], list[Blind | Stricter]]]:
    """Each payload that is judged differently, with our problems and the listed reasons that explain it."""
    for payload, problems, taken in judged:
        if taken and problems:
            reasons = [next((one for one in unseen if one.covers(each)), None) for each in problems]
            yield payload, problems, [] if None in reasons else [one for one in reasons if one]
        elif not taken and not problems:
            said = json.dumps(payload)
            yield payload, problems, [one for one in stricter if re.search(one.pattern, said)][:1]


def judge_equally(
    judged: Judged, unseen: Sequence[Blind], stricter: Sequence[Stricter]
) -> set[Blind | Stricter]:
    """The reasons that were met; fails at a difference without one."""
    met: set[Blind | Stricter] = set()
    for payload, problems, reasons in differences(judged, unseen, stricter):
        assert reasons, f"{json.dumps(payload)[:600]}: {[problem.as_slack() for problem in problems]}"
        met |= set(reasons)
    return met
