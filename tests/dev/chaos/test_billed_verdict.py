"""The verdict of a campaign sees what became of its payments and extracts."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from dev.chaos import extract_invariants, payment_invariants
from dev.chaos.billed_evidence import Billed, ExtractRow, PaymentRow
from dev.chaos.billed_workload import (
    ExtractHabit,
    ExtractRequest,
    PayingHabit,
    PaymentRequest,
)
from dev.chaos.outcome import Outcome

NOW = datetime(2026, 12, 1, tzinfo=UTC)
PAYS, CANCELS, BACK, TWICE = (
    PaymentRequest(0, n, habit, 0)
    for n, habit in enumerate(
        (PayingHabit.COMES_BACK, PayingHabit.CANCELS, PayingHabit.TAKEN_BACK, PayingHabit.TWICE)
    )
)
FULL, STOPPED = (ExtractRequest(0, n, habit, 0) for n, habit in enumerate(ExtractHabit))
IDS = {each: UUID(int=n) for n, each in enumerate((PAYS, CANCELS, BACK, TWICE), 1)}
SECOND, MADE, LEFT = UUID(int=9), UUID(int=11), UUID(int=12)


def payment(request: PaymentRequest, id_: UUID | None = None) -> PaymentRow:
    paid, back = request.habit.paid > 0, request.habit is PayingHabit.TAKEN_BACK
    origin = "person" if id_ is None else "statement"
    one = id_ or IDS[request]
    return PaymentRow(
        one, one, request.account_id, origin, request.bank, request.habit.ends, Decimal(5),
        f"ref-{request.index}", NOW if paid else None, NOW if back else None, int(paid),
    )  # fmt: skip


def good() -> Billed:
    """One who paid, one who cancelled, one whose bank took the money back, and one who paid twice.

    And an extract that was made, and one that was cancelled.
    """
    rows = [payment(each) for each in IDS] + [payment(TWICE, SECOND)]
    paid = [each for each in rows if each.settled_at]
    account = UUID(int=20)
    extracts = [
        ExtractRow(MADE, account, "ready", "masked", NOW, NOW, "2026-12-01T00:00:00Z", 2),
        ExtractRow(LEFT, account, "cancelled", "masked", NOW, NOW, None, 0),
    ]
    return Billed(
        payments={each.id: each for each in rows},
        entries=[(each.bank, str(each.id)) for each in paid],
        at_bank=[
            {"state": "paid" if each.settled_at else "cancelled", "reference": each.reference,
             "amount": "5.00"}
            for each in rows
        ],
        paid=[
            {"key": f"payment/{each.id}/book/0", "total": "5.00",
             "is_refunded": each.state == "returned"}
            for each in paid
        ],
        extracts={each.id: each for each in extracts},
        made={MADE: ["a", "b"]},
        used={MADE: ["a", "b"]},
    )  # fmt: skip


def judged(billed: Billed) -> Iterator[str]:
    asked = [Outcome(each, id_, ends=each.habit.ends) for each, id_ in IDS.items()]
    asked += [Outcome(FULL, MADE, ends="ready"), Outcome(STOPPED, LEFT, ends="cancelled")]
    yield from payment_invariants.booked_once(billed)
    yield from payment_invariants.paid_is_booked(billed)
    yield from payment_invariants.read_once(billed)
    yield from payment_invariants.refunded(billed)
    yield from payment_invariants.ended_as_paid(billed, asked)
    yield from extract_invariants.exact(billed)
    yield from extract_invariants.ended_as_asked(billed, asked)


def changed(id_: UUID, **changes: Any) -> Callable[[Billed], Billed]:
    """Spoil the row of a payment or an extract."""

    def spoil(billed: Billed) -> Billed:
        if id_ in billed.extracts:
            extracts = {**billed.extracts, id_: billed.extracts[id_]._replace(**changes)}
            return replace(billed, extracts=extracts)
        payments = {**billed.payments, id_: billed.payments[id_]._replace(**changes)}
        return replace(billed, payments=payments)

    return spoil


def test_bill_3_a_campaign_without_fault_breaks_no_promise() -> None:
    assert list(judged(good())) == []


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda b: replace(b, paid=[*b.paid, b.paid[0]]), id="booked-twice"),
        pytest.param(lambda b: replace(b, paid=b.paid[1:]), id="not-booked"),
        pytest.param(lambda b: replace(b, at_bank=b.at_bank[1:]), id="booked-and-not-paid"),
        pytest.param(lambda b: replace(b, at_bank=[*b.at_bank, b.at_bank[0]]), id="money-is-lost"),
        pytest.param(lambda b: replace(b, entries=[*b.entries, b.entries[0]]), id="line-twice"),
        pytest.param(changed(IDS[PAYS], state="accepted"), id="never-settled"),
        pytest.param(changed(IDS[PAYS], entries=2), id="two-lines-for-one"),
        pytest.param(changed(IDS[PAYS], settled_at=None), id="booked-and-not-settled"),
        pytest.param(changed(IDS[CANCELS], state="sent"), id="open-still"),
        pytest.param(changed(IDS[BACK], refunded_at=None), id="taken-back-and-not-noted"),
        pytest.param(
            lambda b: replace(b, paid=[{**each, "is_refunded": False} for each in b.paid]),
            id="not-taken-back",
        ),
        pytest.param(changed(SECOND, account_id=UUID(int=99)), id="second-payment-is-nowhere"),
        pytest.param(lambda b: replace(b, made={MADE: ["a"]}), id="a-row-is-missing"),
        pytest.param(lambda b: replace(b, made={MADE: ["a", "b", "b"]}), id="a-row-twice"),
        pytest.param(lambda b: replace(b, made={MADE: ["b", "a"]}), id="out-of-order"),
        pytest.param(changed(MADE, rows=3), id="other-count"),
        pytest.param(changed(MADE, state="failed"), id="extract-failed"),
        pytest.param(changed(LEFT, state="ready"), id="cancelled-and-made"),
    ],
)
def test_bill_3_a_campaign_sees(spoil: Callable[[Billed], Billed]) -> None:
    assert list(judged(spoil(good())))
