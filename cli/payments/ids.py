"""Payments and entries as they are typed: an id, or its first digits."""

from typing import Annotated
from uuid import UUID

import typer

from cli import lookup
from storage.database import Connection

PaymentId = Annotated[
    str, typer.Argument(metavar="ID", help="Id of a payment, or its first digits.")
]
EntryId = Annotated[str, typer.Argument(metavar="ID", help="Id of an entry, or its first digits.")]


def payment_id(connection: Connection, typed: str) -> UUID:
    """Return the id of the payment that was typed. Raises Failure."""
    return lookup.one(connection, typed, lookup.PAYMENT)


def entry_id(connection: Connection, typed: str) -> UUID:
    """Return the id of the entry that was typed. Raises Failure."""
    return lookup.one(connection, typed, lookup.ENTRY)
