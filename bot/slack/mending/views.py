"""Makes a modal or App Home that Slack would refuse one that it takes, and that still does its work. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.blockkit import Problem, limits, validate_view, view_size
from bot.slack.cards.blocks import View, context
from bot.slack.mending.messages import acts, few_enough, unrepeated
from bot.slack.mending.parts import Judge, cut, sound


def mend_view(view: View, note: str) -> View:
    """The same view, if Slack takes it; else with as much as it takes, all fields first, the note at its end.

    What it is about (`private_metadata` and the like) is not touched: a form must come back as what it was.
    """
    if not validate_view(view):
        return view
    frame = {name: part for name, part in view.items() if name != "blocks"}
    frame = cut(frame, _problems({**frame, "blocks": []}))
    kept = unrepeated(sound(block, _judge_in(frame)) for block in view["blocks"])
    kept = few_enough(kept, limits.BLOCKS_IN_VIEW - 1)
    end = context(note)
    while kept and view_size({**frame, "blocks": [*kept, end]}) > limits.VIEW_SIZE:
        kept.pop(next((at for at in reversed(range(len(kept))) if not acts(kept[at])), len(kept) - 1))
    return {**frame, "blocks": [*kept, end]}


def _judge_in(frame: Mapping[str, Any]) -> Judge:
    """What is wrong with a block that stands alone in this view."""

    def judge(block: Any) -> list[Problem]:
        root = "/blocks/0"
        found = _problems({**frame, "blocks": [block]})
        own = [each for each in found if each.pointer.startswith(root)]
        return [replace(each, pointer=each.pointer.removeprefix(root)) for each in own]

    return judge


def _problems(view: View) -> list[Problem]:
    """What is wrong with a view; the pointers begin in it."""
    return [replace(each, pointer=each.pointer.removeprefix("/view")) for each in validate_view(view)]
