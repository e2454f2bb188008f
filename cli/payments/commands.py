"""``volitus payments``: payments that need a decision, entries that are nobody's, statements."""

from typing import Annotated

import typer

from api.auth.principals import StaffRole
from api.payments.staff_schemas import (
    BankEntry,
    BankStatementRead,
    OpsPayment,
    OpsPaymentDetails,
)
from cli import lookup
from cli.connections import operator_settings
from cli.console import Failure, say
from cli.groups import Group
from cli.on_demand import OnDemand, on_demand
from cli.payments.ids import PaymentId, payment_id
from cli.payments.printed import COLUMNS, ENTRY_COLUMNS, entry_line, payment_facts, payment_line
from cli.printing.as_json import Json, print_json
from cli.printing.facts import print_facts
from cli.printing.tables import Wide, print_below, print_table
from cli.printing.times import exact
from cli.printing.values import short
from cli.staff import reading
from domain.payments.states import PaymentState
from domain.payments.words import Attention, EntryState
from services.payments import staff
from storage.payments import entry_queries, payment_queries, readings, rows
from storage.payments.payment_queries import PaymentFilter
from storage.payments.readings import LastReading

app = Group(
    cls=on_demand(
        {
            "decide": OnDemand(
                "cli.payments.decisions:decide",
                "Decide about a payment.",
            ),
            "decide-entry": OnDemand(
                "cli.payments.decisions:decide_entry",
                "Decide about an entry: allocate books it on an invoice, ignore leaves it"
                " unbooked.",
            ),
            "read-statements": OnDemand(
                "cli.payments.decisions:read_statements",
                "Read banks' statements now, besides the schedule.",
            ),
        }
    ),
    help="Payments of invoices: decide about those that need it, and about entries of banks'"
    " statements that fit none.",
)

All = Annotated[bool, typer.Option("--all", help="Also those that need no decision.")]
Limit = Annotated[int, typer.Option(min=1, max=1000, help="Most of them that are listed.")]
OfBank = Annotated[str | None, typer.Option("--bank", help="Only those at this bank.")]
OfAccount = Annotated[
    str | None,
    typer.Option("--account", metavar="ID", help="Only those of this account: id or reference."),
]
_READERS = (StaffRole.SUPPORT, StaffRole.OPS)


@app.command("list")
def list_payments(
    *,
    all_: All = False,
    attention: Annotated[Attention | None, typer.Option(help="Only for this reason.")] = None,
    state: Annotated[PaymentState | None, typer.Option(help="Only those in this state.")] = None,
    bank: OfBank = None,
    account: OfAccount = None,
    limit: Limit = 50,
    wide: Wide = False,
    as_json: Json = False,
) -> None:
    """List payments that need a decision, the one that has waited longest first."""
    with reading(operator_settings(), *_READERS) as database, database.reading() as connection:
        of = lookup.account_id(connection, account)
        which = PaymentFilter(not all_, attention, state, bank, of)
        found = payment_queries.page(connection, which, place=None, limit=limit)
    if as_json:
        print_json([OpsPayment.of(each, staff.decisions(each)) for each in found])
        return
    if not found:
        say("No payment needs a decision." if which.needs_decision else "No payment matches.")
        return
    print_table(COLUMNS, map(payment_line, found), wide=wide)


@app.command()
def show(payment: PaymentId, *, wide: Wide = False, as_json: Json = False) -> None:
    """Show a payment, the statement entries of its money, and what can be decided about it."""
    with reading(operator_settings(), *_READERS) as database, database.reading() as connection:
        found = rows.read(connection, payment_id(connection, payment))
        if found is None:
            raise Failure(f"No payment has the id `{payment}`: see `volitus payments list --all`.")
        entries = entry_queries.of_payment(connection, found.id)
        differs = payment_queries.differs(connection, found.id)
    decisions = staff.decisions(found)
    if as_json:
        shown = OpsPaymentDetails.of(found, decisions)
        more = {"entries": [BankEntry.of(each) for each in entries], "differs": differs}
        print_json(shown.model_copy(update=more))
        return
    facts = payment_facts(found, differs)
    print_facts({name.replace("_", " "): value for name, value in facts.items()})
    print_below(ENTRY_COLUMNS, map(entry_line, entries), wide=wide)
    if decisions:
        words = "|".join(decisions)
        say(f"Decide: `volitus payments decide {short(found.id)} {words} --reason '…'`")


@app.command()
def entries(
    *,
    state: Annotated[EntryState, typer.Option(help="Only those in this state.")] = (
        EntryState.UNMATCHED
    ),
    bank: OfBank = None,
    limit: Limit = 50,
    wide: Wide = False,
    as_json: Json = False,
) -> None:
    """List entries of banks' statements that fit no payment, the oldest first."""
    with reading(operator_settings(), *_READERS) as database, database.reading() as connection:
        found = entry_queries.page(connection, state=state, bank=bank, after=None, limit=limit)
    if as_json:
        print_json([BankEntry.of(each) for each in found])
    elif found:
        print_table(ENTRY_COLUMNS, map(entry_line, found), wide=wide)
    else:
        say(f"No entry is {state}.")


@app.command()
def statements(*, limit: Limit = 20, wide: Wide = False, as_json: Json = False) -> None:
    """List the statements of banks that were read last, and how the last reading went."""
    with reading(operator_settings(), *_READERS) as database, database.reading() as connection:
        found = entry_queries.statements(connection, limit=limit)
        last = readings.last(connection)
    if as_json:
        print_json([BankStatementRead.of(each) for each in found])
    elif found:
        lines = ((e.bank, e.id, e.read_at, e.entries, e.new_entries) for e in found)
        print_table(("bank", "statement", "read", "entries", "new"), lines, wide=wide)
    else:
        say("No statement was read: `volitus payments read-statements` reads them.")
    if last is not None:
        _say_reading(last)


def _say_reading(last: LastReading) -> None:
    say(f"Last reading: {last.state} at {exact(last.at)}.")
    for each in last.unread:
        say(f"Not read: {each.bank}, because {each.code}{each.detail and f' ({each.detail})'}.")
    if last.unread:
        say("Read them again: `volitus payments read-statements` (docs/runbook.md).")
