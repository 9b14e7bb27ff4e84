"""`vigil config`: what the configuration says."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.nearest import Nearest
from bot.cli.opening import deciding
from bot.cli.options import as_option, config_option, load_setup


@click.group(cls=Nearest)
def config() -> None:
    """Look at the configuration, and let a running bot read it again."""


@config.command()
@config_option
def check(config: Path) -> None:
    """Name every mistake with its line. Exit 0 without any, else 2."""
    from bot.domain.text import say
    from bot.locale import speaker_of

    setup = load_setup(config)
    from bot.channels import faults

    wrong = [
        f"{config.name}: channels.{key}: Apprise cannot use this URL: {why}" for key, why in faults(setup)
    ]
    if wrong:
        click.echo("\n".join(wrong), err=True)
        raise SystemExit(2)
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


@config.command()
@config_option
@as_option
def reload(config: Path, person: str | None) -> None:
    """Let the running bot, every replica of it, read the configuration again.

    It is looked at here first: with errors nothing is asked for, and the exit is 2. What comes of it is
    told in the channel. Running watches keep their plan.
    """
    from bot.domain.text import say
    from bot.engine.people.reread import wish

    with deciding(config, person, "reload") as to:
        wish(to.ledger, "cli", to.by, to.now)
    click.echo(to.say(say("config.yaml is being read again; what comes of it follows in the channel")))
