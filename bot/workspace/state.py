"""All that the workspace knows, in one place."""

from collections.abc import Callable
from pathlib import Path

from bot.workspace.app.deliveries import Deliveries
from bot.workspace.app.line import Line
from bot.workspace.app.socketmode import SocketMode
from bot.workspace.facts.directory import Directory
from bot.workspace.facts.filing import Files
from bot.workspace.facts.grants import Responses, Triggers
from bot.workspace.facts.journal import Journal
from bot.workspace.facts.messages import Messages
from bot.workspace.facts.views import Views
from bot.workspace.faults import Faults
from bot.workspace.feed import Feed
from bot.workspace.seed import Seed


class State:
    """Used by one thread at a time: the server's, once that runs. `url` is the workspace's own."""

    def __init__(self, seed: Seed, database: Path | None, clock: Callable[[], float], url: str) -> None:
        self.seed = seed
        self.url = url
        self.journal = Journal(database)
        self.feed = Feed()
        self.faults = Faults(clock)
        self.directory = Directory(self.journal)
        self.messages = Messages(self.journal, self.feed, clock)
        self.files = Files(self.journal)
        self.views = Views(self.journal, self.feed, clock)
        self.triggers = Triggers(clock)
        self.responses = Responses(self.journal, clock)
        self.deliveries = Deliveries(self.journal, clock, seed.events)
        self.socket_mode = SocketMode(self.feed, on_connect=self.deliveries.retry_now)
        self.line = Line(self.socket_mode, self.faults, clock)
        self.directory.sow(seed)

    def go(self, user: str, *, away: bool) -> None:
        """Somebody is away, or active again; every open page shows it."""
        if self.directory.go(user, away=away):
            self.feed.publish("presence", user=user, presence="away" if away else "active")
