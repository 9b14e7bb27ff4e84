"""What may be typed, a few for each command: `vigil COMMAND --help` shows them."""

from __future__ import annotations

from collections.abc import Mapping

import click

from bot.cli.spoken import SPOKEN
from bot.domain.commands import definition_of

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "up": ("up --sample", "up --workspace slack --host 0.0.0.0 --port 8080"),
    "status": ("status", "status --json"),
    "alerts": ("alerts", "alerts --json"),
    "errors": ("errors", "errors --all"),
    "silence add": ("silence add severity=warning 'host=~db-.*' --for 2h --reason 'new disks' --as lin",),
    "silence list": ("silence list",),
    "silence end": ("silence end 4f2a --as lin",),
    "plan": ("plan", "plan --start 2026-01-19T09:00 --json"),
    "watch start": ("watch start --version v1.4.2 --as lin",),
    "watch list": ("watch list --json",),
    "watch pause": ("watch pause v1.4.2 --for 1h --as lin",),
    "watch stop": ("watch stop v1.4.2 --reason 'v1.4.3 is out' --as lin",),
    "gate": ("gate", "gate v1.4.2 --json"),
    "oncall": ("oncall", "oncall --at 2026-01-19T03:00 --json", "oncall --coverage"),
    "check": ("check", "check figures --json"),
    "config check": ("config check", "config check --config other.yaml"),
    "config reload": ("config reload --as lin",),
    "doctor": ("doctor", "doctor --send lin", "doctor --json"),
    "manifest": ("manifest", "manifest --http https://vigil.example.com --yaml"),
    "audit": ("audit", "audit --for 7d --person lin --json"),
    "baseline capture": ("baseline capture",),
    "baseline compare": ("baseline compare", "baseline compare --before old.csv --after new.csv --json"),
    "report": ("report daily", "report final --watch v1.4.2 --format html --language zh"),
    "token create": ("token create ci --as lin",),
    "token list": ("token list",),
    "token revoke": ("token revoke ci --as lin",),
    "completion": ("completion bash",),
    "action run": ("action run resume-orders --as lin", "action run resume-orders --dry-run"),
    "rollback": ("rollback --reason 'orders are duplicated' --as lin", "rollback --dry-run"),
    "replay": ("replay samples.csv --watch 2026-01-19T00:00:00+08:00",),
    **{word: found.examples for word in SPOKEN if (found := definition_of(word))},
}
"""By the command's words."""


def exemplify(group: click.Group, words: str = "") -> None:
    """Let every command under the group show its examples."""
    for name, command in group.commands.items():
        path = f"{words} {name}".strip()
        shown = EXAMPLES.get(path, ())
        if isinstance(command, click.Group):
            exemplify(command, path)
            shown = shown or tuple(
                each for key, all_ in EXAMPLES.items() if key.startswith(f"{path} ") for each in all_
            )
        if shown:
            command.epilog = "\b\nExamples:\n" + "\n".join(f"  vigil {each}" for each in shown)
