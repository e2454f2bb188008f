"""``volitus contracts``: which contracts there are, and what became of each."""

from typing import Annotated

import typer

from cli import lookup
from cli.connections import operator_settings
from cli.console import say
from cli.contracts import acts, holds, proposals, render, suspensions
from cli.contracts import as_json as shapes
from cli.contracts.by_id import Id
from cli.groups import Group
from cli.printing.as_json import Json, print_json
from cli.printing.tables import Wide, print_table
from cli.staff import READERS, reading
from domain.contracts.states import ContractState
from services.contracts import reads
from storage.accounts import account_queries
from storage.contracts import contract_queries
from storage.contracts.contract_queries import ContractFilter, Place
from storage.database import Connection

app = Group(
    help="List contracts, show one, suspend one, end one, and hold documents for legal claims."
    " Contracts are started over HTTP, and imported by `volitus import contracts`."
)

State = Annotated[
    ContractState | None,
    typer.Option(metavar="STATE", help=f"Only those that are {', '.join(ContractState)}."),
]
Product = Annotated[
    str | None, typer.Option(metavar="PRODUCT", help="Only those for this product, by its id.")
]
Before = Annotated[
    str | None,
    typer.Option(metavar="ID", help="The next page: those before this id, the last shown."),
]


@app.command("list")
def list_(
    account: holds.Account = None,
    state: State = None,
    product: Product = None,
    *,
    before: Before = None,
    limit: holds.Limit = 100,
    wide: Wide = False,
    as_json: Json = False,
) -> None:
    """List contracts, the newest first."""
    settings = operator_settings()
    with reading(settings, *READERS) as database, database.reading() as connection:
        on = lookup.account_id(connection, account)
        wanted = ContractFilter(on, state, product, _place(connection, before))
        shown = contract_queries.newest(connection, wanted, limit=limit)
        if as_json:
            seen = reads.shown_to_staff(connection, shown)
            print_json([shapes.contract(each) for each in seen])
            return
        names = account_queries.references(connection, {each.account_id for each in shown})
    print_table(render.COLUMNS, (render.line(each, names) for each in shown), wide=wide)
    if len(shown) == limit:
        say(f"Showing {limit} rows; there may be more: use --before {shown[-1].id}.")


@app.command()
def show(contract: Id, *, wide: Wide = False, as_json: Json = False) -> None:
    """Show one contract: dates, services, documents, who agreed, steps, and its events.

    Exit code 1 for an unknown one.
    """
    settings = operator_settings()
    with reading(settings, *READERS) as database, database.reading() as connection:
        story = render.read(connection, lookup.one(connection, contract, lookup.CONTRACT))
    if as_json:
        print_json(story.as_json())
    else:
        story.print(wide=wide)


suspensions.register(app)
acts.register(app)
app.add_typer(proposals.app, name="proposals")
holds.register(app)


def _place(connection: Connection, contract: str | None) -> Place | None:
    id_ = lookup.perhaps(connection, contract, lookup.CONTRACT)
    return None if id_ is None else contract_queries.place(connection, id_)
