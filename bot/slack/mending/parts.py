"""One part of a message or a view, made sound: texts are cut, lists end where Slack ends them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bot.blockkit import Problem
from bot.slack.cards.blocks import Block, section, shorten

Judge = Callable[[Any], list[Problem]]
"""What is wrong with a part; the pointers begin at the part."""

_PASSES = 4
"""What else is wrong with a part shows when its texts and lists are as they should be."""

_NAMES = frozenset(
    {"action_id", "block_id", "value", "url", "image_url", "private_metadata", "callback_id", "external_id"}
)
"""What something else goes by: cut, it would mean another thing."""

_GONE: Any = object()


def sound(block: Block, judge: Judge) -> Block | None:
    """The block, or what Slack takes of it, or what it says as plain words; None if it says nothing."""
    kept: Any = block
    for _ in range(_PASSES):
        if not (problems := judge(kept)):
            return dict(kept)
        kept = cut(kept, problems)
    if not judge(kept):
        return dict(kept)
    words = "\n".join(said(block)).strip()
    return section(words) if words else None


def cut(part: Any, problems: Sequence[Problem]) -> Any:
    """The part with each text cut, and each list ended, that is over its limit where it stands.

    A choice or a button with a name that is over its own is left out: no shorter one would do.
    """
    for problem in problems:
        part = _mended(part, problem)
    return _settled(_pruned(part))


def said(part: Any) -> Iterator[str]:
    """The texts of a part, one after the other, as they may stand in a section."""
    if isinstance(part, dict):
        if isinstance(part.get("text"), str):
            yield part["text"] if part.get("type") == "mrkdwn" else _harmless(part["text"])
        for name, inner in part.items():
            if name not in ("confirm", "options"):
                yield from said(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from said(inner)


def _harmless(plain: str) -> str:
    """Plain text where it is to be formatted: it can neither mention nor link there."""
    return plain.replace("<", "&lt;").replace(">", "&gt;")


def _mended(part: Any, problem: Problem) -> Any:
    steps = problem.pointer.split("/")[1:]
    kind = problem.constraint["type"] if problem.constraint else ""
    most = int(problem.constraint["expected"]) if problem.constraint and kind.startswith("max_") else 0
    if kind == "max_length" and steps and steps[-1] not in _NAMES:
        return _changed(part, steps, lambda text: shorten(text, most) if isinstance(text, str) else text)
    if kind == "max_items" and steps and steps[-1] in ("options", "option_groups"):
        return _changed(part, steps[:-1], lambda menu: _fewer(menu, steps[-1], most))
    if steps and steps[-1] == "block_id":
        return _changed(part, steps, lambda _: _GONE)
    return _changed(part, _optional(part, steps), lambda _: _GONE)


def _optional(part: Any, steps: Sequence[str]) -> Sequence[str]:
    """The innermost choice, button or menu around a place that its block can do without; else nothing."""
    for length in range(len(steps), 1, -1):
        if steps[length - 2] in ("options", "option_groups"):
            return steps[:length]
    if steps[:1] == ["elements"] and len(steps) > 1 and part.get("type") == "actions":
        return steps[:2]
    return steps[:1] if steps[:1] == ["accessory"] else []


def _changed(part: Any, steps: Sequence[str], change: Callable[[Any], Any]) -> Any:
    """With what stands at the end of the steps changed; as it is where nothing stands there any more."""
    if not steps:
        return part
    at: Any = int(steps[0]) if isinstance(part, list) else steps[0]
    if not isinstance(part, list | dict) or (at >= len(part) if isinstance(part, list) else at not in part):
        return part
    inner = change(part[at]) if len(steps) == 1 else _changed(part[at], steps[1:], change)
    if isinstance(part, list):
        return [*part[:at], inner, *part[at + 1 :]]
    return {**part, at: inner}


def _fewer(menu: Any, key: str, most: int) -> Any:
    """With its first choices, of which the last gives way to the one that is chosen."""
    if not isinstance(menu, dict):
        return menu
    kept, chosen = menu[key][:most], menu.get("initial_option")
    if key == "options" and chosen in menu[key] and chosen not in kept:
        kept[-1] = chosen
    return {**menu, key: kept}


def _pruned(part: Any) -> Any:
    """Without what is gone."""
    if isinstance(part, dict):
        return {name: _pruned(inner) for name, inner in part.items() if inner is not _GONE}
    if isinstance(part, list):
        return [_pruned(inner) for inner in part if inner is not _GONE]
    return part


def _settled(part: Any) -> Any:
    """With no menu that begins on a choice which it does not have."""
    if isinstance(part, list):
        return [_settled(inner) for inner in part]
    if not isinstance(part, dict):
        return part
    kept = {name: _settled(inner) for name, inner in part.items()}
    choices = kept.get("options") or [
        option for group in kept.get("option_groups") or [] for option in group.get("options") or []
    ]
    if "initial_option" in kept and kept["initial_option"] not in choices:
        del kept["initial_option"]
    if "initial_options" in kept:
        kept["initial_options"] = [each for each in kept["initial_options"] if each in choices]
        if not kept["initial_options"]:
            del kept["initial_options"]
    return kept
