"""`/api/v1` over real sockets and a real database: watches and the verdicts of their gates."""

from __future__ import annotations

import asyncio
import http.client
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asking import Reply, ask
from click.testing import CliRunner
from starlette.responses import PlainTextResponse

from bot.cli import main
from bot.clock import HeldClock
from bot.config import load
from bot.slack.access import SlackAccess
from bot.web.guard import Doors, Guard, Keys
from bot.web.rate import Rate
from bot.wiring import Program

NOW = datetime(2026, 1, 19, 2, 0, tzinfo=UTC)
# TCP port 9 is closed: what the bot wants to say waits in the outbox.
NOWHERE = SlackAccess(bot_token="xoxb-none", app_token="", api_url="http://127.0.0.1:9/api/")
CONFIG = """
service: orders
timezone: Asia/Shanghai
people: {lin: {name: Lin Wei, slack: U0LIN}}
checks:
  figures: {kind: command, run: ["true"], output: exit}
checklists: {all: [figures]}
plan:
  phases: [{name: Day 1, day: 1, every: 6h, checklist: all}]
  gates: [{at: 24h, criteria: first-day}]
"""
JSON = {"Content-Type": "application/json"}
TOKEN = "s3cret-é"


class Bot:
    """A bot on a held clock, and its HTTP."""

    def __init__(self, folder: Path, token: str = "", config: str = CONFIG) -> None:
        self.config = folder / "config.yaml"
        self.config.write_text(config)
        self.clock = HeldClock(NOW)
        self.program = Program(load(self.config, {}), NOWHERE, self.clock, threads=False)
        self.web = self.program.serve_web("127.0.0.1", 0, token)

    def asks(self, path: str, body: object = None, **headers: str) -> Reply:
        sent = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return ask(self.web.url + path, sent, (JSON if sent is not None else {}) | named)

    def starts(self, **fields: object) -> Reply:
        return self.asks("/api/v1/watches", fields)

    def close(self) -> None:
        self.web.stop()
        self.program.stop()


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    built = Bot(tmp_path)
    yield built
    built.close()


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Bot]:
    built = Bot(tmp_path, TOKEN)
    yield built
    built.close()


def vigil(bot: Bot, *arguments: str) -> Any:
    """What the command line says of the same database."""
    said = CliRunner().invoke(main, [*arguments, "--config", str(bot.config), "--json"])
    return json.loads(said.stdout)


def test_a_pipeline_starts_a_watch_and_reads_it_where_it_is_told(bot: Bot) -> None:
    begun = bot.starts(version="v1.4.2", owner="lin", deployed_at="2026-01-19T09:30:00+08:00")
    assert (begun.status, begun.content_type) == (201, "application/json")
    watch_id = begun.json["id"]
    assert begun.location == f"/api/v1/watches/{watch_id}"
    assert begun.json == {
        "id": watch_id,
        "service": "orders",
        "version": "v1.4.2",
        "owner": "lin",
        "state": "running",
        "deployed_at": "2026-01-19T09:30:00+08:00",
        "started_at": "2026-01-19T10:00:00+08:00",
        "paused_until": None,
        "day": 1,
        "done": 0,
        "total": 3,
        "stages": [
            {"name": "Deployment day", "state": "now"},
            {"name": "Final evaluation", "state": "ahead"},
        ],
        "denser": None,
        "rolled_back": False,
        "ended_at": None,
    }
    read = bot.asks(begun.location or "")
    assert (read.status, read.json) == (200, begun.json)


def test_only_a_version_is_needed_and_the_deployment_is_now(bot: Bot) -> None:
    begun = bot.starts(version=" v1 ", service=None, deployed_at=None, owner=None).json
    assert (begun["service"], begun["version"], begun["owner"]) == ("orders", "v1", None)
    assert begun["deployed_at"] == begun["started_at"] == "2026-01-19T10:00:00+08:00"


def test_the_command_line_and_http_tell_the_same(bot: Bot) -> None:
    watch_id = bot.starts(version="v1").json["id"]
    gate = bot.asks(f"/api/v1/watches/{watch_id}/gate").json
    assert gate == {
        "watch": watch_id,
        "service": "orders",
        "version": "v1",
        "gate": "24h",
        "state": "pending",
        "at": "2026-01-20T10:00:00+08:00",
        "findings": [],
    }
    assert vigil(bot, "gate", watch_id) == gate
    vigil(bot, "watch", "stop", watch_id, "--as", "lin")
    stopped = bot.asks(f"/api/v1/watches/{watch_id}").json
    assert (stopped["state"], stopped["ended_at"] is not None) == ("ended", True)
    assert bot.asks(f"/api/v1/watches/{watch_id}/gate").json == vigil(bot, "gate")


