"""An action that is a program: never through a shell, its whole family ends with its time."""

from __future__ import annotations

import errno
import signal
from pathlib import Path

from bot.actions.facts import environment_of
from bot.domain.action import Action, ActionRun, Ran
from bot.domain.text import Span, Text, say
from checks.child import Finished, run_child
from checks.printed import last_line, spoken

_SHOWN = 300


def run_program(action: Action, run: ActionRun, folder: Path) -> Ran:
    """One try; never raises OSError."""
    program, *rest = action.run
    arguments = [str((folder / program).absolute()) if "/" in program else program, *rest]
    environment = {**action.env, **environment_of(run)}
    try:
        finished = run_child(
            arguments, folder=folder, environment=environment, timeout_s=action.timeout.total_seconds()
        )
    except (OSError, ValueError) as error:
        return Ran(succeeded=False, reason=_not_started(arguments[0], error))
    return Ran(
        succeeded=finished.in_time and finished.exit_code == 0,
        reason=_reason(action, finished),
        output=spoken(finished),
    )


def _reason(action: Action, finished: Finished) -> Text:
    said = (last_line(finished.stdout) or last_line(finished.stderr))[:_SHOWN]
    if finished.in_time and finished.exit_code == 0:
        return say("{said}", said=said) if said else say("it said nothing")
    last_words = last_line(finished.stderr)[:_SHOWN] or said
    if not finished.in_time:
        how = say("killed after {span}, its time limit", span=Span.of(action.timeout))
    elif finished.exit_code < 0:
        how = say("ended by {signal}", signal=_signal(-finished.exit_code))
    else:
        how = say("exit code {code}", code=finished.exit_code)
    # Whatever it did before it failed is done: nobody shall take a failure for "nothing has happened".
    if last_words:
        return say("{how}; it may have acted before that. Its last words: {said}", how=how, said=last_words)
    return say("{how}; it may have acted before that", how=how)


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def _not_started(program: str, error: OSError | ValueError) -> Text:
    code = error.errno if isinstance(error, OSError) else None
    if code == errno.EACCES:
        return say("it is not executable, nothing was done: chmod +x {program}", program=program)
    if code == errno.ENOEXEC:
        return say(
            "it is no program, nothing was done: begin {program} with a line such as #!/bin/sh",
            program=program,
        )
    if code == errno.ENOENT:
        return say("{program} or its interpreter is not there, nothing was done", program=program)
    return say("it could not be started, nothing was done: {why}", why=str(error))
