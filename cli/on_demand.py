"""Commands whose module is imported when they are called: ``volitus ops`` loads no other group.

Importing all of them takes more than a second of a core. Help and completion list them by what is
said of each here, and import none; a test holds it against what the command says itself.
"""

import copy
from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple, Self

import typer

from cli.groups import Command, Commands, Group


class OnDemand(NamedTuple):
    """A command, or a group of them, that is not imported yet."""

    place: str
    """``module:attribute``; the attribute is a Group or the function of a single command."""
    summary: str
    """The first sentence of its help."""


def on_demand(modules: Mapping[str, OnDemand]) -> type[Commands]:
    """Return a class of command groups that adds these commands, by name."""

    class CommandsOnDemand(Commands):
        def list_commands(self, ctx: Any) -> list[str]:
            return [*dict.fromkeys([*super().list_commands(ctx), *modules])]

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            if cmd_name in modules and cmd_name not in self.commands:
                self.commands[cmd_name] = _load(cmd_name, modules[cmd_name].place)
            return super().get_command(ctx, cmd_name)

        def resolve_command(self, ctx: Any, args: list[str]) -> Any:
            if args[0] in self.list_commands(ctx):
                return super().resolve_command(ctx, args)
            # What was meant may be among those that are not imported.
            return Commands.resolve_command(self._as_listed(), ctx, args)

        def format_help(self, ctx: Any, formatter: Any) -> None:
            Commands.format_help(self._as_listed(), ctx, formatter)

        def shell_complete(self, ctx: Any, incomplete: str) -> Any:
            ctx.command = self._as_listed()
            return Commands.shell_complete(ctx.command, ctx, incomplete)

        def _as_listed(self) -> Self:
            """This group with its summaries in place of what is not imported."""
            listed = copy.copy(self)
            waiting = {name: Command(name, help=each.summary) for name, each in modules.items()}
            listed.commands = {**waiting, **self.commands}
            return listed

    return CommandsOnDemand


def _load(name: str, place: str) -> Any:
    module, _, attribute = place.partition(":")
    found = getattr(import_module(module), attribute)
    holder = Group(help="")
    if isinstance(found, typer.Typer):
        holder.add_typer(found, name=name)
    else:
        holder.command(name)(found)
    return typer.main.get_group(holder).commands[name]