def test_a_gate_that_was_judged_is_told_with_its_findings(bot: Bot) -> None:
    watch_id = bot.starts(version="v1").json["id"]
    bot.clock.move_to(NOW + timedelta(hours=24, minutes=1))
    bot.program.settle()
    told = bot.asks(f"/api/v1/watches/{watch_id}/gate").json
    assert (told["state"], told["at"]) == ("inconclusive", "2026-01-20T10:01:00+08:00")
    assert ("passed", "0 critical alerts") in [(each["outcome"], each["text"]) for each in told["findings"]]
    assert told["findings"][0]["outcome"] == "inconclusive"


BODIES = [
    # version
    ({}, 422, "/version", "version: is needed"),
    ({"version": None}, 422, "/version", "version: must be text"),
    ({"version": 1.4}, 422, "/version", "version: must be text"),
    ({"version": ["v1"]}, 422, "/version", "version: must be text"),
    (
        {"version": ""},
        422,
        "/version",
        "version: a version is one line of 1 to 100 characters that can be seen, such as v1.4.2",
    ),
    ({"version": "v" * 101}, 422, "/version", "version: a version is one line of 1 to 100 characters"),
    ({"version": "v1\nv2"}, 422, "/version", "version: a version is one line of 1 to 100 characters"),
    ({"version": "v\x00"}, 422, "/version", "version: a version is one line of 1 to 100 characters"),
    (b'{"version": "\\ud800"}', 422, "/version", "version: a version is one line of 1 to 100 characters"),
    # service
    ({"version": "v", "service": 5}, 422, "/service", "service: must be text"),
    (
        {"version": "v", "service": "ordres"},
        422,
        "/service",
        "service: no service is called 'ordres'; did you mean `orders`?",
    ),
    ({"version": "v", "service": "\x00"}, 422, "/service", "service: no service is called '\\x00'"),
    # owner
    ({"version": "v", "owner": {}}, 422, "/owner", "owner: must be text"),
    (
        {"version": "v", "owner": "linn"},
        422,
        "/owner",
        "owner: nobody in `people` is called 'linn'; did you mean `lin`?",
    ),
    # deployed_at
    ({"version": "v", "deployed_at": 1768788000}, 422, "/deployed_at", "deployed_at: write an ISO 8601 time"),
    (
        {"version": "v", "deployed_at": "1768788000"},
        422,
        "/deployed_at",
        "deployed_at: write an ISO 8601 time",
    ),
    ({"version": "v", "deployed_at": "today"}, 422, "/deployed_at", "deployed_at: write an ISO 8601 time"),
    # whose nine o'clock?
    (
        {"version": "v", "deployed_at": "2026-01-19T09:00"},
        422,
        "/deployed_at",
        "deployed_at: write an ISO 8601",
    ),
    (
        {"version": "v", "deployed_at": "2026-01-19"},
        422,
        "/deployed_at",
        "deployed_at: write an ISO 8601 time",
    ),
    (
        {"version": "v", "deployed_at": "2026-01-19T10:06+08:00"},
        422,
        "/deployed_at",
        "deployed_at: the deployment must have happened",
    ),
    (
        {"version": "v", "deployed_at": "0001-01-01T00:00+14:00"},
        422,
        "/deployed_at",
        "deployed_at: the deployment must have happened",
    ),
    (
        {"version": "v", "deployed_at": "2026-01-01T00:00Z"},
        422,
        "/deployed_at",
        "deployed_at: that is so long ago that nothing of the plan is left to do",
    ),
    # unknown fields, with the nearest known one
    (
        {"version": "v", "servise": "x"},
        422,
        "/servise",
        "servise: there is no such field; did you mean `service`",
    ),
    ({"version": "v", "a/b~c": 1}, 422, "/a~1b~0c", "a~1b~0c: there is no such field; known: "),
    # two at once: the first has the pointer
    (
        {"version": 1, "owne": 2},
        422,
        "/version",
        "version: must be text; owne: there is no such field; did you",
    ),
    # no object
    ([], 422, None, 'send a JSON object, such as {"version": "v1.4.2"}'),
    ("v1", 422, None, "send a JSON object"),
    # no JSON
    (b"", 400, None, "the body is no JSON: Expecting value at character 0"),
    (b"{", 400, None, "the body is no JSON: Expecting property name"),
    (b"\xff", 400, None, ""),
    (b"[" * 60_000, 400, None, ""),
]


@pytest.mark.parametrize(("body", "status", "pointer", "detail"), BODIES)
def test_bad_input_is_a_problem_that_points_at_its_field(
    body: object, status: int, pointer: str | None, detail: str, bot: Bot
) -> None:
    reply = bot.asks("/api/v1/watches", body)
    assert (reply.status, reply.content_type) == (status, "application/problem+json")
    told = reply.json
    assert (told["type"], told["status"], bool(told["title"])) == ("about:blank", status, True)
    assert told.get("pointer") == pointer
    assert told["detail"].startswith(detail)
    assert vigil(bot, "watch", "list") == []


