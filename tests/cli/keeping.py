"""What a bot has left on disk: its own rows, written by its own engine, with nobody in Slack."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from bot.clock import HeldClock, RealClock
from bot.config import load
from bot.slack.access import SlackAccess
from bot.wiring import Program

# TCP port 9 is closed: what the bot wants to say waits in the outbox.
NOWHERE = SlackAccess(bot_token="xoxb-none", app_token="", api_url="http://127.0.0.1:9/api/")


class Kept:
    """The rows of a bot that ran a moment ago."""

    def __init__(self, folder: Path, ago: timedelta = timedelta(0)) -> None:
        self.folder = folder
        self.now = RealClock().now() - ago
        self._run(self.now, watch=False, settle=False)

    def measures(self, figures: str) -> None:
        """A bot asks its checks, which find this."""
        (self.folder / "figures.json").write_text(figures)
        self._run(self.now, watch=False, settle=True)

    def watch(self, days_ago: int = 0) -> None:
        """A watch was started then and runs."""
        self._run(self.now - timedelta(days=days_ago), watch=True, settle=False)

    def wakes(self, at: datetime) -> None:
        """A bot is started then, and does what is due."""
        self._run(at, watch=False, settle=True)

    def _run(self, at: datetime, *, watch: bool, settle: bool) -> None:
        setup = load(self.folder / "config.yaml", {})
        program = Program(setup, NOWHERE, HeldClock(at), threads=False)
        if watch:
            program.ensure_watch(setup.services["orders"], "v1")
        if settle:
            program.settle()
        program.stop()
