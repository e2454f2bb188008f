"""bill.3: a bank that can be asked is asked meanwhile; one that cannot is waited for.

No bank link can be asked, so the port here is the test's own.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from activities.adapters.banks.banks import make_bank as made_by_settings
from activities.adapters.banks.port import Bank
from activities.adapters.banks.statements import Statements
from domain.ops.stuck_reasons import StuckReason
from domain.payments.due import PaymentRules
from domain.payments.orders import Standing
from domain.provisioning.steps import Trouble
from settings.banks import BankSettings
from settings.payments import PaymentSettings
from tests.builders.payments import FakeBank
from tests.fixtures.engine import until
from tests.fixtures.engine_plugin import working
from tests.fixtures.payment_stack import PaymentStack
from worker.builders import payments as builders

S = Standing
BY_NOTICE = pytest.mark.settings(VOLITUS_PAYMENT_SETTLED_BY="notice")
SOON = pytest.mark.settings(
    VOLITUS_PAYMENT_SILENT_AFTER="PT1S", VOLITUS_PAYMENT_EXPIRES_AFTER="P7D"
)


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> FakeBank:
    """What the worker has for Kuusk Pank; it is asked soon."""
    asked = FakeBank("kuusk")
    rules = PaymentSettings.rules

    def made(settings: BankSettings, statements: Statements | None) -> Bank:
        return asked if settings.name == asked.name else made_by_settings(settings, statements)

    def soon(self: PaymentSettings) -> PaymentRules:
        return replace(rules(self), first_question=timedelta(milliseconds=50))

    monkeypatch.setattr(builders, "make_bank", made)
    monkeypatch.setattr(PaymentSettings, "rules", soon)
    return asked


@pytest.fixture
async def stack(bank: FakeBank, idle_payments: PaymentStack) -> AsyncIterator[PaymentStack]:
    assert bank.questions == 0
    async with working(idle_payments.settings, idle_payments.temporal):
        yield idle_payments


def states(stack: PaymentStack) -> list[str]:
    found = stack.rows(
        "SELECT after->>'state' AS state FROM event WHERE kind = 'payment:changed' ORDER BY at, id"
    )
    return [row.state for row in found]


def begin(stack: PaymentStack, bank: FakeBank, *said: Standing | Trouble) -> Any:
    bank.standings += said
    return stack.start()


async def test_bill_3_a_second_signer_is_known_of_by_asking(
    stack: PaymentStack, bank: FakeBank
) -> None:
    down = Trouble(StuckReason.UNREACHABLE)

    payment = begin(stack, bank, S.UNDER_WAY, S.UNKNOWN, down, S.WAITING_SECOND_SIGNER, S.PAID)
    await stack.reaches(payment["id"], "accepted")

    assert states(stack) == ["sent", "authorising", "waiting_second_signer", "accepted"]
    asked = bank.questions
    assert stack.shown(payment["id"])["action"] is None
    assert asked == 5  # on its way: the statement says the rest


@pytest.mark.parametrize(
    ("said", "state"),
    [([S.NOT_PAID], "cancelled"), ([S.WAITING_SECOND_SIGNER, S.NOT_PAID], "refused")],
    ids=["cancelled", "second_signer_refuses"],
)
async def test_bill_3_a_bank_that_says_no_ends_the_payment(
    stack: PaymentStack, bank: FakeBank, said: list[Standing], state: str
) -> None:
    payment = begin(stack, bank, *said)
    await stack.over(payment["id"])

    assert stack.stored(payment["id"]).state == state
    assert stack.paid_at_billing() == []


@BY_NOTICE
async def test_bill_3_a_bank_that_says_paid_settles_where_its_word_is_enough(
    stack: PaymentStack, bank: FakeBank
) -> None:
    payment = begin(stack, bank, S.PAID)
    await stack.booked(payment["id"])

    assert len(stack.paid_at_billing()) == 1


@SOON
async def test_bill_3_a_bank_that_cannot_be_asked_is_asked_once(
    stack: PaymentStack, bank: FakeBank
) -> None:
    payment = begin(stack, bank)
    await stack.reaches(payment["id"], "unknown")

    assert bank.questions == 1


@SOON
async def test_bill_3_a_bank_that_does_not_know_either_leaves_the_payment_unknown(
    stack: PaymentStack, bank: FakeBank
) -> None:
    payment = begin(stack, bank, S.UNKNOWN)
    await stack.reaches(payment["id"], "unknown")
    asked = bank.questions
    assert asked > 1

    bank.standings[:] = [S.PAID]
    await until(lambda: bank.questions > asked)
    await stack.reaches(payment["id"], "accepted")
