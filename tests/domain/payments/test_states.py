"""bill.3: what each piece of news makes of a payment, in every order, twice, and late."""

from itertools import permutations

import pytest

from domain.payments.states import AFTER, OPEN, PaymentNews, PaymentState, after

S, N = PaymentState, PaymentNews
FINAL = {S.SETTLED, S.RETURNED, S.REFUSED, S.CANCELLED, S.EXPIRED}


def end(*news: PaymentNews, begin: PaymentState = S.CREATED) -> PaymentState:
    state = begin
    for each in news:
        state = after(state, each)
    return state


@pytest.mark.parametrize(
    ("news", "found"),
    [
        ([N.SENT], S.SENT),
        ([N.SENT, N.PAID], S.ACCEPTED),
        ([N.SENT, N.NOT_PAID], S.CANCELLED),
        ([N.SENT, N.PAID, N.NOT_PAID], S.ACCEPTED),
        ([N.SENT, N.NOT_PAID, N.PAID], S.ACCEPTED),
        ([N.SENT, N.PAID, N.PAID], S.ACCEPTED),
        ([N.SENT, N.NOT_PAID, N.NOT_PAID, N.PAID, N.NOT_PAID, N.PAID], S.ACCEPTED),
        ([N.PAID], S.ACCEPTED),  # before we knew that it was handed over
        ([N.PAID, N.SENT], S.ACCEPTED),
        ([N.NOT_PAID, N.SENT], S.CANCELLED),
        ([N.SENT, N.PAID, N.CREDITED], S.SETTLED),
        ([N.SENT, N.CREDITED, N.PAID], S.SETTLED),
        ([N.SENT, N.CREDITED, N.NOT_PAID, N.PAID_OTHERWISE, N.CREDITED], S.SETTLED),
        ([N.SENT, N.SILENT], S.UNKNOWN),
        ([N.SENT, N.SILENT, N.PAID], S.ACCEPTED),
        ([N.SENT, N.SILENT, N.NOT_PAID], S.REFUSED),
        ([N.SENT, N.SILENT, N.SENT], S.SENT),
        ([N.SENT, N.SILENT, N.LAPSED], S.EXPIRED),
        ([N.SENT, N.SILENT, N.LAPSED, N.PAID], S.ACCEPTED),
        ([N.SENT, N.SILENT, N.LAPSED, N.CREDITED], S.SETTLED),
        ([N.SENT, N.SECOND_SIGNER, N.SILENT], S.WAITING_SECOND_SIGNER),
        ([N.SENT, N.SECOND_SIGNER, N.NOT_PAID], S.REFUSED),
        ([N.SENT, N.SECOND_SIGNER, N.PAID, N.CREDITED], S.SETTLED),
        ([N.SENT, N.CANCELLED, N.PAID, N.CREDITED], S.SETTLED),
        ([N.SENT, N.CANCELLED, N.CREDITED], S.SETTLED),
        ([N.SENT, N.PAID_OTHERWISE], S.MISMATCH),
        ([N.SENT, N.PAID_OTHERWISE, N.PAID, N.NOT_PAID], S.MISMATCH),
        ([N.SENT, N.PAID_OTHERWISE, N.REFUSED], S.REFUSED),
        ([N.SENT, N.PAID_OTHERWISE, N.CREDITED], S.SETTLED),
        ([N.SENT, N.PAID, N.PAID_OTHERWISE], S.ACCEPTED),
        ([N.SENT, N.PAID, N.CANCELLED, N.REFUSED, N.LAPSED, N.SILENT], S.ACCEPTED),
        ([N.SENT, N.PAID, N.DECIDED_UNPAID, N.CREDITED], S.SETTLED),
        ([N.SENT, N.PAID_OTHERWISE, N.DECIDED_PAID, N.CREDITED, N.DECIDED_UNPAID], S.SETTLED),
        ([N.SENT, N.NOT_PAID, N.DECIDED_PAID], S.SETTLED),
        ([N.SENT, N.CREDITED, N.DECIDED_ELSEWHERE, N.CREDITED], S.SETTLED),
        ([N.SENT, N.PAID, N.CREDITED, N.TAKEN_BACK], S.RETURNED),
        ([N.SENT, N.PAID, N.CREDITED, N.TAKEN_BACK, N.CREDITED, N.PAID], S.RETURNED),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else str(value),
)
def test_bill_3_news_change_a_payment_or_change_nothing(
    news: list[PaymentNews], found: PaymentState
) -> None:
    assert end(*news) is found


@pytest.mark.parametrize("order", list(permutations([N.SENT, N.PAID, N.NOT_PAID, N.CREDITED])))
def test_bill_3_money_that_came_settles_in_whatever_order_the_news_come(
    order: tuple[PaymentNews, ...],
) -> None:
    assert end(*order) is S.SETTLED


@pytest.mark.parametrize("news", N)
@pytest.mark.parametrize("state", S)
def test_bill_3_the_same_news_twice_change_nothing_more(
    state: PaymentState, news: PaymentNews
) -> None:
    once = after(state, news)

    assert after(once, news) is once


def test_bill_3_final_words_give_way_to_money_alone() -> None:
    changes = {(before, news) for (before, news) in AFTER if before in FINAL}
    money = (N.PAID, N.PAID_OTHERWISE, N.CREDITED, N.DECIDED_PAID)
    unpaid = {S.REFUSED, S.CANCELLED, S.EXPIRED}

    assert changes == {
        *((state, news) for state in unpaid for news in money),
        (S.SETTLED, N.TAKEN_BACK),
        (S.SETTLED, N.DECIDED_ELSEWHERE),
    }
    assert set(S) == FINAL | OPEN
    assert not FINAL & OPEN
