"""A Setup that lies close together in memory."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Callable

from bot.domain.setup import Setup


def compact(read: Callable[[], Setup]) -> Setup:
    """What `read` returns, made anew when all that reading took is gone.

    What reading takes for a while, five times as much, lies between what is kept, and of memory that is half
    empty nothing goes back to the system. A setup with options that cannot be copied stays as it is.
    """
    setup = read()
    try:
        kept = pickle.dumps(setup, pickle.HIGHEST_PROTOCOL)
    except (pickle.PicklingError, TypeError, AttributeError, RecursionError):
        return setup
    del setup
    gc.collect()
    made: Setup = pickle.loads(kept)  # noqa: S301 - what was written two lines above
    return made
