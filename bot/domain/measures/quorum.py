"""One answer of a check that was asked from several sites."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from statistics import median

from checks.result import Measurement, Result, Sighting, State

_BAD = (State.CRITICAL, State.WARNING)


def agreed(answers: Mapping[str, Result], quorum: int) -> Result:
    """What `quorum` sites at least say, from the answer of each site, of which there is one or more.

    It is bad when so many say so, and well when so few do that the others could not make it bad; where too
    few found out anything it is UNKNOWN. A figure is the median over the sites that measured it.
    """
    if len(answers) == 1:
        return next(iter(answers.values()))
    given = tuple(answers.values())
    state = _state([each.state for each in given], quorum)
    return Result(
        check=given[0].check,
        state=state,
        summary=_summary(answers, state),
        measurements=_middle(given),
        started_at=min(each.started_at for each in given),
        duration_s=max(each.duration_s for each in given),
        hint="; ".join(f"{site}: {each.hint}" for site, each in answers.items() if each.hint),
        output="\n".join(f"--- {site}\n{each.output}" for site, each in answers.items() if each.output),
        sightings=_together(sighting for each in given for sighting in each.sightings),
        offline=all(each.offline for each in given),
    )


def _state(states: list[State], quorum: int) -> State:
    for count in range(1, len(_BAD) + 1):
        if sum(state in _BAD[:count] for state in states) >= quorum:
            return _BAD[count - 1]
    unsaid = len(states) - states.count(State.OK)
    return State.OK if unsaid < quorum else State.UNKNOWN


def _summary(answers: Mapping[str, Result], state: State) -> str:
    """Who says what, the worst first; those that say the same are named together."""
    said: dict[tuple[State, str], list[str]] = {}
    for site, each in answers.items():
        said.setdefault((each.state, each.summary), []).append(site)
    agreeing = sum(each.state == state for each in answers.values())
    head = f"{agreeing} of {len(answers)} sites say {state.word}"
    parts = (f"{', '.join(sites)}: {summary}" for (_, summary), sites in sorted(said.items(), reverse=True))
    return "; ".join((head, *parts))


def _middle(given: Iterable[Result]) -> tuple[Measurement, ...]:
    series: dict[tuple[str, tuple[tuple[str, str], ...]], list[Measurement]] = {}
    for each in given:
        for measurement in each.measurements:
            series.setdefault((measurement.metric, measurement.labels), []).append(measurement)
    return tuple(
        replace(measured[0], value=median(each.value for each in measured)) for measured in series.values()
    )


def _together(sightings: Iterable[Sighting]) -> tuple[Sighting, ...]:
    """One type of error seen at several sites is one type, seen as often as at all of them."""
    found: dict[str, Sighting] = {}
    for each in sightings:
        before = found.get(each.key)
        found[each.key] = replace(each, count=each.count + before.count) if before else each
    return tuple(found.values())
