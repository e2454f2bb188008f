"""bill.3: operations see payments that need a decision in a shell, and decide about them."""

import pytest

from domain.payments.states import PaymentNews
from storage.database import Database
from storage.payments import taking
from tests.builders.payments import entry, new_payment, now, started, statement
from tests.builders.register_states import KUUSK
from tests.builders.rows import NOTED, account, put, rows
from tests.clients.cli_runner import Volitus

WHY = ("--reason", "looked at it")
OFFICE = account(KUUSK)


@pytest.fixture
def owned(database: Database) -> Database:
    put(database, OFFICE)
    return database


def test_bill_3_a_payment_that_differs_is_listed_shown_and_decided_about(
    volitus: Volitus, owned: Database
) -> None:
    payment = started(owned, new_payment(OFFICE.id), PaymentNews.PAID_OTHERWISE)
    fine = started(owned, new_payment(OFFICE.id))

    (listed,) = volitus("payments", "list", "--json").json
    everything = volitus("payments", "list", "--all", "--json").json
    shown = volitus("payments", "show", str(payment.id)[:8])
    refused = volitus("payments", "decide", str(fine.id), "seen", *WHY)
    decided = volitus("payments", "decide", str(payment.id), "take_as_paid", *WHY)

    assert (listed["id"], listed["attention"]) == (str(payment.id), "differs")
    assert {each["id"] for each in everything} == {str(payment.id), str(fine.id)}
    assert "take_as_paid|refuse" in shown.err
    assert (refused.code, "payment_not_decidable" in refused.err) == (1, True)
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
    unknown = volitus("payments", "decide-entry", listed["id"], "allocate", *WHY)
    ignored = volitus("payments", "decide-entry", listed["id"][:8], "ignore", *WHY)
    (read,) = volitus("payments", "statements", "--json").json

    assert listed["fault"] == "no_reference"
    assert (unknown.code, "invoice_unknown" in unknown.err) == (1, True)
    assert ignored.code == 0
    assert volitus("payments", "entries").err.strip() == "No entry is unmatched."
    assert (read["entries"], read["new_entries"]) == (1, 1)
