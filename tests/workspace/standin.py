"""What the workspace tests share: a seed, a clock in the hand, the /local side."""

from dataclasses import dataclass, field
from typing import Any

import requests

from bot.workspace import Member, Seed, Usergroup

SEED = Seed(
    team="Orders Team",
    channels=("oncall", "random"),
    members=(Member("U1", "lin", "Lin Wei"), Member("U2", "chen", "Chen Jie")),
    usergroups=(Usergroup("S1", "operations", ("U1", "U2")),),
    links=(("Order service", "http://127.0.0.1:8090"),),
)


class Clock:
    """Time in the test's hand; Unix seconds."""

    def __init__(self) -> None:
        self.now = 1_768_760_000.25

    def __call__(self) -> float:
        return self.now


@dataclass
class Local:
    """The tests' side of the workspace."""

    url: str
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, name: str, **query: str) -> Any:
        return self.session.get(f"{self.url}/local/{name}", params=query, timeout=5).json()

    def post(self, name: str, **body: Any) -> Any:
        return self.session.post(f"{self.url}/local/{name}", json=body, timeout=5).json()

    def texts(self, channel: str = "oncall", **query: str) -> list[str]:
        return [message["text"] for message in self.get("messages", channel=channel, **query)]
