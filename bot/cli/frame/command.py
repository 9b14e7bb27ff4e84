"""Commands made of their definitions: arguments, `--help` in the terminal's language, the nearest word."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial, wraps
from typing import Any, TypeVar, cast

import click

from bot.cli.frame.language import tell
from bot.cli.frame.layout import Context
from bot.cli.frame.names import completing
from bot.cli.frame.values import Words
from bot.domain.commands import Command, Definition, Kind, Section, definition_of, read
from bot.domain.text import Text, say

LONGEST = 3000
"""What Slack takes of a message too."""

_FILES = {
    Kind.FILE: click.Path(exists=True, dir_okay=False, allow_dash=True),
    Kind.NEW_FILE: click.Path(dir_okay=False, allow_dash=True),
}


class Option(click.Option):
    """An option that tells what it is for in the language of the terminal."""

    def __init__(self, *args: Any, about: Text, **attributes: Any) -> None:
        super().__init__(*args, **(attributes | {"help": about.key}))
        self.about = about

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        if record is None:
            return None
        extra = self.get_help_extra(ctx)
        notes = [tell(say("default: {value}", value=str(extra["default"])))] if "default" in extra else []
        notes += [tell(say("required"))] if self.required else []
        return record[0], "  ".join([tell(self.about), *(f"[{note}]" for note in notes)])


SHARED = ("as_json", "person", "config", "help")
"""Options of most commands stand behind its own."""

option = partial(click.option, cls=Option)
"""An option: what it is `about` is a sentence, the rest as click has it."""


class _Told(click.Command):
    """A command that speaks of itself as its definition does."""

    context_class = Context
    definition: Definition

    def get_short_help_str(self, limit: int = 45) -> str:
        return tell(self.definition.summary)

    def get_help_option(self, ctx: click.Context) -> click.Option:
        return Option(
            ["-h", "--help"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_show_help,
            about=say("Show this page"),
        )

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        definition = self.definition
        what = definition.usage
        if isinstance(self, click.Group):
            what = "[COMMAND …]" if self.params else "COMMAND …"
        typed = f"{what} [{tell(say('options'))}]".strip()
        formatter.write_usage(ctx.command_path, typed, prefix=f"{tell(say('Usage'))}: ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for paragraph in (self.definition.summary, *self.definition.details):
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(tell(paragraph))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        arguments = dict.fromkeys((each.shown, tell(each.about)) for each in self.definition.arguments)
        own = [each for each in self.get_params(ctx) if isinstance(each, Option)]
        own.sort(key=lambda each: each.name in SHARED)
        options = [record for each in own if (record := each.get_help_record(ctx))]
        listed = ((say("Arguments"), list(arguments)), (say("Options"), options))
        for title, rows in (*listed, *self.further(ctx)):
            if rows:
                with formatter.section(tell(title)):
                    formatter.write_dl(rows)

    def further(self, ctx: click.Context) -> Sequence[tuple[Text, list[tuple[str, str]]]]:
        """What else is listed, by titles."""
        return ()

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.definition.examples:
            with formatter.section(tell(say("Examples"))):
                for each in self.definition.examples:
                    formatter.write(f"{' ' * formatter.current_indent}vigil {each}\n")


def _show_help(ctx: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        click.echo(ctx.get_help())
        ctx.exit()


class Single(_Told):
    """A command with nothing below it."""


class Group(_Told, click.Group):
    """Commands below a word. It names the nearest one to a word that is none, as `/monitor` does."""

    sections: tuple[Section, ...] = ()

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        from bot.config.errors import did_you_mean

        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
                hint = did_you_mean(args[0], self.list_commands(ctx))
                raise click.UsageError(f"there is no command `{args[0]}`{hint}", ctx) from None
            raise error

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def further(self, ctx: click.Context) -> Sequence[tuple[Text, list[tuple[str, str]]]]:
        if not self.sections:
            return [(say("Commands"), self._rows([*self.commands]))]
        return [(each.title, self._rows([one.word for one in each.commands])) for each in self.sections]

    def _rows(self, names: Sequence[str]) -> list[tuple[str, str]]:
        return [(name, self.commands[name].get_short_help_str()) for name in names]

    def add(self, *commands: click.Command) -> None:
        for each in commands:
            self.add_command(each)


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


_Made = TypeVar("_Made", bound=_Told)


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
        path.insert(0, cast("_Told", context.command).definition)
        context = context.parent
    typed = " ".join((*(each.word for each in path), *words))
    found = read(typed, tuple(path), " ".join(words))
    if isinstance(found, Command):
        return found
    why = in_terminal(tell(found.why)) if found.why else found.typed
    raise click.UsageError(f"{why}; did you mean `vigil {found.instead}`?" if found.instead else why)


def in_terminal(sentence: str) -> str:
    """What is typed after `/monitor` is typed after `vigil` there."""
    return sentence.replace("/monitor ", "vigil ")
