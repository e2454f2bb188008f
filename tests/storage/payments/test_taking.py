"""bill.3: entries of statements, taken in once, by reference number and amount."""

from dataclasses import replace
from decimal import Decimal
from itertools import permutations

import pytest

from domain.billing.money import Money
from domain.payments.orders import Entry
from domain.payments.states import PaymentNews
from domain.reasons import Reason
from storage.database import Database
from storage.payments import hand_overs, proceeding, taking
from storage.payments.learning import Learned
from storage.payments.rows import lock
from tests.builders.payments import entry, new_payment, now, started, statement, told
from tests.builders.people import JAAN
from tests.builders.register_states import KUUSK
from tests.builders.rows import ENGINE, account, put, rows

OFFICE = account(KUUSK)
N = PaymentNews


@pytest.fixture
def owned(database: Database) -> Database:
    put(database, OFFICE)
    return database


def take(database: Database, *entries: Entry) -> int:
    with database.transaction() as session:
        return taking.take_statement(session, "lhv", statement(*entries))


def entries_of(database: Database) -> list[tuple[str, str | None]]:
    found = rows(database, "SELECT state, fault FROM bank_entry ORDER BY received_at, id")
    return [(row.state, row.fault) for row in found]


def payments_of(database: Database) -> list[tuple[str, str, Decimal]]:
    found = rows(database, "SELECT origin, state, amount FROM payment ORDER BY created_at, id")
    return [(row.origin, row.state, row.amount) for row in found]


@pytest.mark.parametrize(
    "before",
    [
        *([N.PAID], [N.NOT_PAID], [N.PAID_OTHERWISE], [N.SILENT], [N.CANCELLED]),
        *([N.SILENT, N.LAPSED], []),
    ],
    ids=str,
)
def test_bill_3_money_that_fits_settles_whatever_was_said_before(
    owned: Database, before: list[PaymentNews]
) -> None:
    payment = started(owned, new_payment(OFFICE.id), *before)

    take(owned, entry(payment))

    assert now(owned, payment.id).state == "settled"
    assert entries_of(owned) == [("matched", None)]


def test_bill_3_the_same_entry_counts_once_in_however_many_statements(owned: Database) -> None:
    payment = started(owned, new_payment(OFFICE.id), N.PAID)
    same = entry(payment)

    assert [take(owned, same), take(owned, same, same), take(owned, same)] == [1, 0, 0]
    assert payments_of(owned) == [("person", "settled", Decimal("10.00"))]


def test_bill_3_a_settled_payment_that_is_met_by_its_entry_is_not_paid_twice(
    owned: Database,
) -> None:
    """Settled by the bank's signed word, or by a person, before the statement came."""
    payment = started(owned, new_payment(OFFICE.id), N.DECIDED_PAID)

    take(owned, entry(payment))

    assert len(payments_of(owned)) == 1
    assert entries_of(owned) == [("matched", None)]


@pytest.mark.parametrize("amount", ["3.00", "10.00", "25.00"], ids=["part", "twice", "too much"])
def test_bill_3_other_money_for_the_invoice_becomes_a_payment_of_its_own(
    owned: Database, amount: str
) -> None:
    payment = started(owned, new_payment(OFFICE.id), N.PAID)
    other = Money(Decimal(amount))

    take(owned, entry(payment), entry(payment, amount=other))

    assert payments_of(owned) == [
        ("person", "settled", Decimal("10.00")),
        ("statement", "settled", Decimal(amount)),
    ]
    assert entries_of(owned) == [("matched", None)] * 2


@pytest.mark.parametrize(
    ("otherwise", "fault"),
    [
        ({"reference": None}, "no_reference"),
        ({"reference": "13"}, "unknown_reference"),
        ({"amount": Money(Decimal(10), "SEK")}, "other_currency"),
        ({"is_return": True}, "unknown_return"),
    ],
    ids=str,
)
def test_bill_3_what_fits_nothing_is_left_to_operations(
    owned: Database, otherwise: dict[str, object], fault: str
) -> None:
    payment = started(owned, new_payment(OFFICE.id), N.PAID)

    take(owned, entry(payment, **otherwise))

    assert entries_of(owned) == [("unmatched", fault)]
    assert now(owned, payment.id).state == "accepted"


def test_bill_3_zeros_in_front_of_a_reference_that_a_bank_drops_say_nothing(
    owned: Database,
) -> None:
    payment = started(owned, new_payment(OFFICE.id, reference="0013"), N.PAID)

    take(owned, entry(payment, reference="13"))

    assert now(owned, payment.id).state == "settled"


def test_bill_3_money_that_is_taken_back_is_its_payments(owned: Database) -> None:
    payment = started(owned, new_payment(OFFICE.id), N.PAID)
    came = entry(payment)
    gone = replace(entry(payment), is_return=True, transfer_id=came.transfer_id)

    take(owned, came)
    take(owned, gone, gone)

    stored = now(owned, payment.id)
    assert (stored.state, stored.attention) == ("returned", "returned")
    assert entries_of(owned) == [("matched", None)] * 2


