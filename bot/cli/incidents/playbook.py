"""`vigil playbook`: incidents, as in Slack; and the post-mortem of one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.frame.command import command, group
from bot.cli.frame.opening import looking
from bot.cli.frame.options import config_option, json_option, language_option, refuse
from bot.cli.spoken import spoken
from bot.domain.commands import Command
from bot.domain.text import say

if TYPE_CHECKING:
    from bot.domain.incident.state import Incident
    from bot.locale import Speaker


@group("playbook")
@config_option
@json_option
def playbook(config: Path, as_json: bool) -> None:
    from bot.cli.frame.printing import print_json

    with looking(config) as at:
        found = at.ledger.incidents.open_all()
    if as_json:
        print_json([_json(each, at.speaker) for each in found])
        return
    for each in found:
        label = at.speaker.label(each.playbook.label)
        click.echo(f"{each.id}  {each.service} {each.version}  {label}")
    if not found:
        click.echo(at.say(say("No playbook is open")))


for _part in ("open", "lead", "extend", "accept", "close"):
    spoken(f"playbook {_part}", playbook)


@command("playbook export", playbook)
@config_option
@language_option
def export(config: Path, language: str | None, typed: Command) -> None:
    from dataclasses import replace

    from bot.engine.incident.export import post_mortem
    from bot.render.postmortem import post_mortem_markdown, write_post_mortem

    incident = next(iter(typed.arguments[1:]), None)
    with looking(config) as at:
        found = at.ledger.incidents.get(incident) if incident else at.ledger.incidents.newest()
        if found is None:
            refuse(f"no incident has the ID {incident!r}" if incident else "there was no incident yet")
        facts = post_mortem(at.ledger, at.setup, found, at.now)
    speaker = replace(at.speaker, language=language or at.speaker.language)
    click.echo(post_mortem_markdown(write_post_mortem(facts, speaker), speaker), nl=False)


def _json(incident: Incident, speaker: Speaker) -> dict[str, object]:
    from bot.cli.frame.printing import iso

    number = incident.current()
    clock = incident.clock
    return {
        "id": incident.id,
        "service": incident.service,
        "version": incident.version,
        "playbook": incident.playbook.key,
        "priority": incident.playbook.priority.value,
        "alert": incident.alert,
        "lead": incident.lead,
        "opened_at": iso(incident.opened_at, speaker.zone),
        "due_at": iso(clock.due_at, speaker.zone) if clock.runs else None,
        "decision": incident.decision.option.means.value if incident.decision else None,
        "next": speaker.label(incident.playbook.steps[number].label) if number is not None else None,
    }
