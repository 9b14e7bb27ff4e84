"""How often each method may be called: Slack's tiers, and one message a second and channel."""

import math
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

# https://docs.slack.dev/apis/web-api/rate-limits: calls a minute of each method, for each workspace.
TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
_WINDOW_S = 60.0

# https://docs.slack.dev/reference/methods/METHOD
OF_METHOD: Mapping[str, int] = {
    "bots.info": 3,
    "chat.delete": 3,
    "chat.postEphemeral": 4,
    "chat.update": 3,
    "conversations.archive": 2,
    "conversations.history": 3,
    "conversations.info": 3,
    "conversations.join": 3,
    "conversations.leave": 3,
    "conversations.list": 2,
    "conversations.members": 4,
    "conversations.open": 3,
    "conversations.replies": 3,
    "files.completeUploadExternal": 4,
    "files.getUploadURLExternal": 4,
    "reactions.add": 3,
    "reactions.get": 3,
    "reactions.remove": 2,
    "usergroups.list": 2,
    "usergroups.users.list": 2,
    "usergroups.users.update": 2,
    "users.getPresence": 3,
    "users.info": 4,
    "users.list": 2,
    "users.setPresence": 2,
    "views.open": 4,
    "views.publish": 4,
    "views.push": 4,
    "views.update": 4,
}
"""What is not here has no tier: auth.test, blocks.validate, chat.getPermalink; and apps.connections.open,
which is of the first, but an app may come back after each restart."""

# Slack lets a channel take more than one message a second for a moment, and does not say how many more.
POSTS_A_SECOND, POSTS_AT_ONCE = 1.0, 10


class Rates:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._calls: dict[str, deque[float]] = {}

    def wait(self, method: str, arguments: Mapping[str, Any]) -> int:
        """Counts the call; or the whole seconds after which it may be tried again, at least 1."""
        if method == "chat.postMessage":
            channel = arguments.get("channel")
            return self._take(f"{method} {channel}", POSTS_AT_ONCE, POSTS_AT_ONCE / POSTS_A_SECOND)
        return self._take(method, TIERS[OF_METHOD[method]], _WINDOW_S) if method in OF_METHOD else 0

    def _take(self, key: str, most: int, window_s: float) -> int:
        now, calls = self._clock(), self._calls.setdefault(key, deque())
        while calls and calls[0] <= now - window_s:
            calls.popleft()
        if len(calls) >= most:
            return max(1, math.ceil(calls[0] + window_s - now))
        calls.append(now)
        return 0
