"""Every command of ``volitus``, and every group of them."""

from collections.abc import Iterator
from typing import Any

import typer.main
from typer.core import TyperGroup

from cli.app import app


def commands() -> Iterator[str]:
    """Words of every command: ``ops stuck``."""
    for path, command in _below(typer.main.get_command(app), ()):
        if not isinstance(command, TyperGroup) or command.invoke_without_command:
            yield " ".join(path)


def groups() -> Iterator[tuple[str, Any]]:
    """Words of every group of commands, the program itself too, and the group."""
    program = typer.main.get_command(app)
    yield "", program
    for path, command in _below(program, ()):
        if isinstance(command, TyperGroup):
            yield " ".join(path), command


def _below(of: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name in of.list_commands(None):
        command = of.get_command(None, name)
        yield (*path, name), command
        if isinstance(command, TyperGroup):
            yield from _below(command, (*path, name))
