"""`vigil up` as a process of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from house import until

HTTP_MODE = {
    "SLACK_BOT_TOKEN": "xoxb-none",
    "SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99yyyzzz85a5",
    "SLACK_API_URL": "http://127.0.0.1:9/api",
}


@contextmanager
def up(folder: Path, *arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    named = {
        name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "DATABASE_"))
    }
    bot = subprocess.Popen(
        [sys.executable, "-m", "bot", "up", "--config", str(folder / "config.yaml"), *arguments],
        env=named | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield bot
    finally:
        bot.kill()
        bot.communicate()


def procfile(process: str, port: str) -> list[str]:
    """What a platform runs after `vigil up` for this line of the Procfile."""
    lines = (Path(__file__).parents[2] / "Procfile").read_text().splitlines()
    [command] = [line.partition(": ")[2] for line in lines if line.startswith(f"{process}: ")]
    assert command.startswith("vigil up")
    return command.replace("$PORT", port).split()[2:]


def test_the_web_process_listens_for_slack_on_every_address_and_ends_when_told(folder: Path) -> None:
    with up(folder, *procfile("web", "0"), **HTTP_MODE) as bot:
        assert bot.stdout is not None
        assert bot.stdout.readline() == "Vigil is up, in Slack.\n"
        address = re.fullmatch(r"Health: http://0\.0\.0\.0:(\d+)/readyz\n", bot.stdout.readline())
        assert address
        url = f"http://127.0.0.1:{address[1]}"
        with urllib.request.urlopen(f"{url}/healthz", timeout=10) as answer:
            assert answer.status == 200
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(f"{url}/slack/events", data=b"command=/monitor", timeout=10)
        bot.send_signal(signal.SIGTERM)
        assert bot.wait(10) == 0
        assert bot.stderr is not None
        assert "not connected to Slack" not in bot.stderr.read()


def test_a_taken_port_ends_it_with_one_line_that_says_what_to_do(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with up(folder, "--port", str(port), **HTTP_MODE) as bot:
            said, errors = bot.communicate(timeout=20)
    assert (bot.returncode, said) == (2, "")
    assert (
        errors.splitlines()[-1] == f"vigil up: port {port} is taken on 127.0.0.1; use --port with another one"
    )
    assert "Traceback" not in errors


def test_slack_without_its_tokens_is_a_usage_error_that_names_them(folder: Path) -> None:
    with up(folder, "--workspace", "slack", "--port", "0", SLACK_BOT_TOKEN="xoxb-none") as bot:
        said, errors = bot.communicate(timeout=20)
    assert (bot.returncode, said) == (2, "")
    assert "SLACK_APP_TOKEN" in errors
    assert "SLACK_SIGNING_SECRET" in errors


def test_the_api_asks_for_the_token_of_the_environment_and_the_bot_takes_up_what_it_starts(
    folder: Path,
) -> None:
    def asked(url: str, token: str) -> urllib.request.Request:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        return urllib.request.Request(f"{url}/api/v1/watches", b'{"version": "v1"}', headers)

    with up(folder, *procfile("web", "0"), **HTTP_MODE, VIGIL_API_TOKEN="s3cret") as bot:
        assert bot.stdout is not None
        bot.stdout.readline()
        address = re.fullmatch(r"Health: http://0\.0\.0\.0:(\d+)/readyz\n", bot.stdout.readline())
        assert address
        url = f"http://127.0.0.1:{address[1]}"
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(asked(url, "other"), timeout=10)
        with urllib.request.urlopen(asked(url, "s3cret"), timeout=10) as answer:
            assert answer.status == 201
        listed = subprocess.run(
            [sys.executable, "-m", "bot", "watch", "list", "--config", str(folder / "config.yaml")],
            capture_output=True,
            text=True,
            check=True,
        )
        assert " orders " in listed.stdout


def test_a_signal_lets_it_read_its_configuration_again_and_errors_do_not_end_it(folder: Path) -> None:
    config = folder / "config.yaml"
    good = config.read_text()
    with up(folder, "--workspace", "local", "--workspace-port", "0", "--port", "0") as bot:
        assert bot.stdout is not None
        address = re.fullmatch(r"Vigil is up\. Local workspace: (\S+)\n", bot.stdout.readline())
        assert address

        def told(words: str) -> bool:
            with urllib.request.urlopen(f"{address[1]}/local/messages?channel=oncall", timeout=10) as posts:
                return words in posts.read().decode()

        config.write_text(f"{good}\nlanguag: zh\n")
        bot.send_signal(signal.SIGHUP)
        until(lambda: told("the old one goes on"))
        assert told("unknown key `languag`; did you mean `language`?")
        config.write_text(f"{good}\nanchors: [192.0.2.1:53]\n")
        bot.send_signal(signal.SIGHUP)
        until(lambda: told("`anchors` has changed"))
        bot.send_signal(signal.SIGTERM)
        assert bot.wait(10) == 0
