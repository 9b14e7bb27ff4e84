"""What an action is told: the same facts as environment variables and as JSON."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.action import ActionRun


def facts_of(run: ActionRun) -> Mapping[str, str]:
    """By name. `run` is the same in every try of a run, so that whoever is called can tell a second one."""
    facts = run.facts
    return {
        "action": run.action,
        "run": run.id,
        "attempt": str(run.attempts),
        "service": facts.service,
        "version": facts.version,
        "previous_version": facts.previous_version,
        "alert": facts.alert,
        "watch": facts.watch,
    }


def environment_of(run: ActionRun) -> dict[str, str]:
    """`VIGIL_VERSION` and so on. A NUL cannot stand in an environment."""
    return {f"VIGIL_{name.upper()}": value.replace("\0", "") for name, value in facts_of(run).items()}
