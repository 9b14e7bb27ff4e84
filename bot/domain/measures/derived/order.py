"""In which order derived metrics follow from what they are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

Made = Mapping[str, frozenset[str]]
"""Each derived metric with the metrics it is made of."""


def cycle(made: Made) -> tuple[str, ...]:
    """Metrics that are made of each other, the first one again at the end; empty when there are none."""
    try:
        TopologicalSorter(made).prepare()
    except CycleError as error:
        return tuple(reversed(error.args[1]))
    return ()


def following(made: Made, changed: Iterable[str]) -> tuple[str, ...]:
    """The derived metrics that change with `changed`, each after those it is made of."""
    touched = set(changed)
    found = []
    for metric in TopologicalSorter(made).static_order():
        if metric in made and made[metric] & touched:
            touched.add(metric)
            found.append(metric)
    return tuple(found)
