"""The outgoing dead-man's switch: somebody else notices when this bot falls silent."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from bot.domain.setup import Ping

log = logging.getLogger(__name__)

_LOOK_S = 5.0
"""So often it is looked whether there is anything to call, where there was nothing."""


class Pinging:
    """Calls an address for as long as all is well. `ping` says which and how often; `well` whether it is."""

    def __init__(self, ping: Callable[[], Ping | None], well: Callable[[], bool]) -> None:
        self._ping = ping
        self._well = well
        self._stopping = threading.Event()
        self._said = ""

    def start(self) -> None:
        """Begin, on a thread of its own: it ends with the program."""
        threading.Thread(target=self._run, name="ping", daemon=True).start()

    def stop(self) -> None:
        """Call no more."""
        self._stopping.set()

    def _run(self) -> None:
        wait = 1.0
        while not self._stopping.wait(wait):
            ping = self._ping()
            wait = ping.every.total_seconds() if ping and ping.url else _LOOK_S
            if ping and ping.url and not self.once(ping):
                wait = min(wait, _LOOK_S)

    def once(self, ping: Ping) -> bool:
        """Call, unless something is wrong. Whether the call was made and taken."""
        if not self._well():
            return False
        trouble = _call(ping.url)
        if trouble != self._said:
            # The address is a secret: whoever knows it could speak for the bot.
            log.warning("the ping of `web.ping` %s", trouble) if trouble else log.info(
                "the ping is taken again"
            )
        self._said = trouble
        return not trouble


def _call(url: str) -> str:
    """Why it was not taken; "" when it was."""
    # libcurl takes 6 MB, most bots ping nobody, and nothing waits for a ping.
    from checks.network.call import Ask, Call, NoReply
    from checks.network.exchange import Line
    from checks.network.failure import plainly

    try:
        reply = Line().exchange(Call(url=url), Ask(follow_redirects=True, verify=True, timeout_s=10.0))
    except NoReply as failure:
        return f"did not get through: {plainly(failure)}"
    return "" if reply.status < 400 else f"was answered with HTTP {reply.status}"
