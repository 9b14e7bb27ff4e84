"""Commands by their words; each is imported when it is first wanted, with what it alone needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from functools import partial
from pkgutil import resolve_name
from typing import cast

import click

Place = Callable[[], click.Command]


def at(name: str) -> Place:
    """Where a command is: `module:name`."""
    return cast(Place, partial(resolve_name, name))


class Shelf(MutableMapping[str, click.Command]):
    """The commands of these words, in the order in which they are told."""

    def __init__(self, places: Mapping[str, Place]) -> None:
        self._places = dict(places)
        self._taken: dict[str, click.Command] = {}

    def __getitem__(self, word: str) -> click.Command:
        if word not in self._taken:
            self._taken[word] = self._places[word]()
        return self._taken[word]

    def __setitem__(self, word: str, command: click.Command) -> None:
        self._places[word] = lambda: command

    def __delitem__(self, word: str) -> None:
        del self._places[word]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
