"""Checks that must run on other hosts: the bot's end, and the worker's."""

from bot.fleet.dispatch import Fleet, Sending
from bot.fleet.worker import Worker

__all__ = ["Fleet", "Sending", "Worker"]
