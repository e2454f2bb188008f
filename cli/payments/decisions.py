"""``volitus payments decide``, ``decide-entry`` and ``read-statements``."""

import asyncio
from typing import Annotated
from uuid import UUID, uuid4

import typer

from api.auth.principals import StaffRole
from api.payments.staff_schemas import BankEntry, OpsPayment
from cli.connections import operator_settings, read_settings
from cli.console import Failure, say
from cli.payments.ids import EntryId, PaymentId, entry_id, payment_id
from cli.printing.as_json import Json, print_json
from cli.printing.values import short
from cli.reasons import Why
from cli.refusals import refused_in_one_line
from cli.staff import Operator, operating
from cli.temporal import open_engine
from domain.payments.words import EntryDecision, PaymentDecision
from services.payments import staff
from services.payments import statements as readings
from settings.commands import CliSettings
from storage.billing import invoices
from storage.database import Connection
from storage.payments import rows
from storage.payments.rows import StoredPayment
from storage.requests.operation_queries import Operation

_Decision = Annotated[PaymentDecision, typer.Argument(help="What is decided.")]
_EntryDecision = Annotated[EntryDecision, typer.Argument(help="What is decided.")]


def decide(payment: PaymentId, decision: _Decision, *, reason: Why, as_json: Json = False) -> None:
    """Decide about a payment.

    take_as_paid books it at billing, refuse ends it, release frees its entry for another invoice
    where billing does not have it, seen closes it.
    """
    with operating(operator_settings(), StaffRole.OPS) as operator:
        with operator.database.reading() as connection:
            id_ = payment_id(connection, payment)
            before = rows.read(connection, id_)
        if before is not None and decision not in staff.decisions(before):
            raise Failure(_not_decidable(before))
        with refused_in_one_line(f"No payment has the id `{payment}`."):
            found = staff.decide(
                operator.database, id_, decision, actor=operator.acting(), note=reason
            )
    if as_json:
        print_json(OpsPayment.of(found, staff.decisions(found)))
    say(f"Decided: {decision}. The payment is {found.state}.")


def decide_entry(
    entry: EntryId,
    decision: _EntryDecision,
    *,
    invoice: Annotated[
        str | None,
        typer.Option(
            metavar="INVOICE", help="With allocate: the invoice that it pays, by its number or id."
        ),
    ] = None,
    reason: Why,
    as_json: Json = False,
) -> None:
    """Decide about an entry: allocate books it on an invoice, ignore leaves it unbooked."""
    if (decision is EntryDecision.ALLOCATE) != (invoice is not None):
        problem = "is needed with allocate, and with nothing else"
        raise typer.BadParameter(problem, param_hint="--invoice")
    with operating(operator_settings(), StaffRole.OPS) as operator:
        with operator.database.reading() as connection:
            id_ = entry_id(connection, entry)
            paid = None if invoice is None else _invoice_id(connection, invoice)
        with refused_in_one_line(f"No entry has the id `{entry}`."):
            found = staff.decide_entry(
                operator.database, id_, decision, paid, actor=operator.acting(), note=reason
            )
    if as_json:
        print_json(BankEntry.of(found))
    say(f"Decided: {decision}. The entry is {found.state}.")


def read_statements(*, as_json: Json = False) -> None:
    """Read banks' statements now, besides the schedule."""
    settings = read_settings()
    with operating(settings, StaffRole.OPS) as operator:
        requested = asyncio.run(_request(settings, operator))
    if as_json:
        print_json({"id": requested.id, "state": requested.state})
    say(f"Started: {requested.id}. How it went: `volitus payments statements`")


def _not_decidable(payment: StoredPayment) -> str:
    possible = " or ".join(staff.decisions(payment)) or "nothing"
    is_ = f"Payment {short(payment.id)} is {payment.state}"
    return f"{is_}: {possible} can be decided about it (payment_not_decidable)."


def _invoice_id(connection: Connection, typed: str) -> UUID:
    """Return the id of the invoice that was typed, by its number or its id. Raises Failure."""
    try:
        return UUID(typed)
    except ValueError:
        found = invoices.numbered(connection, typed)
    if not found:
        raise Failure(
            f"No invoice `{typed}` is known here. An invoice is known once its account's invoices"
            " have been looked at: in the console, the entry's page lists them."
        )
    if len(found) > 1:
        ids = ", ".join(str(each) for each in found)
        raise Failure(f"Several invoices have the number {typed}: enter an id. {ids}")
    return found[0]


async def _request(settings: CliSettings, operator: Operator) -> Operation:
    async with open_engine(settings, operator.database) as engine:
        return await readings.request(engine, uuid4(), operator.acting())
