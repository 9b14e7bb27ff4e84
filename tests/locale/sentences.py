"""Every sentence handed to `say(…)` in the bot's source, by reading the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "bot"


def spoken() -> dict[str, str]:
    """Sentence → where it is said first. Raises ValueError for a sentence that cannot be read off."""
    found: dict[str, str] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "say":
                where = f"{path.relative_to(SOURCE.parent)}:{call.lineno}"
                keys = list(_keys(call.args[0], tree))
                if not keys:
                    raise ValueError(
                        f"{where}: give say(…) the sentence itself, so that it can be translated"
                    )
                for key in keys:
                    found.setdefault(key, where)
    return found


def _keys(given: ast.expr, tree: ast.Module) -> Iterator[str]:
    """The sentence itself, either of two, or all that the name is given in this module."""
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        yield given.value
    elif isinstance(given, ast.IfExp):
        yield from _keys(given.body, tree)
        yield from _keys(given.orelse, tree)
    elif isinstance(given, ast.Name):
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and any(
                isinstance(target, ast.Name) and target.id == given.id for target in node.targets
            ):
                yield from _keys(node.value, tree)
