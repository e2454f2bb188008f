"""``volitus delegations``: what people, or the operator before them, gave whom."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Annotated
from uuid import UUID

import typer

from cli import lookup
from cli.connections import operator_settings
from cli.console import say
from cli.delegations import as_json as shapes
from cli.delegations import render
from cli.groups import Group
from cli.people.person import FromStdin, person_id
from cli.printing.as_json import Json, print_json
from cli.printing.tables import Wide, print_table
from cli.staff import READERS, Operator, operating
from domain.delegations.states import DelegationState
from domain.people.look_ups import LookUp
from services.people import look_up
from storage.accounts import account_queries
from storage.database import Connection
from storage.delegations import delegation_queries
from storage.delegations.delegation_views import DelegationView

app = Group(
    help="List delegations, and show one. They are given and taken back by people over HTTP, and"
    " imported by `volitus import delegations`."
)

Account = Annotated[
    str | None, typer.Option(metavar="ID", help="Only those on this account: id or reference.")
]
Person = Annotated[
    str | None, typer.Option(metavar="ID", help="Only those that this person gave or received.")
]
State = Annotated[
    DelegationState | None,
    typer.Option(metavar="STATE", help=f"Only those that are now {', '.join(DelegationState)}."),
]
After = Annotated[
    str | None,
    typer.Option(metavar="ID", help="The next page: those after this id, which is the last shown."),
]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="Maximum number of rows.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Id of a delegation, or its beginning.")]

_AT_ONCE = 500


@app.command("list")
def list_(
    account: Account = None,
    person: Person = None,
    state: State = None,
    after: After = None,
    limit: Limit = 100,
    *,
    code_from_stdin: FromStdin = False,
    wide: Wide = False,
    as_json: Json = False,
) -> None:
    """List delegations by id, in their state now, ended ones too.

    Who an offer is for is not shown before they accept.
    """
    settings = operator_settings()
    with operating(settings, *READERS) as operator, operator.database.reading() as connection:
        on = lookup.account_id(connection, account)
        who = person_id(connection, person, code_from_stdin=code_from_stdin)
        place = lookup.perhaps(connection, after, lookup.DELEGATION)
        found = _every(connection, on, who, place)
        wanted = (view for view in found if state is None or view.state is state)
        shown = list(islice(wanted, limit))
        _note_look_up(operator, shown)
        if as_json:
            print_json([shapes.delegation(view) for view in shown])
            return
        names = account_queries.references(connection, {view.account_id for view in shown})
    print_table(render.COLUMNS, (render.line(view, names) for view in shown), wide=wide)
    if len(shown) == limit:
        say(f"Showing {limit} rows; there may be more: use --after {shown[-1].id}.")


def _every(
    connection: Connection, account_id: UUID | None, person_id: UUID | None, after: UUID | None
) -> Iterator[DelegationView]:
    while page := delegation_queries.every(
        connection, account_id=account_id, person_id=person_id, after=after, limit=_AT_ONCE
    ):
        yield from page
        after = page[-1].id


def _note_look_up(operator: Operator, shown: Sequence[DelegationView]) -> None:
    """Record whom the command shows: look-ups of persons are events at a shell too."""
    seen = {each for view in shown for each in view.known_receivers}
    if seen:
        look_up.note(operator.database, seen, LookUp.DELEGATION, actor=operator.acting())


@app.command()
def show(delegation: Id, *, wide: Wide = False, as_json: Json = False) -> None:
    """Show one delegation: terms, what it was passed on from, versions, grants and events.

    Exit code 1 for an unknown one.
    """
    settings = operator_settings()
    with operating(settings, *READERS) as operator, operator.database.reading() as connection:
        story = render.read(connection, lookup.one(connection, delegation, lookup.DELEGATION))
        _note_look_up(operator, [story.view])
    if as_json:
        print_json(story.as_json())
    else:
        story.print(wide=wide)
