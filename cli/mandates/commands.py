"""``volitus mandates``: what the operator's staff recorded from paper."""

from typing import Annotated

import typer

from api.auth.principals import StaffRole
from api.mandates.schemas import Mandate
from cli import lookup
from cli.connections import operator_settings
from cli.console import say
from cli.groups import Group
from cli.mandates import acts, render
from cli.mandates.render import COLUMNS, line
from cli.printing.as_json import Json, print_json
from cli.printing.tables import Wide, print_table
from cli.refusals import refused_in_one_line
from cli.staff import EVERYONE, operating
from domain.mandates.states import MandateState
from services.mandates import reads
from storage.accounts import account_queries

app = Group(
    help="List, record and answer paper mandates. One mandate officer records, another confirms."
)
acts.register(app)

Account = Annotated[
    str | None, typer.Option(metavar="ID", help="Only those on this account: id or reference.")
]
State = Annotated[
    MandateState | None,
    typer.Option(metavar="STATE", help=f"Only those that are now {', '.join(MandateState)}."),
]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="Maximum number of rows.")]


@app.command("list")
def list_(
    account: Account = None,
    state: State = None,
    limit: Limit = 100,
    *,
    wide: Wide = False,
    as_json: Json = False,
) -> None:
    """List paper mandates in their state now, the newest first."""
    with operating(operator_settings(), *EVERYONE) as operator:
        database = operator.database
        with database.reading() as connection:
            on = lookup.account_id(connection, account)
        found = reads.page(database, account_id=on, state=state, before=None, limit=limit)
        if as_json:
            caller = operator.member.actor
            print_json([Mandate.of(each, caller, with_code=False) for each in found])
            return
        with database.reading() as connection:
            accounts = {each.mandate.account_id for each in found}
            names = account_queries.references(connection, accounts)
    print_table(COLUMNS, (line(each, names) for each in found), wide=wide)
    if len(found) == limit:
        say(f"Showing {limit} rows; there may be more: use --limit.")


@app.command()
def show(mandate: acts.Id, *, as_json: Json = False) -> None:
    """Show one paper mandate: what it gives, the paper, who recorded and who answered it.

    Mandate officers see the personal code, to compare it with the paper. Exit code 1 for an
    unknown one.
    """
    with (
        operating(operator_settings(), *EVERYONE) as operator,
        refused_in_one_line(acts.UNKNOWN),
    ):
        with operator.database.reading() as connection:
            id_ = lookup.one(connection, mandate, lookup.MANDATE)
        found = reads.read(operator.database, id_)
    is_officer = StaffRole.MANDATE_OFFICER in operator.roles
    render.show(found, operator.member.actor, with_code=is_officer, as_json=as_json)
