"""``volitus staff``: the names behind the pseudonymous ids of the history, and their erasure."""

from typing import Annotated
from uuid import UUID

import typer

from api.auth.principals import StaffRole
from cli import lookup
from cli.connections import operator_settings
from cli.console import Failure, say
from cli.groups import Group
from cli.printing.as_json import Json, print_json
from cli.printing.tables import Wide, print_table
from cli.staff import SignedIn, operating, reading
from services.audit.staff import erase_name
from storage.audit import staff_queries

app = Group(help="List who has acted for the telecom operator; erase a name.")

Limit = Annotated[int, typer.Option(min=1, max=10_000, help="Maximum number of rows.")]


@app.command("list")
def list_(limit: Limit = 100, *, wide: Wide = False, as_json: Json = False) -> None:
    """List members of staff by id and name, those who acted last first. An erased name is empty."""
    settings = operator_settings()
    with reading(settings, StaffRole.OPS) as database, database.reading() as connection:
        members = staff_queries.last_acted(connection, limit=limit)
    if as_json:
        from api.audit.staff import ActingStaff  # noqa: PLC0415 # loads FastAPI

        print_json([ActingStaff.of(member) for member in members])
        return
    rows = ((UUID(each.id), each.name, each.first_acted_at, each.last_acted_at) for each in members)
    print_table(("id", "name", "first acted", "last acted"), rows, wide=wide)
    if len(members) == limit:
        say(f"Showing {limit} rows; there may be more: use --limit.")


@app.command()
def erase(
    member: Annotated[
        str, typer.Argument(metavar="ID", help="Id, as `volitus staff list` shows it.")
    ],
) -> None:
    """Erase the name of a member of staff who has left. What they did stays, by their id.

    The history records who erased it. Exit code 1 where there is no such name.
    """
    with operating(operator_settings(), StaffRole.OPS, only=SignedIn.ERASING) as operator:
        with operator.database.reading() as connection:
            id_ = lookup.one(connection, member, lookup.STAFF)
        erased = erase_name(operator.database, id_, actor=operator.acting())
    if not erased:
        raise Failure(f"The member of staff {id_} has no name: it is erased already.")
    say("The name is erased.")
