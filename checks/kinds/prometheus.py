"""A question put to Prometheus, or to what speaks its API (Thanos, Mimir, VictoriaMetrics)."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar, Literal
from urllib.parse import urlencode, urlsplit

from pydantic import Field, SecretStr, field_validator

from checks.base import Answer, CouldNotMeasure, Cursor, Options, Situation
from checks.duration import Duration
from checks.network.access import BasicAuth, WebAddress, authorization
from checks.network.call import Ask, Call, NoReply, Reply
from checks.network.exchange import Line
from checks.network.failure import failed
from checks.numbers import plain
from checks.result import Measurement, State

_NAME = "__name__"
_POINTS = 240
_MOST_SERIES = 1000
_SHOWN = 5

_REDUCE: dict[str, Callable[[Sequence[float]], float]] = {
    "last": lambda values: values[-1],
    "mean": statistics.fmean,
    "min": min,
    "max": max,
    "sum": math.fsum,
}


class PrometheusOptions(Options):
    """Measures every series of the answer, by its labels."""

    url: WebAddress = Field(description="The server, such as http://prometheus.example.com:9090.")
    query: str = Field(min_length=1, description="The query, in PromQL.")
    metric: str = Field(
        default="", description="What the values are called; default the series' own name, else `value`."
    )
    range: Duration = Field(
        default=timedelta(0), description="How far to look back; without it the value of now is asked for."
    )
    reduce: Literal["last", "mean", "min", "max", "sum"] = Field(
        default="last", description="What becomes of a range's values."
    )
    empty: Literal["unknown", "ok"] = Field(
        default="unknown",
        description="What an answer without a series means: nothing found out, or all well.",
    )
    headers: Mapping[str, SecretStr] = Field(
        default_factory=dict, description="Headers to send, such as {X-Scope-OrgID: shop}."
    )
    bearer: SecretStr | None = Field(default=None, description="A token to send as `Authorization: Bearer`.")
    basic: BasicAuth | None = Field(default=None, description="A name and password to send.")
    verify: bool | str = Field(
        default=True,
        description="Whether the certificate must be valid, or the file of the authorities to trust.",
    )

    @field_validator("range")
    @classmethod
    def _is_long_enough(cls, span: timedelta) -> timedelta:
        if timedelta(0) < span < timedelta(seconds=1):
            raise ValueError("is too short; write 1s or more")
        return span


class Prometheus:
    """Always OK when it got an answer: the metrics judge the figures. NaN and infinity are no figures."""

    name: ClassVar[str] = "prometheus"
    options_model: ClassVar[type[Options]] = PrometheusOptions

    def __init__(self, options: PrometheusOptions) -> None:
        self._options = options
        self._line = Line()

    def probe(self, situation: Situation, cursor: Cursor | None) -> tuple[Answer, Cursor | None]:
        options = self._options
        verify = options.verify
        ask = Ask(
            follow_redirects=False,
            verify=verify if isinstance(verify, bool) else str(situation.folder / verify),
            timeout_s=situation.timeout_s,
        )
        try:
            reply = self._line.exchange(self._request(situation), ask)
        except NoReply as error:
            down = failed(error, urlsplit(options.url).hostname or "", situation.timeout_s)
            raise CouldNotMeasure(
                f"Prometheus: {down}", "look whether it runs; else correct `url`", reached=down.reached
            ) from error
        return self._answer(_told(reply)), cursor

    def _request(self, situation: Situation) -> Call:
        options = self._options
        asked: dict[str, str] = {"query": options.query, "timeout": f"{plain(situation.timeout_s)}s"}
        span = options.range.total_seconds()
        if span:
            end = situation.now.timestamp()
            asked |= {"start": str(end - span), "end": str(end), "step": str(max(1.0, span / _POINTS))}
        headers = {name: secret.get_secret_value() for name, secret in options.headers.items()}
        how = "query_range" if span else "query"
        return Call(
            url=f"{options.url.rstrip('/')}/api/v1/{how}?{urlencode(asked)}",
            headers={**headers, **authorization(options.bearer, options.basic)},
        )

    def _answer(self, told: Mapping[str, Any]) -> Answer:
        found = list(self._measured(told["data"]))
        if not found and self._options.empty == "unknown":
            raise CouldNotMeasure("no series answers the query", "correct `query`, or write `empty: ok`")
        if len(found) > _MOST_SERIES:
            raise CouldNotMeasure(f"{len(found)} series answer the query", "let it aggregate: sum by (…)")
        if found and not any(math.isfinite(each.value) for each in found):
            raise CouldNotMeasure(f"every value is {found[0].value}", "a ratio of nothing to nothing is none")
        said = [f"{_series(each)} {plain(each.value)}" for each in found if math.isfinite(each.value)]
        more = f" and {len(said) - _SHOWN} more" if len(said) > _SHOWN else ""
        return Answer(
            state=State.OK,
            summary=", ".join(said[:_SHOWN]) + more or "no series",
            measurements=tuple(found),
            hint="; ".join([*told.get("warnings", ()), *told.get("infos", ())]),
        )

    def _measured(self, told: Mapping[str, Any]) -> Iterator[Measurement]:
        match told["resultType"], told["result"]:
            case "vector", list(series):
                for each in series:
                    yield self._measurement(each["metric"], [each["value"]])
            case "matrix", list(series):
                for each in series:
                    yield self._measurement(each["metric"], each["values"])
            case "scalar", value:
                yield self._measurement({}, [value])
            case kind, _:
                raise CouldNotMeasure(f"the answer is a {kind}, not numbers", "correct the check's `query`")

    def _measurement(self, labels: Mapping[str, str], values: Sequence[Sequence[Any]]) -> Measurement:
        numbers = [float(value) for _, value in values]
        return Measurement(
            metric=self._options.metric or labels.get(_NAME, "value"),
            value=_REDUCE[self._options.reduce](numbers),
            labels=tuple((name, text) for name, text in labels.items() if name != _NAME),
        )


def _told(reply: Reply) -> Mapping[str, Any]:
    """The answer's document. Raises CouldNotMeasure on anything but a success."""
    text = reply.body.decode(errors="replace")
    if reply.cut_short:
        raise CouldNotMeasure("the answer is longer than 1 MiB", "let the query aggregate: sum by (…)")
    if reply.status in {401, 403}:
        raise CouldNotMeasure(f"Prometheus refuses: {reply.status} {reply.reason}", "set `bearer` or `basic`")
    try:
        told = json.loads(text)
        if told["status"] == "success" and told["data"]["resultType"]:
            return dict(told)
        words = f"{told['errorType']}: {told['error']}"
    except (ValueError, LookupError, TypeError, RecursionError):
        raise CouldNotMeasure(
            f"the answer is not Prometheus's: {reply.status} {reply.reason}".strip(),
            "correct the check's `url`",
            text,
        ) from None
    raise CouldNotMeasure(f"Prometheus: {words}", "correct the check's `query`", text)


def _series(measurement: Measurement) -> str:
    where = ", ".join(f"{name}={value}" for name, value in measurement.labels)
    return f"{measurement.metric}{{{where}}}" if where else measurement.metric
