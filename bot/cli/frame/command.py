"""Commands made of their definitions: what may follow, by place or by name, and how it was understood."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial, wraps
from typing import Any, TypeVar, cast

import click

from bot.cli.frame.language import tell
from bot.cli.frame.names import completing
from bot.cli.frame.pages import Group, Single, Told, option
from bot.cli.frame.values import Words
from bot.domain.commands import Command, Definition, Kind, definition_of, read
from bot.domain.text import Text

LONGEST = 3000
"""What Slack takes of a message too."""

_FILES = {
    Kind.FILE: click.Path(exists=True, dir_okay=False, allow_dash=True),
    Kind.NEW_FILE: click.Path(dir_okay=False, allow_dash=True),
}


_Function = Callable[..., Any]


def command(
    what: str | Definition,
    into: click.Group | None = None,
    details: tuple[Text, ...] = (),
    examples: tuple[str, ...] = (),
) -> Callable[[_Function], Single]:
    """The command of this definition, or of these words of the table; with more to say in the terminal.

    The function gets its options, and what was understood as `typed` where the definition has arguments.
    """
    return partial(_made, Single, _known(what, details, examples), into)


def group(
    what: str | Definition,
    into: click.Group | None = None,
    details: tuple[Text, ...] = (),
    examples: tuple[str, ...] = (),
) -> Callable[[_Function], Group]:
    """Likewise a group; the function is what its word does alone."""
    return partial(_made, Group, _known(what, details, examples), into, invoke_without_command=True)


def commands_of(definition: Definition, into: click.Group | None = None) -> Group:
    """A group whose word does nothing alone but tell what is below it."""

    def tell_all() -> None:
        context = click.get_current_context()
        click.echo(context.get_help(), err=True)
        context.exit(2)

    return _made(Group, definition, into, tell_all, invoke_without_command=True)


def _known(what: str | Definition, details: tuple[Text, ...], examples: tuple[str, ...]) -> Definition:
    known = definition_of(what) if isinstance(what, str) else what
    assert known is not None, what  # noqa: S101 - the words are of the table
    return replace(known, details=(*known.details, *details), examples=(*known.examples, *examples))


_Made = TypeVar("_Made", bound=Told)


def _made(
    kind: type[_Made], definition: Definition, into: click.Group | None, function: _Function, **settings: bool
) -> _Made:
    @wraps(function)
    def run(**given: Any) -> Any:
        if click.get_current_context().invoked_subcommand:
            return None
        words = [*_words(definition, given), *click.get_current_context().args]
        typed = _understood(words)
        return function(**given, typed=typed) if definition.arguments else function(**given)

    whole: _Function = run
    for parameter in reversed([*_positional(definition), *_named(definition)]):
        whole = parameter(whole)
    made = click.command(definition.word, cls=kind, **settings)(whole)
    made.allow_extra_args = made.allow_extra_args or kind is Single  # what is too much is said as in Slack
    made.definition = definition
    if into is not None:
        into.add_command(made)
    return made


def _positional(definition: Definition) -> Iterator[Callable[[_Function], _Function]]:
    """Where a word may be repeated, or text begins, everything further is one."""
    for number, argument in enumerate(definition.arguments):
        further = argument.many or argument.kind is Kind.TEXT
        yield click.argument(
            f"word_{number}",
            nargs=-1 if further else 1,
            required=False,
            metavar=argument.shown,
            type=_FILES.get(argument.kind) or Words(LONGEST),
            shell_complete=completing(argument),
        )
        if further:
            return


def _named(definition: Definition) -> Iterator[Callable[[_Function], _Function]]:
    for number, argument in enumerate(definition.arguments):
        if not argument.option:
            continue
        name, about = f"option_{number}", argument.about
        if len(argument.choices) == 1:
            yield option(argument.option, name, about=about, is_flag=True, default=None)
        else:
            yield option(
                argument.option,
                name,
                about=about,
                metavar=argument.name,
                type=Words(LONGEST),
                shell_complete=completing(argument),
            )


def _words(definition: Definition, given: dict[str, Any]) -> list[str]:
    """What was typed, by place or by name, in the order of the definition."""
    words: list[str] = []
    for number, argument in enumerate(definition.arguments):
        placed, named = given.pop(f"word_{number}", None), given.pop(f"option_{number}", None)
        words += placed if isinstance(placed, tuple) else [placed] if placed is not None else []
        if named is not None:
            words.append(argument.choices[0] if named is True else named)
    return words


def _understood(words: Sequence[str]) -> Command:
    """Raises click.UsageError with what may follow."""
    context: click.Context | None = click.get_current_context()
    path: list[Definition] = []
    while context and context.parent:
        path.insert(0, cast("Told", context.command).definition)
        context = context.parent
    typed = " ".join((*(each.word for each in path), *words))
    quoted = path[-1].quoted
    given = (f'"{word}"' if quoted and " " in word and '"' not in word else word for word in words)
    found = read(typed, tuple(path), " ".join(given))
    if isinstance(found, Command):
        return found
    why = in_terminal(tell(found.why)) if found.why else found.typed
    raise click.UsageError(f"{why}; did you mean `vigil {found.instead}`?" if found.instead else why)


def in_terminal(sentence: str) -> str:
    """What is typed after `/monitor` is typed after `vigil` there."""
    return sentence.replace("/monitor ", "vigil ")
