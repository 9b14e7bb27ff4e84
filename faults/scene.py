"""A service that breaks and is mended, people in a local workspace, and bots that are killed."""

from __future__ import annotations

import json
import signal
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, text

from bot.clock import RealClock
from bot.workspace import Member, Seed, Workspace
from faults.nursery import Life, Nursery
from faults.waiting import until

Message = dict[str, Any]

PEOPLE = ("ann", "bob", "cat")
CONFIG = """
service: orders
storage: {storage}
people:
  ann: {{name: Ann, slack: U0ANN}}
  bob: {{name: Bob, slack: U0BOB}}
  cat: {{name: Cat, slack: U0CAT}}
escalations:
  default:
    levels:
      - {{notify: [person:ann], wait: {wait}}}
      - {{notify: [person:bob], wait: {wait}}}
      - {{notify: [person:cat], wait: {wait}}}
grouping: {{group_wait: 0s}}
metrics:
{metrics}
checks:
  figures: {{kind: command, run: [cat, values.json], output: json, every: {every}, timeout: 2s{site}}}
{checks}
"""


class Wrong(RealClock):
    """A clock that is wrong by so many seconds."""

    def __init__(self, seconds: float) -> None:
        self._by = timedelta(seconds=seconds)
        super().__init__()

    def machine(self) -> datetime:
        return super().machine() + self._by


