"""``volitus contracts hold|release|held``: documents that are kept for a legal claim."""

from collections.abc import Callable
from typing import Annotated

import typer

from api.auth.principals import StaffRole
from cli import lookup
from cli.connections import operator_settings
from cli.console import say
from cli.contracts import as_json as shapes
from cli.contracts.by_id import UNKNOWN, Id
from cli.printing.as_json import Json, print_json
from cli.printing.tables import Columns, Wide, print_table
from cli.reasons import Why
from cli.refusals import refused_in_one_line
from cli.staff import operating, reading
from services.contracts import legal_holds
from storage.accounts import account_queries
from storage.documents import holds

Account = Annotated[
    str | None, typer.Option(metavar="ID", help="Only those on this account: id or reference.")
]
After = Annotated[
    str | None,
    typer.Option(metavar="ID", help="The next page: those after this id, which is the last shown."),
]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="Maximum number of rows.")]
_COLUMNS = Columns(
    ("contract", "account", "documents", "kept until", "held since", "held by", "why"),
    spare=("documents",),
)


def register(app: typer.Typer) -> None:
    """Add the commands to ``volitus contracts``."""
    for command in (hold, release, held):
        app.command()(command)


def hold(contract: Id, reason: Why, *, as_json: Json = False) -> None:
    """Keep a contract's documents for a legal claim, also past their time, until `release`.

    Documents that are made later are held, too. Exit code 1 for a contract without documents.
    """
    changed = _carry_out(legal_holds.hold, contract, reason, as_json=as_json)
    say(f"Held: {changed} more documents." if changed else "They were held already.")


def release(contract: Id, reason: Why, *, as_json: Json = False) -> None:
    """End a legal hold: documents whose time is over are erased within hours."""
    changed = _carry_out(legal_holds.release, contract, reason, as_json=as_json)
    say(f"Released: {changed} documents." if changed else "They were not held.")


def _carry_out(act: Callable[..., int], typed: str, note: str, *, as_json: bool) -> int:
    with (
        operating(operator_settings(), StaffRole.OPS) as operator,
        refused_in_one_line(UNKNOWN),
    ):
        with operator.database.reading() as connection:
            id_ = lookup.one(connection, typed, lookup.CONTRACT)
        changed = act(operator.database, id_, actor=operator.acting(), note=note)
    if as_json:
        print_json({"contract_id": id_, "documents": changed})
    return changed


def held(
    account: Account = None,
    *,
    after: After = None,
    limit: Limit = 100,
    wide: Wide = False,
    as_json: Json = False,
) -> None:
    """List contracts whose documents are held: since when, by whom, and why."""
    with (
        reading(operator_settings(), StaffRole.OPS) as database,
        database.reading() as connection,
    ):
        on = lookup.account_id(connection, account)
        place = lookup.perhaps(connection, after, lookup.CONTRACT)
        found = holds.page_of(connection, account_id=on, after=place, limit=limit)
        names = account_queries.references(connection, {each.account_id for each in found})
    if as_json:
        print_json([shapes.held(each) for each in found])
        return
    print_table(
        _COLUMNS,
        (
            (
                each.contract_id,
                names.get(each.account_id, each.account_id),
                each.documents,
                each.keep_until,
                each.since,
                each.by.shown,
                each.note,
            )
            for each in found
        ),
        wide=wide,
    )
    if len(found) == limit:
        say(f"Showing {limit} rows; there may be more: use --after {found[-1].contract_id}.")
