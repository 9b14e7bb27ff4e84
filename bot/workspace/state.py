"""All that the workspace knows, in one place."""

from collections.abc import Callable
from pathlib import Path

from bot.workspace.deliveries import Deliveries
from bot.workspace.directory import Directory
from bot.workspace.faults import Faults
from bot.workspace.feed import Feed
from bot.workspace.filing import Files
from bot.workspace.grants import Responses, Triggers
from bot.workspace.journal import Journal
from bot.workspace.messages import Messages
from bot.workspace.seed import Seed
from bot.workspace.socketmode import SocketMode
from bot.workspace.views import Views


class State:
    """Used by one thread at a time: the server's, once that runs. `url` is the workspace's own."""

    def __init__(self, seed: Seed, database: Path | None, clock: Callable[[], float], url: str) -> None:
        self.seed = seed
        self.url = url
        self.journal = Journal(database)
        self.feed = Feed()
        self.faults = Faults()
        self.directory = Directory(self.journal)
        self.messages = Messages(self.journal, self.feed, clock)
        self.files = Files(self.journal)
        self.views = Views(self.journal, self.feed, clock)
        self.triggers = Triggers(clock)
        self.responses = Responses(self.journal, clock)
        self.deliveries = Deliveries(self.journal, clock)
        self.socket_mode = SocketMode(self.feed, on_connect=self.deliveries.retry_now)
        self.directory.sow(seed)
