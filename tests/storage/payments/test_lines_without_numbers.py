"""bill.3: lines that no number of the bank tells apart are booked once, and none is lost."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.billing.money import Money
from domain.payments.orders import Entry
from domain.payments.states import PaymentNews
from storage.database import Database
from storage.payments import taking
from storage.payments.rows import StoredPayment
from tests.builders.payments import entry, new_payment, now, started, statement
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, put, rows

OFFICE = account(KUUSK)


@pytest.fixture
def payment(database: Database) -> StoredPayment:
    """A payment that its bank says is paid."""
    put(database, OFFICE)
    return started(database, new_payment(OFFICE.id), PaymentNews.PAID)


def nameless(payment: StoredPayment, place: str, **other: Any) -> Entry:
    """A line without a number: known by its place."""
    usual = {"bank_reference": place, "is_numbered": False, "transfer_id": None}
    return entry(payment, **(usual | other))


def take(database: Database, *entries: Entry) -> int:
    with database.transaction() as session:
        return taking.take_statement(session, "lhv", statement(*entries))


def faults(database: Database) -> list[str | None]:
    found = rows(database, "SELECT fault FROM bank_entry ORDER BY received_at, id")
    return [row.fault for row in found]


def booked(database: Database) -> int:
    return len(rows(database, "SELECT FROM payment"))


def test_bill_3_a_line_without_a_number_in_two_statements_is_booked_once(
    database: Database, payment: StoredPayment
) -> None:
    """An extract during the day, and the statement of the day: a person says which."""
    took = take(database, nameless(payment, "A/1")), take(database, nameless(payment, "B/7"))

    assert took == (1, 1)
    assert faults(database) == [None, "maybe_known"]
    assert (booked(database), now(database, payment.id).state) == (1, "settled")


@pytest.mark.parametrize("is_first", [True, False], ids=["numbered_first", "nameless_first"])
def test_bill_3_it_is_the_same_where_only_one_of_the_statements_has_the_number(
    database: Database, payment: StoredPayment, *, is_first: bool
) -> None:
    numbered, other = entry(payment, transfer_id=None), nameless(payment, "A/1")
    for each in (numbered, other) if is_first else (other, numbered):
        take(database, each)

    assert (faults(database), booked(database)) == ([None, "maybe_known"], 1)


@pytest.mark.parametrize(
    "otherwise",
    [
        {"booked_on": date(2026, 12, 2)},
        {"amount": Money(Decimal("4.00"))},
        {"payer_name": "Kati Kask"},
        {"transfer_id": "T-other"},
    ],
    ids=str,
)
def test_bill_3_another_line_without_a_number_is_other_money(
    database: Database, payment: StoredPayment, otherwise: dict[str, Any]
) -> None:
    take(database, nameless(payment, "A/1", transfer_id="T-one"))
    take(database, nameless(payment, "B/1", **({"transfer_id": "T-one"} | otherwise)))

    assert (faults(database), booked(database)) == ([None, None], 2)


def test_bill_3_two_lines_alike_in_one_statement_are_two_payments(
    database: Database, payment: StoredPayment
) -> None:
    take(database, nameless(payment, "A/1"), nameless(payment, "A/2"))

    assert (faults(database), booked(database)) == ([None, None], 2)


def test_bill_3_a_number_that_the_bank_gave_another_line_loses_no_money(
    database: Database, payment: StoredPayment
) -> None:
    first = entry(payment, bank_reference="1")
    other = replace(first, amount=Money(Decimal("7.00")))

    took = [take(database, each) for each in (first, other, first)]

    assert took == [1, 1, 0]
    assert (faults(database), booked(database)) == ([None, "maybe_known"], 1)
