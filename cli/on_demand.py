"""Commands whose module is imported when they are called: ``volitus ops`` loads no other group.

Importing all of them takes a second of a core, at each start of the program.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer

from cli.console import Commands


def on_demand(modules: Mapping[str, str]) -> type[Commands]:
    """Return a class of command groups that adds these commands: name to ``module:attribute``.

    The attribute is a Typer or the function of a single command. A command that is unknown, and the
    group's help, load all of them.
    """

    class CommandsOnDemand(Commands):
        def list_commands(self, ctx: Any) -> list[str]:
            return [*dict.fromkeys([*super().list_commands(ctx), *modules])]

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            # All, where none has this name: what was meant may be among them.
            for name in [cmd_name] if cmd_name in self.list_commands(ctx) else modules:
                if name in modules and name not in self.commands:
                    self.commands[name] = _load(name, modules[name])
            return super().get_command(ctx, cmd_name)

    return CommandsOnDemand


def _load(name: str, place: str) -> Any:
    module, _, attribute = place.partition(":")
    found = getattr(import_module(module), attribute)
    holder = typer.Typer(rich_markup_mode="markdown", pretty_exceptions_enable=False)
    if isinstance(found, typer.Typer):
        holder.add_typer(found, name=name)
    else:
        holder.command(name)(found)
    return typer.main.get_group(holder).commands[name]
