"""Reasons of the state of a payment, for people. The code is stored with the payment."""

from collections.abc import Mapping

from domain.reasons import Reason

NOT_PAID = Reason("payment_not_paid", "It was cancelled at the bank, or the bank refused it")
REFUSED = Reason("payment_refused", "The bank did not carry it out")
CANCELLED = Reason(
    "payment_cancelled", "It was cancelled here. If it was paid at the bank all the same, it counts"
)
REPLACED = Reason(
    "payment_replaced", "The sum that is left of the invoice changed: it is paid anew"
)
NO_WORD = Reason(
    "payment_no_word",
    "The bank has not said whether it was paid. If it was, the bank's statement tells",
)
EXPIRED = Reason(
    "payment_expired", "The bank has not said that it was paid, and no statement of it does"
)
DIFFERS = Reason(
    "payment_differs", "What the bank says does not fit what was sent: it is being looked at"
)
TAKEN_AS_PAID = Reason("payment_taken_as_paid", "The operator found that the money has come")
TAKEN_AS_UNPAID = Reason("payment_taken_as_unpaid", "The operator found that no money has come")
ELSEWHERE = Reason(
    "payment_money_elsewhere", "The operator found that the money was not for this invoice"
)
RETURNED = Reason("payment_returned", "The bank took the money back")

BY_CODE: Mapping[str, Reason] = {
    each.code: each
    for each in (
        NOT_PAID,
        REFUSED,
        CANCELLED,
        REPLACED,
        NO_WORD,
        EXPIRED,
        DIFFERS,
        TAKEN_AS_PAID,
        TAKEN_AS_UNPAID,
        ELSEWHERE,
        RETURNED,
    )
}