@pytest.mark.parametrize("order", list(permutations(["paid", "not_paid", "credited"])))
def test_bill_3_money_counts_in_whatever_order_the_news_come(
    owned: Database, order: tuple[str, ...]
) -> None:
    payment = started(owned, new_payment(OFFICE.id))
    for each in order:
        if each == "credited":
            take(owned, entry(payment))
        else:
            told(owned, payment.id, Learned(PaymentNews(each)))

    assert now(owned, payment.id).state == "settled"


def test_bill_3_a_number_of_the_banks_is_of_one_payment(owned: Database) -> None:
    first, second = (started(owned, new_payment(OFFICE.id)) for _ in range(2))
    told(owned, first.id, Learned(N.PAID, bank_reference="T1"))
    told(owned, second.id, Learned(N.PAID, bank_reference="T1"))

    assert now(owned, first.id).state == "accepted"
    stored = now(owned, second.id)
    assert (stored.state, stored.attention) == ("mismatch", "reference_used")


def test_bill_3_the_history_names_nobody(owned: Database) -> None:
    payment = started(owned, new_payment(OFFICE.id), N.PAID)
    take(owned, entry(payment), entry(payment, reference=None))

    written = rows(
        owned, "SELECT concat(actor, reason, before, after) AS line FROM event WHERE true"
    )
    assert not [row for row in written if "Maasikas" in row.line or "EE38" in row.line]


def test_bill_3_a_payment_whose_process_is_over_gets_another_where_its_money_comes(
    owned: Database,
) -> None:
    payment = started(owned, new_payment(OFFICE.id), N.NOT_PAID)
    with owned.transaction() as session:
        session.connection().exec_driver_sql("UPDATE payment SET ended_at = now()")
        session.connection().exec_driver_sql("UPDATE process SET ended_at = now()")

    take(owned, entry(payment))

    stored = now(owned, payment.id)
    assert (stored.ended_at, stored.process_id == payment.id) == (None, False)
    (process,) = rows(owned, "SELECT workflow_id FROM process WHERE ended_at IS NULL")
    assert process.workflow_id.startswith(f"payment/{payment.id}/")


@pytest.mark.parametrize("decided", [[], [N.DECIDED_PAID]], ids=["asked", "taken_as_paid"])
def test_bill_3_the_other_sum_that_a_mismatch_was_about_is_not_booked_beside_it(
    owned: Database, decided: list[PaymentNews]
) -> None:
    payment = started(owned, new_payment(OFFICE.id), N.PAID_OTHERWISE, *decided)

    take(owned, entry(payment, amount=Money(Decimal(4))))

    assert len(payments_of(owned)) == 1
    assert entries_of(owned) == [("unmatched", "in_question")]


def test_bill_3_what_is_taken_back_is_not_guessed_by_an_id_that_payers_choose(
    owned: Database,
) -> None:
    """Two payers called their transfers the same, and the sums are the same."""
    first, second = (started(owned, new_payment(OFFICE.id), N.PAID) for _ in range(2))
    take(owned, *(entry(each, transfer_id="1") for each in (first, second)))
    gone = replace(entry(first), is_return=True, transfer_id="1")

    take(owned, replace(gone, reference=None))
    assert entries_of(owned)[-1] == ("unmatched", "unknown_return")

    take(owned, replace(gone, bank_reference="again"))
    assert [now(owned, each.id).state for each in (first, second)] == ["returned", "settled"]


@pytest.mark.parametrize("news", [N.PAID, N.CREDITED], ids=str)
def test_bill_3_a_number_that_was_used_settles_nothing_by_the_banks_word_either(
    owned: Database, news: PaymentNews
) -> None:
    first, second = (started(owned, new_payment(OFFICE.id)) for _ in range(2))
    for each in (first, second):
        told(owned, each.id, Learned(news, bank_reference="T1"))

    stored = now(owned, second.id)
    assert (stored.state, stored.settled_at) == ("mismatch", None)


def test_bill_3_money_for_an_earlier_owners_invoice_is_the_earlier_owners(owned: Database) -> None:
    payment = started(owned, new_payment(OFFICE.id), N.PAID)
    put(owned, account(JAAN, 1))  # the account is somebody else's by now

    take(owned, entry(payment), entry(payment))

    owners = rows(owned, "SELECT DISTINCT owner_id FROM payment")
    assert [each.owner_id for each in owners] == [payment.owner_id]


@pytest.mark.parametrize("state", ["sent", "unknown"])
def test_bill_3_a_payment_whose_process_operations_ended_is_waited_for_again(
    owned: Database, state: str
) -> None:
    """Whoever goes on with it is at the bank: its word may never come, and nobody would look."""
    payment = started(owned, new_payment(OFFICE.id))
    if state == "unknown":
        told(owned, payment.id, Learned(N.SILENT))
    with owned.transaction() as session:
        proceeding.close(session, payment.process_id, Reason("ended", "Ended"), ENGINE)
    assert now(owned, payment.id).attention == "process_ended"

    with owned.transaction() as session:
        locked = lock(session, payment.id)
        assert locked is not None
        hand_overs.hand_over(session, locked, "https://api.example/return", actor=ENGINE)

    stored = now(owned, payment.id)
    assert (stored.state, stored.attention, stored.ended_at) == ("sent", None, None)
    assert stored.process_id != payment.id
