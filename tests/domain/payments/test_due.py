"""bill.3: what is due of a payment by the clock, and nothing stays waiting in silence."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.payments.due import CarryOut, Due, Over, PaymentFacts, PaymentRules, Wait, due
from domain.payments.states import PaymentNews, PaymentState
from domain.payments.steps import BOOK, REFUND
from domain.payments.words import Attention

S, N = PaymentState, PaymentNews
AT = datetime(2026, 12, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RULES = PaymentRules(silent_after=HOUR, expires_after=7 * DAY, statement_within=3 * DAY)


def facts(state: PaymentState, **other: object) -> PaymentFacts:
    usual: dict[str, object] = {
        "state": state,
        "created_at": AT,
        "sent_at": None if state is S.CREATED else AT,
        "accepted_at": AT if state is S.ACCEPTED else None,
        "settled_at": AT if state in {S.SETTLED, S.RETURNED} else None,
        "is_booked": False,
        "is_refundable": False,
        "attention": None,
    }
    return PaymentFacts(**(usual | other))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "after", "then"),
    [
        (S.CREATED, HOUR, N.LAPSED),
        (S.SENT, HOUR, N.SILENT),
        (S.AUTHORISING, HOUR, N.SILENT),
        (S.WAITING_SECOND_SIGNER, 7 * DAY, N.LAPSED),
        (S.UNKNOWN, 7 * DAY, N.LAPSED),
        (S.ACCEPTED, 3 * DAY, Attention.NOT_IN_STATEMENT),
    ],
    ids=str,
)
def test_bill_3_what_is_waited_for_has_an_end(
    state: PaymentState, after: timedelta, then: Due
) -> None:
    moment = timedelta(microseconds=1)
    can_be_asked = state is not S.ACCEPTED

    assert due(facts(state), RULES, AT + after - moment) == Wait(moment, asks=can_be_asked)
    assert due(facts(state), RULES, AT + after) == then


@pytest.mark.parametrize(
    ("payment", "found"),
    [
        (facts(S.ACCEPTED, attention=Attention.NOT_IN_STATEMENT), Wait()),
        (facts(S.MISMATCH, attention=Attention.DIFFERS), Wait()),
        (facts(S.SETTLED), CarryOut(BOOK)),
        (facts(S.SETTLED, is_booked=True), Over()),
        (facts(S.RETURNED), CarryOut(BOOK)),  # it may be on its way to billing
        (facts(S.RETURNED, is_booked=True, is_refundable=True), CarryOut(REFUND)),
        (facts(S.RETURNED, is_booked=True), Over()),
        (facts(S.RETURNED, settled_at=None), Over()),  # billing never had it
        *((facts(state), Over()) for state in (S.REFUSED, S.CANCELLED, S.EXPIRED)),
    ],
    ids=str,
)
def test_bill_3_what_follows_from_the_state(payment: PaymentFacts, found: Due) -> None:
    assert due(payment, RULES, AT + 100 * DAY) == found


@pytest.mark.parametrize("state", S)
def test_bill_3_no_state_is_without_an_answer(state: PaymentState) -> None:
    assert due(facts(state), RULES, AT) is not None
