"""The entry of ``volitus``."""

import os
import sys
from contextlib import suppress
from typing import NoReturn

import typer

from cli import break_glass, run
from cli.on_demand import on_demand

_COMMANDS = {
    "login": "cli.session.commands:login",
    "logout": "cli.session.commands:logout",
    "whoami": "cli.session.commands:whoami",
    "config": "cli.settings.config:config",
    "catalogue": "cli.catalogue.commands:app",
    "import": "cli.imports.commands:app",
    "sync": "cli.registry.commands:app",
    "numbers": "cli.numbers.blocks:app",
    "ops": "cli.ops.commands:app",
    "orders": "cli.orders.commands:app",
    "contracts": "cli.contracts.commands:app",
    "drift": "cli.inventory.drift:app",
    "payments": "cli.payments.commands:app",
    "delegations": "cli.delegations.commands:app",
    "events": "cli.audit.commands:app",
    "people": "cli.people.commands:app",
    "staff": "cli.audit.staff:app",
    "explain": "cli.access.explain:explain",
    "freeze": "cli.access.freezes:app",
    "mandates": "cli.mandates.commands:app",
    "signing-rules": "cli.signing_rules.commands:app",
    "simulate": "cli.dev.simulate:app",
    "openapi": "cli.openapi:openapi",
}

# Local variables may hold secrets or personal codes: plain tracebacks do not show them.
app = typer.Typer(
    name="volitus",
    cls=on_demand(_COMMANDS),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="Volitus: who may act for which customer, and why. Settings are environment variables "
    "(docs/settings.md). Results go to stdout, messages to stderr. Exit code 0: success, "
    "1: failure, 2: wrong usage or settings.",
)
app.callback()(break_glass.take)
run.register(app)


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
