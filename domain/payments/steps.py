"""Steps of a payment at billing: book the money that came, take back what the bank took back."""

from uuid import UUID, uuid5

from domain.processes import ProcessType
from domain.provisioning.steps import Decision, Step

BOOK = "book"
REFUND = "refund"
_DECISIONS = (Decision.RETRY, Decision.SKIP, Decision.ABORT)
"""SKIP: somebody did it in billing by hand. ABORT: it is not done, and somebody sees to it."""


def book_step(process_id: UUID, account_id: UUID) -> Step:
    """Step that tells billing that an invoice was paid."""
    return Step(
        ProcessType.PAYMENT, process_id, BOOK, account_id=account_id, allowed_decisions=_DECISIONS
    )


def refund_step(process_id: UUID, account_id: UUID) -> Step:
    """Step that tells billing that the bank took the money back."""
    return Step(
        ProcessType.PAYMENT, process_id, REFUND, account_id=account_id, allowed_decisions=_DECISIONS
    )


def billing_key(payment_id: UUID, step_key: str) -> str:
    """Return the key of a step for billing: of the payment, whichever of its processes has it.

    ``step_key`` ends in the action and the number of the decision to carry it out.
    """
    action, decision_no = step_key.split("/")[-2:]
    return f"{ProcessType.PAYMENT}/{payment_id}/{action}/{decision_no}"


def process_id_of(payment_id: UUID, number: int) -> UUID:
    """Return the id of a payment's ``number``-th process: the first one has the payment's own."""
    return payment_id if number == 0 else uuid5(payment_id, str(number))
