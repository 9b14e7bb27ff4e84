"""A child program with a deadline, and one thread on which many of them are waited for."""

from checks.child.loop import Loop
from checks.child.run import Finished, Manner, run_child
from checks.child.streams import KEPT_BYTES

__all__ = ["KEPT_BYTES", "Finished", "Loop", "Manner", "run_child"]
