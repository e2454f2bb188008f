"""``volitus mandates``: what the operator's staff recorded from paper."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

import typer

from cli.connections import database_settings, open_database
from cli.console import Failure, Json, print_facts, print_json, print_table, say
from cli.ops import lookup
from domain.audit import Actor
from domain.mandates.states import MandateState
from services.errors import NotFound
from services.mandates import reads
from services.mandates.reads import PaperMandate
from storage.accounts import account_queries

app = typer.Typer(
    help="List paper mandates, and show one. Recording and confirming one takes two members of"
    " staff, each with a login of their own: `POST /v1/ops/mandates`, then `…/ID/confirm`.",
    no_args_is_help=True,
)

Account = Annotated[
    str | None, typer.Option(metavar="ID", help="Only those on this account: id or reference.")
]
State = Annotated[
    MandateState | None,
    typer.Option(metavar="STATE", help=f"Only those that are now {', '.join(MandateState)}."),
]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="Maximum number of rows.")]
Id = Annotated[UUID, typer.Argument(metavar="ID", help="Id of a mandate.")]

_WHO = ("recorded by", "answered by")
COLUMNS = ("id", "state", "account", "person", "role", "from", "through", *_WHO)


@app.command("list")
def list_(
    account: Account = None, state: State = None, limit: Limit = 100, *, as_json: Json = False
) -> None:
    """List paper mandates in their state now, the newest first."""
    with open_database(database_settings()) as database:
        with database.reading() as connection:
            on = lookup.account_id(connection, account)
        found = reads.page(database, account_id=on, state=state, before=None, limit=limit)
        if as_json:
            print_json([_facts(each) for each in found])
            return
        with database.reading() as connection:
            accounts = {each.mandate.account_id for each in found}
            names = account_queries.references(connection, accounts)
    print_table(COLUMNS, (_line(each, names) for each in found))
    if len(found) == limit:
        say(f"Showing {limit} rows; there may be more: use --limit.")


@app.command()
def show(mandate: Id, *, as_json: Json = False) -> None:
    """Show one paper mandate: what it gives, the paper, who recorded and who answered it.

    Exit code 1 for an unknown one.
    """
    with open_database(database_settings()) as database:
        try:
            found = reads.read(database, mandate)
        except NotFound:
            raise Failure("No mandate has this id: see `volitus mandates list`.") from None
    facts = _facts(found)
    if as_json:
        print_json(facts)
    else:
        print_facts({name.replace("_", " "): value for name, value in facts.items()})


def _line(found: PaperMandate, references: Mapping[UUID, str]) -> Sequence[object]:
    view = found.mandate
    terms, account = view.terms, references.get(view.account_id, view.account_id)
    by = (view.recorded_by.shown, _shown(view.answered_by))
    days = (terms.from_day, terms.through_day)
    return view.id, view.state, account, view.person_name, terms.role, *days, *by


def _facts(found: PaperMandate) -> Mapping[str, Any]:
    view, paper = found.mandate, found.document
    return {
        "id": view.id,
        "state": view.state,
        "account_id": view.account_id,
        "person_id": view.person_id,
        "person_name": view.person_name or None,
        "role": view.terms.role,
        "permissions": sorted(view.terms.permissions),
        "service_ids": sorted(view.terms.service_ids),
        "from": view.terms.from_day,
        "through": view.terms.through_day,
        "document_id": paper.id,
        "document_kind": paper.kind,
        "document": paper.description or None,
        "reference": paper.reference or None,
        "issued_on": paper.issued_on,
        "recorded_by": view.recorded_by.shown,
        "recorded_at": view.recorded_at,
        "lapses_at": view.lapses_at,
        "answered_by": _shown(view.answered_by),
        "answered_at": view.answered_at,
        "ended_at": view.ended_at,
        "ended_because": view.ended_reason.code if view.ended_reason else None,
    }


def _shown(by: Actor | None) -> str | None:
    return by.shown if by else None
