"""`vigil config`: is the configuration right?."""

from __future__ import annotations

import os
from pathlib import Path

import click

from bot.cli.frame.command import command, commands_of
from bot.cli.frame.options import config_option, load_setup, refuse
from bot.domain.commands import Definition
from bot.domain.text import say

_WIKI = "https://github.com/caronc/apprise/wiki"
CONFIG = Definition(word="config", summary=say("Look at the configuration"))
CHECK = Definition(
    word="check",
    summary=say("Name every mistake of the configuration, with its line"),
    details=(say("Exit 0 without any, else 2"),),
    examples=("config check", "config check --config other.yaml"),
)

config = commands_of(CONFIG)


@command(CHECK, config)
@config_option
def check(config: Path) -> None:
    from bot.locale import speaker_of

    setup = load_setup(config)
    from bot.channels import faults
    from bot.config.errors import ConfigError
    from bot.config.read import read

    document = read(config, config.name, config.parent, os.environ)
    for key, why in faults(setup):
        message = f"Apprise cannot use this URL ({why}); write it as {_WIKI} tells of its service"
        document.complain(("channels", key), message)
    if document.problems:
        refuse(str(ConfigError(document.problems)), 2)
    services = setup.services.values()
    sentence = say(
        "{file}: services {services}, metrics {metrics}, checks {checks}, checklists {checklists}, people "
        "{people}, schedules {schedules}, escalations {escalations}; no errors",
        file=config.name,
        services=len(services),
        metrics=sum(len(service.metrics) for service in services),
        checks=sum(len(service.checks) for service in services),
        checklists=sum(len(service.checklists) for service in services),
        people=len(setup.people),
        schedules=len(setup.schedules),
        escalations=sum(bool(policy.levels) for policy in setup.policies.values()),
    )
    click.echo(speaker_of(setup).say(sentence))
