"""Commands as pages of help, in the language of the terminal; groups know the nearest word."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import click

from bot.cli.frame.language import tell
from bot.cli.frame.layout import Context
from bot.domain.commands import Definition
from bot.domain.text import Text, say


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


class Told(click.Command):
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


class Single(Told):
    """A command with nothing below it."""


class Group(Told, click.Group):
    """Commands below a word. It names the nearest one to a word that is none, as `/monitor` does."""

    sections: tuple[tuple[Text, tuple[str, ...]], ...] = ()
    """The words of its commands, by titles."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            raise click.UsageError(
                f"{error.format_message()} Options stand behind the command", ctx
            ) from None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        from bot.config.errors import did_you_mean

        if args and args[0] not in self.commands and args[0].lower() in self.commands:
            args = [args[0].lower(), *args[1:]]
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
        return [(title, self._rows(words)) for title, words in self.sections]

    def _rows(self, names: Sequence[str]) -> list[tuple[str, str]]:
        return [(name, self.commands[name].get_short_help_str()) for name in names]
