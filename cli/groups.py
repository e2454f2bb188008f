"""Commands and groups of commands: help without noise, and a Failure as one line."""

from collections.abc import Callable
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from cli.console import USAGE, Failure, say

F = TypeVar("F", bound=Callable[..., Any])

_TRY_HELP_WITH = ("--help", "-h")
CONTEXT = {"help_option_names": list(_TRY_HELP_WITH)}
"""Of the program; groups and commands below inherit it."""


class Command(TyperCommand):
    """A command whose help names no type for flags: ``--json``, not ``--json <bool>``."""

    def get_params(self, ctx: Any) -> Any:
        return _without_types_of_flags(super().get_params(ctx))


class Commands(TyperGroup):
    """A command group that prints a Failure as one line instead of a traceback."""

    def get_params(self, ctx: Any) -> Any:
        return _without_types_of_flags(super().get_params(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        # What is not UTF-8 can neither be looked up in the database nor be kept there.
        if any("\ud800" <= letter <= "\udfff" for argument in args for letter in argument):
            say("Arguments must be UTF-8.")
            raise typer.Exit(USAGE)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Failure as failure:
            say(str(failure))
            raise typer.Exit(failure.exit_code) from None


class Group(typer.Typer):
    """A group of commands as every module declares one. Without a command it shows its help.

    ``runs_alone``: the group's own callback is what happens without a command.
    """

    def __init__(
        self,
        *,
        help: str,  # noqa: A002 # Typer's own name
        cls: type[Commands] = Commands,
        runs_alone: bool = False,
        **others: Any,
    ) -> None:
        super().__init__(
            help=help,
            cls=cls,
            no_args_is_help=not runs_alone,
            rich_markup_mode="markdown",
            # Local variables may hold secrets or personal codes: plain tracebacks hide them.
            pretty_exceptions_enable=False,
            **others,
        )

    def command(self, name: str | None = None, **others: Any) -> Callable[[F], F]:
        """Add a function as a command of this group."""
        return super().command(name, **{"cls": Command, **others})


def _without_types_of_flags(params: list[Any]) -> list[Any]:
    for param in params:
        if isinstance(param, TyperOption) and param.is_flag and param.metavar is None:
            param.metavar = ""
    return params
