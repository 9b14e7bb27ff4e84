"""What is on this machine: configuration, database, disk, ports, checks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.frame.options import database_file, has_rows
from bot.domain.finding import Finding, broken, doubtful, quoted, well
from bot.domain.text import Quantity, say
from checks.result import State

if TYPE_CHECKING:
    from datetime import datetime

    from bot.cli.check import Asked
    from bot.config import ConfigError
    from bot.domain.setup import Setup

_MB = 1_000_000
_LITTLE = 1000 * _MB
_TOO_LITTLE = 100 * _MB
_WORKSPACE_PORT = 8081


def of_config(error: ConfigError) -> list[Finding]:
    """Every mistake with its place; without a configuration there is nothing more to look at."""
    mend = say("correct this line; `vigil config check` tells when it is right")
    return [
        broken(f"{each.file}:{each.line}", quoted(_told(each.path, each.message)), mend)
        for each in error.errors
    ]


def _told(path: str, message: str) -> str:
    return f"{path}: {message}" if path else message


def of_database(setup: Setup) -> Finding:
    """Whether it can be reached and written, and is of this program's version."""
    from bot.store import StoreError, condition_of

    subject = "database"
    if not has_rows(setup):
        return _of_folder(subject, Path(database_file(setup)))
    mend = say("set `storage` or DATABASE_URL to a database that this program may read and write")
    try:
        found = condition_of(setup.storage)
    except StoreError as error:
        return broken(subject, quoted(str(error)), mend)
    if not found.writable:
        return broken(subject, say("{name} cannot be written", name=found.name), mend)
    version = found.version or ""
    if not found.usable:
        told = say(
            "{name} is of version {version}, this program knows {newest}",
            name=found.name,
            version=version,
            newest=found.newest,
        )
        return broken(subject, told, say("start the program that wrote it, or a newer one"))
    if version > found.newest:
        told = say(
            "{name} is of version {version} already, and takes this program too",
            name=found.name,
            version=version,
        )
        return doubtful(subject, told, say("upgrade this one as well"))
    if version != found.newest:
        told = say("{name} is not set up for this version yet", name=found.name)
        return doubtful(subject, told, say("`vigil up` does it at its next start"))
    return well(subject, say("{name}, version {version}", name=found.name, version=version))


def _of_folder(subject: str, file: Path) -> Finding:
    if not file.parent.is_dir():
        told = say("its folder {folder} is not there", folder=str(file.parent))
        return doubtful(subject, told, say("`vigil up` makes it; is `storage` right?"))
    told = say("{file} is not there yet", file=file.name)
    return doubtful(subject, told, say("`vigil up` makes it"))


def of_disk(setup: Setup) -> Iterator[Finding]:
    """Room where the database grows, or where config.yaml stands."""
    file = database_file(setup)
    folder = Path(file).parent if file else Path(setup.folder)
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return  # the finding about the database tells of it
    told = say("{free} free in {folder}", free=Quantity(free // _MB, "MB"), folder=str(folder))
    mend = say("make room, or move the database (`storage`)")
    if free < _TOO_LITTLE:
        yield broken("disk", told, mend)
    elif free < _LITTLE:
        yield doubtful("disk", told, mend)
    else:
        yield well("disk", told)


def of_ports(setup: Setup, *, without_slack: bool) -> Iterator[Finding]:
    """Whether the bot could listen; where it runs already, it has its ports."""
    from bot.web import WebError, answers_as_vigil, could_listen

    web = setup.web
    ports = {web.port: say("set `web.port`, or start with `vigil up --port`")}
    if without_slack:
        ports[_WORKSPACE_PORT] = say("start with `vigil up --workspace-port`")
    running = answers_as_vigil(web.host, web.port)
    for port, mend in ports.items():
        try:
            could_listen(web.host if port == web.port else "127.0.0.1", port)
        except WebError as error:
            if not running:
                yield broken(f"port {port}", quoted(str(error)), mend)
                continue
            yield well(f"port {port}", say("Vigil is running there"))
        else:
            yield well(f"port {port}", say("it is free"))


def of_sites(setup: Setup, now: datetime) -> Iterator[Finding]:
    """Whether somebody answers for the checks that must be asked elsewhere."""
    from bot.cli.frame.options import rows_of
    from bot.fleet.dispatch import AWAY, silence

    checks = [check for service in setup.services.values() for check in service.checks.values()]
    sites = dict.fromkeys(site for check in checks for site in check.sites)
    if not sites:
        return
    with rows_of(setup) as ledger:
        present = ledger.sites.present()
    for site in sites:
        here = [each for each in present if each.site == site]
        awake = [each for each in here if now - each.seen_at <= AWAY]
        if awake:
            yield well(f"site {site}", say("{worker} answers for it", worker=awake[-1].worker))
        else:
            mend = say("start `vigil worker --site {site}` there", site=site)
            yield broken(f"site {site}", quoted(silence(site, here, now)[0]), mend)


def of_check(asked: Asked) -> Finding:
    """A check that cannot measure is broken; what it measures may be bad, which is another matter."""
    subject, said = f"check {asked.check.key}", asked.result.summary
    again = say("see `vigil check {check}`", check=asked.check.key)
    mend = quoted(asked.result.hint) if asked.result.hint else again
    if asked.result.state is State.UNKNOWN:
        return broken(subject, say("it could not measure: {why}", why=said), mend)
    if asked.state is not State.OK:
        return doubtful(
            subject, say("it measures, and says {state}: {why}", state=asked.state.word, why=said), mend
        )
    return well(subject, quoted(said))
