"""bill.3: a second signed word about a payment whose money is on its way, or there, is seen."""

import pytest

from domain.payments.states import PaymentNews
from storage.database import Database
from storage.payments.learning import Learned
from storage.payments.rows import StoredPayment
from tests.builders.payments import new_payment, now, started, told
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, put, rows

OFFICE = account(KUUSK)
N = PaymentNews


@pytest.fixture
def payment(database: Database) -> StoredPayment:
    put(database, OFFICE)
    return started(database, new_payment(OFFICE.id))


@pytest.mark.parametrize("first", [N.PAID, N.CREDITED], ids=["accepted", "settled"])
@pytest.mark.parametrize("second", [N.PAID, N.CREDITED], ids=["paid", "settles"])
def test_bill_3_paid_in_two_windows_is_shown_to_operations(
    database: Database, payment: StoredPayment, first: PaymentNews, second: PaymentNews
) -> None:
    """Where the signed word settles and no statement is read, nobody else would tell."""
    told(database, payment.id, Learned(first, bank_reference="T1"))
    told(database, payment.id, Learned(first, bank_reference="T1"))
    assert now(database, payment.id).attention is None

    for _ in range(2):
        told(database, payment.id, Learned(second, bank_reference="T2"))

    assert now(database, payment.id).attention == "paid_twice"
    flagged = rows(database, "SELECT FROM event WHERE kind = 'payment:flagged'")
    assert len(flagged) <= 1


@pytest.mark.parametrize("first", [N.PAID, N.CREDITED], ids=["accepted", "settled"])
def test_bill_3_a_word_of_another_sum_after_one_that_fits_is_shown_to_operations(
    database: Database, payment: StoredPayment, first: PaymentNews
) -> None:
    told(database, payment.id, Learned(first, bank_reference="T1"))

    told(database, payment.id, Learned(N.PAID_OTHERWISE, bank_reference="T2"))

    stored = now(database, payment.id)
    assert (stored.state, stored.attention) == (
        "accepted" if first is N.PAID else "settled",
        "differs",
    )


def test_bill_3_the_statement_answers_what_a_second_word_asked(
    database: Database, payment: StoredPayment
) -> None:
    for number in ("T1", "T2"):
        told(database, payment.id, Learned(N.PAID, bank_reference=number))

    told(database, payment.id, Learned(N.CREDITED))

    stored = now(database, payment.id)
    assert (stored.state, stored.attention) == ("settled", None)


@pytest.mark.parametrize("word", [N.PAID, N.PAID_OTHERWISE], ids=str)
def test_bill_3_a_page_that_is_loaded_again_does_not_undo_what_a_person_decided(
    database: Database, payment: StoredPayment, word: PaymentNews
) -> None:
    said = Learned(word, bank_reference="T1")
    told(database, payment.id, said)
    told(database, payment.id, Learned(N.DECIDED_UNPAID))

    told(database, payment.id, said)

    assert now(database, payment.id).state == "refused"
