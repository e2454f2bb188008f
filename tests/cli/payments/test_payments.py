"""bill.3: operations see payments that need a decision in a shell, and decide about them."""

from datetime import date
from uuid import uuid4

import pytest

from domain.billing.invoices import BillState, Invoice, InvoiceCategory
from domain.payments.states import PaymentNews
from domain.reasons import Reason
from storage.billing import invoices
from storage.database import Database
from storage.payments import learning, proceeding, readings, taking
from storage.payments import rows as payment_rows
from storage.payments.learning import Learned
from tests.builders.payments import TEN, entry, new_payment, now, started, statement
from tests.builders.register_states import KUUSK
from tests.builders.rows import ENGINE, NOTED, account, put, rows
from tests.clients.cli_runner import Volitus

WHY = ("--reason", "looked at it")
OFFICE = account(KUUSK)
_INVOICE = Invoice(
    id="b1",
    number="2611001",
    category=InvoiceCategory.NORMAL,
    state=BillState.SENT,
    issued_on=date(2026, 11, 5),
    due_on=date(2026, 11, 18),
    period=None,
    total=TEN,
    left=TEN,
    net=None,
    vat=(),
    paid=(),
    payment_reference=None,
    pay_to=None,
    has_document=False,
)


@pytest.fixture
def owned(database: Database) -> Database:
    put(database, OFFICE)
    return database


def test_bill_3_a_payment_that_differs_is_listed_shown_and_decided_about(
    volitus: Volitus, owned: Database
) -> None:
    payment = started(owned, new_payment(OFFICE.id))
    why = Reason("payment_differs", "It does not fit", {"differs": ["amount", "currency"]})
    with owned.transaction() as session:
        locked = payment_rows.lock(session, payment.id)
        assert locked is not None
        learning.learn(session, locked, Learned(PaymentNews.PAID_OTHERWISE, why))
    fine = started(owned, new_payment(OFFICE.id))

    (listed,) = volitus("payments", "list", "--json").json
    everything = volitus("payments", "list", "--all", "--json").json
    shown = volitus("payments", "show", str(payment.id)[:8])
    refused = volitus("payments", "decide", str(fine.id), "seen", *WHY)
    decided = volitus("payments", "decide", str(payment.id), "take_as_paid", *WHY)

    assert (listed["id"], listed["attention"]) == (str(payment.id), "differs")
    assert {each["id"] for each in everything} == {str(payment.id), str(fine.id)}
    assert "take_as_paid|refuse" in shown.err
    assert "amount, currency" in shown.out
    assert refused.code == 1
    assert "is sent: take_as_paid or refuse can be decided about it" in refused.err
    assert decided.code == 0
    assert now(owned, payment.id).state == "settled"
    (noted,) = rows(owned, f"{NOTED} WHERE kind = 'payment:decided'")
    assert noted.note == "looked at it"


def test_bill_3_an_entry_that_fits_no_payment_is_listed_and_decided_about(
    volitus: Volitus, owned: Database
) -> None:
    payment = started(owned, new_payment(OFFICE.id))
    with owned.transaction() as session:
        taking.take_statement(session, "lhv", statement(entry(payment, reference=None)))

    (listed,) = volitus("payments", "entries", "--json").json
    entry_ = ("payments", "decide-entry", listed["id"])
    missing = volitus(*entry_, "allocate", *WHY)
    needless = volitus(*entry_, "ignore", "--invoice", "2611", *WHY)
    unknown = volitus(*entry_, "allocate", "--invoice", "2611", *WHY)
    ignored = volitus("payments", "decide-entry", listed["id"][:8], "ignore", *WHY)
    (read,) = volitus("payments", "statements", "--json").json

    assert listed["fault"] == "no_reference"
    assert [missing.code, needless.code, unknown.code] == [2, 2, 1]
    assert "--invoice" in missing.err
    assert "No invoice `2611` is known here." in unknown.err
    assert ignored.code == 0
    assert volitus("payments", "entries").err.strip() == "No entry is unmatched."
    assert (read["entries"], read["new_entries"]) == (1, 1)


def test_bill_3_an_entry_is_allocated_by_the_number_on_the_invoice(
    volitus: Volitus, owned: Database
) -> None:
    payment = started(owned, new_payment(OFFICE.id))
    with owned.transaction() as session:
        taking.take_statement(session, "lhv", statement(entry(payment, reference=None)))
    (listed,) = volitus("payments", "entries", "--json").json
    with owned.transaction() as session:
        invoices.put(session, OFFICE.id, [_INVOICE], payment.now)
    words = ("payments", "decide-entry", listed["id"], "allocate", "--invoice", _INVOICE.number)

    decided = volitus(*words, *WHY, "--json")

    assert (decided.code, decided.json["state"]) == (0, "matched")


def test_bill_3_a_shell_says_which_banks_statements_were_not_read_and_why(
    volitus: Volitus, owned: Database
) -> None:
    with owned.transaction() as session:
        id_ = readings.request(session, uuid4(), ENGINE)
        unread = {"bank": "lhv", "code": "target_error", "detail": "statement_unreadable"}
        readings.end(session, id_, [unread])

    said = volitus("payments", "statements").err

    assert "Last reading: failed at " in said
    assert "Not read: lhv, because target_error (statement_unreadable)." in said


def test_bill_3_a_payment_whose_booking_operations_ended_is_not_shown_as_booked(
    owned: Database,
) -> None:
    payment = started(owned, new_payment(OFFICE.id), PaymentNews.CREDITED)
    with owned.transaction() as session:
        proceeding.close(session, payment.process_id, Reason("x", "x"), ENGINE)

    shown = now(owned, payment.id)

    assert (shown.attention, shown.billed_at) == ("not_booked", None)
