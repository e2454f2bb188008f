"""Payments and entries as they are typed: an id, or its first digits."""

from typing import Annotated, Any
from uuid import UUID

import typer

from cli.console import Failure
from storage.database import Connection
from storage.id_prefix import IdPrefix
from storage.payments import entry_queries, rows

PaymentId = Annotated[
    str, typer.Argument(metavar="ID", help="Id of a payment, or its first digits.")
]
EntryId = Annotated[str, typer.Argument(metavar="ID", help="Id of an entry, or its first digits.")]


def payment_id(connection: Connection, typed: str) -> UUID:
    """Return the id of the payment that was typed. Raises Failure."""
    return _one(connection, typed, "payment", rows.ids)


def entry_id(connection: Connection, typed: str) -> UUID:
    """Return the id of the entry that was typed. Raises Failure."""
    return _one(connection, typed, "entry", entry_queries.ids)


def _one(connection: Connection, typed: str, what: str, ids: Any) -> UUID:
    prefix = IdPrefix.parse(typed)
    found: list[UUID] = ids(connection, prefix) if prefix else []
    if len(found) > 1:
        raise Failure(f"Several have an id that begins with {typed}: enter more of it.")
    if not found:
        raise Failure(f"No {what} has the id `{typed}`.")
    return found[0]