def test_a_watch_that_runs_already_is_a_conflict_that_says_where_it_is(bot: Bot) -> None:
    begun = bot.starts(version="v1")
    for minutes in (0, 5):
        bot.clock.advance(timedelta(minutes=minutes))
        again = bot.starts(version=" v1 ")
        assert (again.status, again.location) == (409, begun.location)
        assert again.json["detail"].startswith("a watch of orders v1 runs already (w")
    assert len(vigil(bot, "watch", "list")) == 1
    bot.asks(f"{begun.location}/stop", {})
    assert bot.starts(version="v1").status == 201


@pytest.mark.parametrize(
    "path", ["/api/v1/watches/w000000000", "/api/v1/watches/w0/gate", "/api/v1/watches/%00"]
)
def test_an_unknown_watch_is_not_found(path: str, bot: Bot) -> None:
    reply = bot.asks(path)
    assert (reply.status, reply.content_type) == (404, "application/problem+json")
    assert reply.json["detail"].startswith("no watch has the ID ")


@pytest.mark.parametrize(
    ("path", "body", "content_type", "status"),
    [
        # a form, as any page in a browser may send it
        ("/api/v1/watches", b"version=v1", "application/x-www-form-urlencoded", 415),
        ("/api/v1/watches", b'{"version": "v1"}', "text/plain", 415),
        # what changes a watch is sent, not asked for
        ("/api/v1/watches/w0/stop", None, "", 405),
        # no page with a slash at its end
        ("/api/v1/watches/", None, "", 404),
    ],
)
def test_what_is_not_offered_is_refused_as_a_problem(
    path: str, body: bytes | None, content_type: str, status: int, bot: Bot
) -> None:
    reply = bot.asks(path, body, Content_Type=content_type)
    assert (reply.status, reply.content_type) == (status, "application/problem+json")


def test_json_may_name_its_letters(bot: Bot) -> None:
    reply = bot.asks("/api/v1/watches", {"version": "v1"}, Content_Type="application/json; charset=utf-8")
    assert reply.status == 201


