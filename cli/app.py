"""The entry of ``volitus``."""

import os
import sys
from contextlib import suppress
from typing import NoReturn

import typer

from cli import run
from cli.access import freezes
from cli.access.explain import explain
from cli.audit import events, staff, verify
from cli.console import Commands
from cli.delegations import commands as delegations
from cli.dev import simulate
from cli.imports import commands
from cli.mandates import commands as mandates
from cli.numbers import blocks
from cli.openapi import openapi
from cli.ops import commands as ops
from cli.people import commands as people
from cli.registry import commands as sync
from cli.settings.config import config
from cli.signing_rules import commands as signing_rules

# Local variables may hold secrets or personal codes: plain tracebacks do not show them.
app = typer.Typer(
    name="volitus",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="Volitus: who may act for which customer, and why. Settings are environment variables "
    "(docs/settings.md). Results go to stdout, messages to stderr. Exit code 0: success, "
    "1: failure, 2: wrong usage or settings.",
)
run.register(app)
app.command()(config)
app.add_typer(commands.app, name="import")
app.add_typer(sync.app, name="sync")
app.add_typer(blocks.app, name="numbers")
app.add_typer(ops.app, name="ops")
app.add_typer(delegations.app, name="delegations")
verify.register(events.app)
app.add_typer(events.app, name="events")
app.add_typer(people.app, name="people")
app.add_typer(staff.app, name="staff")
app.command()(explain)
app.add_typer(freezes.app, name="freeze")
app.add_typer(mandates.app, name="mandates")
app.add_typer(signing_rules.app, name="signing-rules")
app.add_typer(simulate.app, name="simulate")
app.command()(openapi)


def main() -> NoReturn:
    """Run the program, and end the process without the interpreter's cleanup.

    Temporal's client can abort or hang a process that ends just after a call (sdk-python#300).
    Once the output is flushed, nothing is left to clean up.
    """
    code: int | str | None = None
    try:
        app()
    except SystemExit as ended:
        code = ended.code
    if isinstance(code, str):
        sys.stderr.write(f"{code}\n")
        code = 1
    for stream in (sys.stdout, sys.stderr):
        with suppress(BrokenPipeError):
            stream.flush()
    os._exit(code or 0)
