"""What came of each fault, as a table in docs/reliability.md."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from faults.proof import Proof

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "reliability.md"
_HEAD = (
    "| Fault | Times tried | Pages | Lost | Doubled | Else wrong | Recovered within |\n"
    "|---|--:|--:|--:|--:|--:|--:|\n"
)
_TABLE = re.compile(re.escape(_HEAD) + r"((?:\|.*\n)*)")


class Untried(Exception):  # noqa: N818 - it is no error: the text says what is missing here
    """This fault cannot be brought about on this machine."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A fault that was tried so many times; `recovered_s` is the longest that anything due was late by then.

    `wrong` is what else did not hold, in words; a `remark` stands in the place of seconds.
    """

    fault: str
    times: int
    pages: int
    lost: int
    doubled: int
    wrong: tuple[str, ...]
    recovered_s: float
    remark: str = ""

    @classmethod
    def of(cls, fault: str, times: int, proofs: Iterable[Proof], recovered_s: float) -> Tried:
        found = list(proofs)
        return cls(
            fault,
            times,
            sum(each.pages for each in found),
            sum(len(each.lost) for each in found),
            sum(len(each.doubled) for each in found),
            tuple(wrong for each in found for wrong in each.wrong),
            recovered_s,
        )

    @property
    def well(self) -> bool:
        return not (self.lost or self.doubled or self.wrong)

    def remarked(self, wrong: tuple[str, ...], remark: str = "") -> Tried:
        return replace(self, wrong=self.wrong + wrong, remark=remark)

    def __str__(self) -> str:
        figures = (self.times, self.pages, self.lost, self.doubled, len(self.wrong))
        within = self.remark or f"{self.recovered_s:.1f} s"
        return f"| {self.fault} | {' | '.join(map(str, figures))} | {within} |"


def write(tried: Iterable[Tried], document: Path = DOCUMENT) -> None:
    """Put these lines into the document's table: each in place of that of the same fault, or at its end."""
    words = document.read_text()
    rows = {line.split("|")[1].strip(): line for line in _TABLE.search(words)[1].splitlines()}  # type: ignore[index]
    rows |= {each.fault: str(each) for each in tried}
    table = _HEAD + "".join(f"{line}\n" for line in rows.values())
    document.write_text(_TABLE.sub(lambda _: table, words))
