"""How long it takes from a failing result to the first word about it, on disk first.

    .venv/bin/python benchmarks/first_word.py [--failures 40]

A program that fails notes when; so does the command by which Icinga 2 and Nagios notify, and the local
workspace in the benchmark's own process when the bot calls it. Everybody runs the same checks each second;
one after the other fails. Alertmanager, which keeps nothing on disk, and Vigil are told of alerts by HTTP
as well: then the time counts from there. The floor is a bare program in Python that asks the same checks,
writes a row to disk and calls Slack. Exit 1 when Vigil is slower than Icinga 2 in the same run.
"""

from __future__ import annotations

import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable
from functools import partial
from pathlib import Path

from peers.alertmanager import alertmanager
from peers.bare import bare
from peers.icinga import icinga
from peers.nagios import nagios
from peers.program import Absent, wait
from peers.sink import sink
from peers.slack import EACH_ALONE, PEOPLE, Slack, slack
from peers.vigil import vigil
from peers.web import send_json
from printing import Spread, say, within

EVERY_S = 1
WARM_UP_S, APART_S, PATIENCE_S = 6.0, 1.0, 20.0
"""One fails at a time: Vigil asks all of few checks at the same instant."""
ASK = """#!/bin/sh
[ -e {folder}/broken-$1 ] || exit 0
[ -e {folder}/failed-$1 ] || date +%s.%N >{folder}/failed-$1
exit 2
"""
TELL = "#!/bin/sh\ndate +%s.%N >{folder}/told-$1\n"


def script(folder: Path, name: str, text: str) -> str:
    """The command that runs it, for the check or alert `{number}`."""
    path = folder / name
    path.write_text(text.format(folder=folder))
    path.chmod(0o755)
    return f"{path} {{number}}"


def noted(folder: Path, what: str, number: int) -> float | None:
    """When that was, in seconds since 1970."""
    file = folder / f"{what}-{number}"
    text = file.read_text().strip() if file.exists() else ""
    return float(text) if text else None


def broken(folder: Path, failures: int, told: Callable[[int], float | None]) -> list[float]:
    """Let one check after the other fail; ms from each failure until it was told."""
    wait(WARM_UP_S)
    for number in range(failures):
        (folder / f"broken-{number}").touch()
        wait(APART_S)
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and any(told(number) is None for number in range(failures)):
        wait(0.2)
    pairs = [(noted(folder, "failed", number), told(number)) for number in range(failures)]
    if any(None in pair for pair in pairs):
        raise SystemExit(f"not all were told: {pairs}")
    return [(end - begin) * 1000 for begin, end in pairs if begin is not None and end is not None]


def peer(monitor: Callable[..., object], failures: int) -> list[float]:
    """ms of a monitor that runs commands. Raises Absent."""
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory() as of_scripts:
        folder = Path(of_scripts)
        ask, tell = script(folder, "ask", ASK), script(folder, "tell", TELL)
        with monitor(Path(name), command=ask, checks=failures, every_s=EVERY_S, tell=tell):  # type: ignore[attr-defined]
            return broken(folder, failures, partial(noted, folder, "told"))


def first_call(there: Slack, word: str) -> float | None:
    """When Slack was first called about it."""
    return next((call.at for call in there.calls if call.posts and word in call.text), None)


def vigil_asking(failures: int) -> list[float]:
    """ms of Vigil running the same checks."""
    with tempfile.TemporaryDirectory() as name, slack() as there:
        folder = Path(name)
        script(folder, "ask", ASK)
        lines = [
            f"  c{number}: {{kind: command, run: [./ask, '{number}'], output: exit, every: {EVERY_S}s}}"
            for number in range(failures)
        ]
        parts = PEOPLE + EACH_ALONE + "checks:\n" + "\n".join(lines) + "\n"
        with vigil(folder, parts, there.environment) as bot:
            bot.wait_until_ready()
            return broken(folder, failures, lambda number: first_call(there, f": C{number}: "))


def floor_asking(failures: int) -> list[float]:
    """ms of a program that does the least there is to do: the same checks, a row on disk, a call."""
    with tempfile.TemporaryDirectory() as name, slack() as there:
        folder = Path(name)
        ask = script(folder, "ask", ASK)
        with bare(folder, there.environment, ask, failures, EVERY_S):
            return broken(folder, failures, lambda number: first_call(there, f": C{number}: "))


def document(number: int) -> dict[str, object]:
    """An alert, as both take it."""
    labels = {"alertname": f"Sent{number}", "severity": "critical"}
    return {"status": "firing", "labels": labels, "annotations": {"summary": "it is broken"}}


def told_by_http(
    send: Callable[[int], object], came: Callable[[int], float | None], count: int
) -> list[float]:
    """ms from sending each alert until somebody is told."""
    began = []
    for number in range(count):
        began.append(time.time())  # noqa: TID251 - as those who are told
        send(number)
        wait(APART_S)
    wait(2)
    ends = [came(number) for number in range(count)]
    if None in ends:
        raise SystemExit(f"not all were told: {ends}")
    return [(end - begin) * 1000 for begin, end in zip(began, ends, strict=True) if end is not None]


def alertmanager_told(count: int) -> list[float]:
    """Raises Absent."""
    with tempfile.TemporaryDirectory() as name, sink() as told:

        def came(number: int) -> float | None:
            word = f'"Sent{number}"'.encode()
            return next((at for at, body in told.came if word in body), None)

        with alertmanager(Path(name), told.url, "alertname", "0s") as program:
            return told_by_http(
                lambda number: send_json(f"{program.url}/api/v2/alerts", [document(number)]), came, count
            )


def vigil_told(count: int) -> list[float]:
    with (
        tempfile.TemporaryDirectory() as name,
        slack() as there,
        vigil(Path(name), PEOPLE + EACH_ALONE, there.environment) as bot,
    ):
        bot.wait_until_ready()
        url = f"{bot.url}/api/v1/webhooks/alertmanager"
        return told_by_http(
            lambda number: send_json(url, {"version": "4", "alerts": [document(number)]}),
            lambda number: first_call(there, f"Sent{number}:"),
            count,
        )


EVERYBODY: dict[str, Callable[[int], list[float]]] = {
    "icinga, a check": partial(peer, icinga),
    "nagios, a check": partial(peer, nagios),
    "floor, a check": floor_asking,
    "vigil, a check": vigil_asking,
    "alertmanager, by HTTP": alertmanager_told,
    "vigil, by HTTP": vigil_told,
}


def main() -> int:
    parser = ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--failures", type=int, default=40)
    chosen = parser.parse_args()
    found: dict[str, Spread] = {}
    for who, run in EVERYBODY.items():
        try:
            found[who] = Spread.of(run(chosen.failures))
        except Absent as absent:
            say(str(absent), "")
            continue
        say(f"first word, {who}, p50", f"{found[who].p50:.1f} ms", f"p99 {found[who].p99:.1f} ms")
    theirs, ours = found.get("icinga, a check"), found["vigil, a check"]
    if theirs is None:
        return 0
    kept = within("first word: vigil to icinga, p50", ours.p50 / theirs.p50, 1, "times")
    return 0 if within("first word: vigil to icinga, p99", ours.p99 / theirs.p99, 1, "times") and kept else 1


if __name__ == "__main__":
    sys.exit(main())
