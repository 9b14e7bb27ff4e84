"""Groups of commands that know which one was meant."""

from __future__ import annotations

import click


class Nearest(click.Group):
    """Names the nearest command to a word that is none, as `/monitor` does."""

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
