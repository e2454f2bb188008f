"""bill.3: which payment a click on "pay" leads to."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import pytest

from domain.billing.money import Money
from domain.payments.starting import OtherBank, SendAgain, Show, StartNew, choose
from domain.payments.states import CAN_BE_SENT, OPEN, PaymentState

S = PaymentState
TEN = Money(Decimal(10))
ONE = UUID(int=1)


@dataclass(frozen=True)
class Payment:
    state: PaymentState
    id: UUID = ONE
    bank: str = "lhv"
    amount: Money = TEN


def test_bill_3_nothing_under_way_starts_one() -> None:
    assert choose([], "lhv", TEN) == StartNew()


@pytest.mark.parametrize("state", [*sorted(OPEN), S.SETTLED], ids=str)
def test_bill_3_what_may_be_on_its_way_is_shown_and_what_nobody_paid_is_sent_again(
    state: PaymentState,
) -> None:
    found = choose([Payment(state)], "lhv", TEN)

    assert found == (SendAgain if state in CAN_BE_SENT else Show)(UUID(int=1))


def test_bill_3_another_sum_starts_a_new_one_instead() -> None:
    assert choose([Payment(S.SENT)], "seb", Money(Decimal(9))) == StartNew(UUID(int=1))


def test_bill_3_another_bank_needs_a_cancellation_first() -> None:
    with pytest.raises(OtherBank) as raised:
        choose([Payment(S.SENT)], "seb", TEN)
    assert raised.value.payment_id == UUID(int=1)


def test_bill_3_money_on_its_way_comes_before_what_nobody_paid() -> None:
    late, started = Payment(S.ACCEPTED, UUID(int=1)), Payment(S.SENT, UUID(int=2), "seb")

    assert choose([late, started], "seb", TEN) == Show(UUID(int=1))