class Scene:
    """One database, one workspace, and as many bots as are begun over them.

    `metrics` may break one by one. `wait` is that of each level; `site` is where the check is asked, and
    `every` how often. `checks` are asked beside it.
    """

    def __init__(
        self,
        folder: Path,
        nursery: Nursery,
        storage: str = "",
        *,
        metrics: tuple[str, ...] = ("m0",),
        wait: str = "10m",
        site: str = "",
        every: str = "1s",
        checks: Sequence[str] = (),
    ) -> None:
        self.folder = folder
        self.storage = storage or f"sqlite:///{folder / 'vigil.db'}"
        self._files = self.storage.startswith("sqlite")
        self.metrics = metrics
        self._nursery = nursery
        self._values = dict.fromkeys(metrics, 0)
        self._wait, self._site = wait, site
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.yaml").write_text(
            CONFIG.format(
                storage=self.storage,
                wait=wait,
                every=every,
                checks="\n".join(f"  {each}" for each in checks),
                metrics="\n".join(
                    f'  {each}: {{tier: 1, critical: "> 1", flapping: false}}' for each in metrics
                ),
                site=f", site: {site}" if site else "",
            )
        )
        self.measures()
        self.clock_is_wrong_by(0)
        self.workspace = Workspace(
            Seed(
                team="Faults",
                channels=("oncall",),
                members=tuple(Member(f"U0{name.upper()}", name, name.title()) for name in PEOPLE),
            )
        )
        self.workspace.start()
        self.lives: list[Life] = []

    def close(self) -> None:
        for life in self.lives:
            life.kill()
        self.workspace.stop()

    # --- bots ----------------------------------------------------------------------------------------

    def begins(self, dies_at: str | None = None, by: signal.Signals = signal.SIGKILL) -> Life:
        """A bot; `dies_at` is the fault point at which `by` strikes it, unless it has struck one already."""
        arguments = ["up", "--config", str(self.folder / "config.yaml"), "--port", "0"]
        return self._begun(arguments, dies_at, by)

    def worker(self, site: str) -> Life:
        return self._begun(["worker", "--config", str(self.folder / "config.yaml"), "--site", site])

    def _begun(
        self, arguments: list[str], dies_at: str | None = None, by: signal.Signals = signal.SIGKILL
    ) -> Life:
        environment = {
            "SLACK_BOT_TOKEN": "xoxb-local",
            "SLACK_APP_TOKEN": "xapp-local",
            "SLACK_API_URL": f"{self.workspace.url}/api/",
        }
        life = self._nursery.begin(self.folder, arguments, environment, dies_at, by, ordinary=self._files)
        self.lives = [*(each for each in self.lives if each.alive), life]
        return life

    def points(self) -> list[str]:
        """The fault points that bots have passed, in order."""
        file = self.folder / "points"
        return file.read_text().splitlines() if file.exists() else []

    @property
    def died(self) -> bool:
        """Whether a bot has died at its point."""
        return (self.folder / "points.died").exists()

    def clock_is_wrong_by(self, seconds: float) -> None:
        """All bots of this scene go by it from now on."""
        self.clock = Wrong(seconds)
        new = self.folder / "clock.new"
        new.write_text(str(seconds))
        new.replace(self.folder / "clock")

    # --- the service ---------------------------------------------------------------------------------

    def measures(self, **values: int) -> None:
        """What the check finds from now on."""
        self._values |= values
        new = self.folder / "values.new"
        new.write_text(json.dumps(self._values))
        new.replace(self.folder / "values.json")

    def breaks(self, metric: str = "m0") -> None:
        self.measures(**{metric: 9})

    def mends(self, metric: str = "m0") -> None:
        self.measures(**{metric: 0})

    # --- the workspace -------------------------------------------------------------------------------

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.workspace.url + path, timeout=30) as answer:
            return json.load(answer)

    def post(self, path: str, **body: object) -> Any:
        request = urllib.request.Request(
            self.workspace.url + path, json.dumps(body).encode(), {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def fault(self, method: str, effect: str, **more: object) -> None:
        """What goes wrong in Slack from now on, as POST /local/faults has it."""
        self.post("/local/faults", method=method, effect=effect, **({"times": 1} | more))

    def posts(self) -> list[Message]:
        """Every post that the workspace ever accepted."""
        found: list[Message] = self.get("/local/posts")
        return found

    def pages(self) -> list[Message]:
        return [each for each in self.posts() if "<@U0" in (each["text"] or "")]

    def cards(self, words: str) -> list[Message]:
        """Cards in the channel that say this, oldest first."""
        found: list[Message] = self.get("/local/messages?channel=oncall")
        top = [each for each in found if not each["thread_ts"] and not each["ephemeral_to"]]
        return [each for each in top if words in json.dumps([each["text"], each["blocks"]])]

    @property
    def connected(self) -> bool:
        return bool(self.get("/local/state")["bot"]["connected"])

    def presses(self, card: Message, verb: str, person: str = "ann") -> bool:
        """False when nobody took the press: then a person presses again."""
        for block in card["blocks"] or ():
            for element in (*block.get("elements", ()), *filter(None, [block.get("accessory")])):
                if str(element.get("value", "")).startswith(f"{verb}:"):
                    pressed = {"action_id": element["action_id"], "value": element["value"]}
                    with suppress(urllib.error.URLError):
                        where = {"user": person, "channel": "oncall", "ts": card["ts"]}
                        return bool(self.post("/local/action", **where, **pressed)["ok"])
        return False

    # --- the database --------------------------------------------------------------------------------

    @property
    def at_rest(self) -> bool:
        """Whether nothing waits to be posted, or to be carried out."""
        waiting = "SELECT count(*) FROM outbox WHERE fate = 'waiting'"
        unread = "SELECT count(*) FROM letters WHERE look_at IS NOT NULL"
        return not any(self.asks(each) for each in (waiting, unread))

    @property
    def quiet(self) -> bool:
        """Whether every alert has ended."""
        return not self.asks("SELECT count(*) FROM alerts WHERE state != 'resolved'")

    def slowest_page(self) -> float:
        """Seconds from when a page was decided until the workspace had it, at most."""
        found = "SELECT operation, created_at FROM outbox WHERE parcel = 'page'"
        decided = {row[0]: float(row[1]) / 1_000_000 for row in self.rows(found)}
        posted = {
            each["metadata"]["event_payload"]["operation"]: float(each["ts"])
            for each in self.posts()
            if each["metadata"]
        }
        return max((posted[each] - decided[each] for each in decided if each in posted), default=0.0)

    def asks(self, question: str) -> Any:
        """The first value of the first row."""
        return self.rows(question)[0][0]

    def changes(self, statement: str) -> None:
        """Behind the bots' back."""
        with self._engine() as engine, engine.begin() as connection:
            connection.execute(text(statement))

    def rows(self, question: str) -> Sequence[Any]:
        """All that the database answers."""
        with self._engine() as engine, engine.connect() as connection:
            return connection.execute(text(question)).all()

    @contextmanager
    def _engine(self) -> Iterator[Engine]:
        engine = create_engine(self.storage.replace("postgresql://", "postgresql+psycopg://"))
        try:
            yield engine
        finally:
            engine.dispose()

    # --- time ----------------------------------------------------------------------------------------

    def now(self) -> float:
        return RealClock().now().timestamp()

    def until(self, holds: Callable[[], object], what: str, within_s: float = 90) -> float:
        """Raises TimeoutError, with the end of the bots' log."""
        try:
            return until(holds, within_s, what)
        except TimeoutError as error:
            log = self.folder / "bot.log"
            said = log.read_text()[-3000:] if log.exists() else ""
            raise TimeoutError(f"{error}\n{said}") from None
