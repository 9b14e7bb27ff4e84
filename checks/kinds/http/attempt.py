"""One request: how it is sent, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from checks.kinds.http.body import Body, wrong_body
from checks.kinds.http.options import Expected, Request, Step
from checks.network.access import authorization
from checks.network.call import Call, Reply
from checks.numbers import plain
from checks.result import Measurement, State

_OUTPUT_TEXT = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One request and what came of it: nothing wrong means no `faults`. `kept` is what it hands on.

    `undecided`: what is wrong leaves open how the service is.
    """

    faults: tuple[str, ...] = ()
    said: str = ""
    seconds: float | None = None
    slower_than: float | None = None
    text: str = ""
    hint: str = ""
    reached: bool = True
    undecided: bool = False
    figures: tuple[Measurement, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)

    @property
    def state(self) -> State:
        if self.faults:
            return State.UNKNOWN if self.undecided else State.CRITICAL
        return State.OK if self.slower_than is None else State.WARNING

    @property
    def summary(self) -> str:
        words = "; ".join(self.faults) or self.said
        if self.seconds is not None:
            words += f" in {self.seconds:.3f} s"
        return words + (f", slower than {plain(self.slower_than)} s" if self.slower_than is not None else "")


def filled(wanted: Request, kept: Mapping[str, str]) -> Call:
    """The request with `{name}` replaced by what earlier steps kept."""

    def fill(text: str, *, in_address: bool = False) -> str:
        return re.sub(
            r"\{(\w+)\}",
            lambda name: (
                (quote(kept[name[1]], safe="") if in_address else kept[name[1]])
                if name[1] in kept
                else name[0]
            ),
            text,
        )

    headers = {name: fill(secret.get_secret_value()) for name, secret in wanted.headers.items()}
    return Call(
        url=fill(wanted.url, in_address=True),
        method=wanted.method,
        headers={**headers, **authorization(wanted.bearer, wanted.basic)},
        body=fill(wanted.body).encode(),
    )


def judged(reply: Reply, wanted: Request) -> Attempt:
    body = Body(reply)
    faults = [*_wrong_status(reply, wanted.expect), *wrong_body(body, wanted.expect)]
    figures, kept = [], {}
    if not faults:
        for metric, path in wanted.measure.items():
            try:
                figures.append(Measurement(metric=metric, value=body.number(path)))
            except ValueError as missing:
                faults.append(str(missing))
        for name, path in wanted.keep.items() if isinstance(wanted, Step) else ():
            try:
                kept[name] = str(body.at(path)[0])
            except ValueError as missing:
                faults.append(str(missing))
    below = wanted.expect.below
    limit = below.total_seconds() if below is not None else None
    return Attempt(
        faults=tuple(dict.fromkeys(faults)),
        said=f"{reply.status} {reply.reason}".strip(),
        seconds=reply.seconds,
        slower_than=limit if limit is not None and reply.seconds > limit else None,
        text=body.text[:_OUTPUT_TEXT],
        figures=tuple(figures),
        kept=kept,
    )


def _wrong_status(reply: Reply, expect: Expected) -> Iterator[str]:
    wanted = (expect.status,) if isinstance(expect.status, int) else expect.status
    if reply.status not in wanted if wanted else reply.status >= 400:
        names = " or ".join(str(status) for status in wanted)
        yield f"status {reply.status} {reply.reason}".strip() + (f", not {names}" if names else "")