def chunked(bot: Bot, size: int) -> tuple[int, str]:
    """Send so many bytes without saying how many there will be."""
    connection = http.client.HTTPConnection(bot.web.url.removeprefix("http://"), timeout=10)
    body = (b" " * 1024 for _ in range(size // 1024))
    connection.request("POST", "/api/v1/watches", body, JSON, encode_chunked=True)
    answer = connection.getresponse()
    told = answer.read().decode()
    connection.close()
    return answer.status, told


def test_a_body_over_64_kib_is_refused(bot: Bot) -> None:
    fits = b'{"version": "v1"}'.ljust(64 * 1024)
    assert bot.asks("/api/v1/watches", fits).status == 201
    refused = bot.asks("/api/v1/watches", fits + b" ")
    assert (refused.status, refused.json["detail"]) == (413, "send at most 65536 bytes")
    status, told = chunked(bot, 65 * 1024)
    assert (status, json.loads(told)["status"]) == (413, 413)


# --- who may ask ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        # no token
        {},
        # another one, a part of it, more than it
        {"Authorization": "Bearer other"},
        {"Authorization": "Bearer s3cret"},
        {"Authorization": "Bearer s3cret-éé"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        # as another scheme
        {"Authorization": "Basic s3cret-é"},
        {"Authorization": "s3cret-é"},
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/watches/w0", "/metrics", "/openapi.json", "/docs", "/nope"])
def test_without_the_token_a_stranger_learns_nothing(
    path: str, headers: dict[str, str], guarded: Bot
) -> None:
    reply = guarded.asks(path, **headers)
    assert (reply.status, reply.content_type) == (401, "application/problem+json")
    assert reply.json["detail"].startswith("send `Authorization: Bearer …` with a token of the bot")


def test_who_may_ask_is_settled_before_the_body_is_read(guarded: Bot) -> None:
    assert guarded.asks("/api/v1/watches", b"{").status == 401
    assert vigil(guarded, "watch", "list") == []


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_with_the_token_the_api_answers(scheme: str, guarded: Bot) -> None:
    begun = guarded.asks("/api/v1/watches", {"version": "v1"}, Authorization=f"{scheme} {TOKEN}")
    assert begun.status == 201
    assert guarded.asks(begun.location or "", Authorization=f"{scheme} {TOKEN}").status == 200


def test_health_needs_no_token(guarded: Bot) -> None:
    assert guarded.asks("/healthz").status == 200


@pytest.mark.parametrize(
    "headers",
    [
        # a proxy on this machine speaks for somebody elsewhere
        {"X_Forwarded_For": "203.0.113.7"},
        {"Forwarded": "for=203.0.113.7"},
        # a page in a browser whose own name was made to point here
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:8080"},
        {"Host": "203.0.113.7"},
    ],
)
def test_without_a_token_configured_only_this_machine_is_answered(headers: dict[str, str], bot: Bot) -> None:
    reply = bot.asks("/api/v1/watches", {"version": "v1"}, **headers)
    assert (reply.status, reply.content_type) == (403, "application/problem+json")
    assert "VIGIL_API_TOKEN" in reply.json["detail"]
    assert vigil(bot, "watch", "list") == []


@pytest.mark.parametrize("host", ["localhost", "localhost:8080", "127.0.0.1:8080", "[::1]:8080", "[::1]"])
def test_this_machine_has_several_names(host: str, bot: Bot) -> None:
    assert bot.asks("/openapi.json", Host=host).status == 200


@pytest.mark.parametrize(
    ("client", "status"),
    [
        (("127.0.0.1", 4000), 200),
        (("127.8.8.8", 4000), 200),
        (("::1", 4000), 200),
        # this machine, heard on a socket for both kinds of addresses
        (("::ffff:127.0.0.1", 4000), 200),
        # other machines
        (("203.0.113.7", 4000), 403),
        (("10.0.0.2", 4000), 403),
        (("::ffff:10.0.0.2", 4000), 403),
        (("2001:db8::1", 4000), 403),
        # nobody can say from where
        (None, 403),
    ],
)
def test_without_a_token_configured_other_machines_are_refused(
    client: tuple[str, int] | None, status: int
) -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/openapi.json",
        "client": client,
        "headers": [(b"host", b"localhost")],
    }
    # A thread of its own: the browser tests leave a running loop in this one.
    with ThreadPoolExecutor(1) as pool:
        guarded = Guard(PlainTextResponse("yes"), Keys((), tuple), Doors(), Rate(0))(scope, receive, send)
        pool.submit(asyncio.run, guarded).result()
    assert sent[0]["status"] == status


# --- what it says of itself -------------------------------------------------------------------------------


def test_the_description_is_true(bot: Bot) -> None:
    described = bot.asks("/openapi.json").json
    heartbeats = [path for path in described["paths"] if path.startswith("/api/v1/heartbeats/")]
    assert len(heartbeats) == 5
    for path in heartbeats:
        methods = described["paths"].pop(path)
        assert set(methods) == {"get", "post"}
        assert "security" not in methods["get"]  # the key is in the path
    assert {path: list(methods) for path, methods in described["paths"].items()} == {
        "/api/v1/oncall/{schedule}.ics": ["get"],
        "/api/v1/watches": ["get", "post"],
        "/api/v1/watches/{watch_id}": ["get"],
        "/api/v1/watches/{watch_id}/gate": ["get"],
        **{
            f"/api/v1/watches/{{watch_id}}/{course}": ["post"]
            for course in ("pause", "resume", "extend", "stop", "intensify")
        },
        "/api/v1/webhooks/alertmanager": ["post"],
        "/api/v1/webhooks/alerts": ["post"],
    }
    begun = bot.starts(version="v1")
    gate = bot.asks(f"{begun.location}/gate")
    schemas = described["components"]["schemas"]
    assert set(schemas["WatchTold"]["required"]) == set(schemas["WatchTold"]["properties"]) == set(begun.json)
    assert set(schemas["GateTold"]["required"]) == set(schemas["GateTold"]["properties"]) == set(gate.json)
    assert schemas["WatchWanted"]["required"] == ["version"]
    assert schemas["WatchWanted"]["additionalProperties"] is False
    for methods in described["paths"].values():
        for method in methods.values():
            assert method["security"] == [{"HTTPBearer": []}]
            problems = {
                code: told for code, told in method["responses"].items() if code != "200" and code != "201"
            }
            assert {"401", "403", "429", "default"} <= set(problems)
            assert all(list(told["content"]) == ["application/problem+json"] for told in problems.values())
    assert bot.asks("/docs").content_type.startswith("text/html")


def test_programs_are_held_to_permissions_as_the_person_api(tmp_path: Path) -> None:
    bot = Bot(tmp_path, config=CONFIG + "permissions: {watch: [person:lin]}\n")
    refused = bot.starts(version="v1")
    assert refused.status == 403
    assert "`watch` is for person:lin; nothing was changed" in str(refused.body)
    assert bot.asks("/api/v1/watches").json == []
    bot.close()
    named = CONFIG.replace("people: {", "people: {api: {name: The pipeline}, ")
    allowed = Bot(tmp_path, config=named + "permissions: {watch: [person:api]}\n")
    assert allowed.starts(version="v1").status == 201
    allowed.close()
