"""The entry of ``volitus``."""

import os
import sys
from contextlib import suppress
from typing import Annotated, NoReturn

import typer

from cli import break_glass, run
from cli.groups import CONTEXT, Group
from cli.on_demand import OnDemand, on_demand

_COMMANDS = {
    "login": OnDemand(
        "cli.session.commands:login",
        "Sign in at the operator's identity provider, with a code that you type there.",
    ),
    "logout": OnDemand(
        "cli.session.commands:logout",
        "Sign out: forget the sign-in here, and end it at the identity provider.",
    ),
    "whoami": OnDemand(
        "cli.session.commands:whoami",
        "Show who is signed in: name, roles, and the id by which the history knows them.",
    ),
    "config": OnDemand(
        "cli.settings.config:config",
        "Show the settings that PROCESS would start with in this environment, secrets hidden.",
    ),
    "catalogue": OnDemand(
        "cli.catalogue.commands:app",
        "Check the files of a catalogue (docs/catalogue.md); list and show published products.",
    ),
    "import": OnDemand(
        "cli.imports.commands:app",
        "Import accounts, their owners' sizes, services, contracts and delegations from a file;"
        " compare access with an old system's.",
    ),
    "sync": OnDemand(
        "cli.registry.commands:app",
        "Start, show and decide about syncs with the Commercial Register.",
    ),
    "numbers": OnDemand("cli.numbers.blocks:app", "List and lift blocks of number verification."),
    "ops": OnDemand(
        "cli.ops.commands:app",
        "List stuck items; retry, skip, abort, fail or repair them; cancel operations; pause and"
        " resume targets.",
    ),
    "orders": OnDemand("cli.orders.commands:app", "List service orders, show one, and cancel one."),
    "contracts": OnDemand(
        "cli.contracts.commands:app",
        "List contracts, show one, suspend one, end one, and hold documents for legal claims.",
    ),
    "drift": OnDemand(
        "cli.inventory.drift:app",
        "Compare what networks have with what services should have; repair or accept what differs.",
    ),
    "payments": OnDemand(
        "cli.payments.commands:app",
        "Payments of invoices: decide about those that need it, and about entries of banks'"
        " statements that fit none.",
    ),
    "delegations": OnDemand("cli.delegations.commands:app", "List delegations, and show one."),
    "events": OnDemand("cli.audit.commands:app", "List and verify the history."),
    "people": OnDemand("cli.people.commands:app", "Export or erase the data about a person."),
    "staff": OnDemand(
        "cli.audit.staff:app", "List who has acted for the telecom operator; erase a name."
    ),
    "explain": OnDemand(
        "cli.access.explain:explain",
        "Explain why a person may do something on an account, or what is missing.",
    ),
    "freeze": OnDemand(
        "cli.access.freezes:app", "Freeze a person or an account, and list freezes."
    ),
    "mandates": OnDemand("cli.mandates.commands:app", "List, record and answer paper mandates."),
    "signing-rules": OnDemand(
        "cli.signing_rules.commands:app",
        "List and read signing rules that stand in words or wait for an officer's look.",
    ),
    "simulate": OnDemand(
        "cli.dev.simulate:app", "Generate test data in the register's own formats."
    ),
    "openapi": OnDemand("cli.openapi:openapi", "Print the API's OpenAPI 3.1 document."),
}


def _show_version(value: bool) -> None:
    if value:
        from importlib.metadata import version  # noqa: PLC0415 # only this needs it

        sys.stdout.write(f"volitus {version('volitus')}\n")
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option(
        "--version", is_eager=True, callback=_show_version, help="Print the version and exit."
    ),
]

app = Group(
    name="volitus",
    cls=on_demand(_COMMANDS),
    add_completion=True,
    context_settings=CONTEXT,
    help="Volitus: who may act for which customer, and why. Settings are environment variables "
    "(docs/settings.md). Results go to stdout, messages to stderr. Exit code 0: success, "
    "1: failure, 2: wrong usage or settings.",
)


@app.callback()
def volitus(
    context: typer.Context, break_glass_: break_glass.Option = None, *, version: Version = False
) -> None:
    """Take the options that stand before a command."""
    del version  # its callback has ended the program
    break_glass.take(context, break_glass_)


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
