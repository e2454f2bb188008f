"""Invariants of payments: what was paid is booked once, and nothing is booked that was not paid."""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from uuid import UUID

from dev.chaos.billed_evidence import Billed
from dev.chaos.billed_workload import PaymentRequest
from dev.chaos.outcome import Outcome

_PAID, _RETURNED = "paid", "returned"


def booked_once(billed: Billed) -> Iterator[str]:
    """Find payments whose money came and that billing does not have exactly once."""
    times = Counter(_payment_of(each["key"]) for each in billed.paid)
    for id_, row in billed.payments.items():
        count, wanted = times.pop(id_, 0), int(row.settled_at is not None)
        if count != wanted:
            yield f"{id_} is {row.state}, and billing has it {count} times"
        if wanted and row.origin != "operations" and row.entries != 1:
            yield f"{id_} is {row.state}, by {row.entries} lines of statements"
    for id_, count in times.items():
        yield f"billing has {count} of {id_}, which is no payment"


def paid_is_booked(billed: Billed) -> Iterator[str]:
    """Find references for which billing got otherwise than the banks carried out."""
    at_banks = Counter[str]()
    for each in billed.at_bank:
        if each["state"] == _PAID:
            at_banks[each["reference"]] += 1
    booked = Counter[str]()
    for row in billed.payments.values():
        booked[row.reference] += row.settled_at is not None
    for reference in at_banks | booked:
        if at_banks[reference] != booked[reference]:
            yield f"{reference}: banks have {at_banks[reference]}, booked {booked[reference]}"
    carried_out = _sum(each["amount"] for each in billed.at_bank if each["state"] == _PAID)
    has = _sum(each["total"] for each in billed.paid)
    if carried_out != has:
        yield f"banks carried out {carried_out}, and billing has {has}"


def read_once(billed: Billed) -> Iterator[str]:
    """Find lines of statements that were stored twice."""
    for line, count in Counter(billed.entries).items():
        if count > 1:
            yield f"{line} is stored {count} times"


def refunded(billed: Billed) -> Iterator[str]:
    """Find payments that the bank took back and billing did not, and the other way round."""
    back = {_payment_of(each["key"]) for each in billed.paid if each["is_refunded"]}
    for id_, row in billed.payments.items():
        if (row.state == _RETURNED, row.refunded_at is not None) != (id_ in back,) * 2:
            yield f"{id_} is {row.state}, and billing took it back: {id_ in back}"


def ended_as_paid(billed: Billed, asked: list[Outcome]) -> Iterator[str]:
    """Find payments in another state than what their people did at the bank calls for."""
    for each in asked:
        if not isinstance(each.request, PaymentRequest) or each.id is None:
            continue
        row = billed.payments.get(each.id)
        if row is None or row.state != each.ends:
            yield f"{each.id} of {each.request} is {row and row.state}, and was left {each.ends}"
        rows = billed.payments.values()
        count = sum(other.account_id == each.request.account_id for other in rows)
        if count != max(1, each.request.habit.paid):
            yield f"{each.request}: there are {count} payments"


def _sum(amounts: Iterable[object]) -> Decimal:
    return sum((Decimal(str(each)) for each in amounts), Decimal(0))


def _payment_of(key: str) -> UUID:
    return UUID(key.split("/")[1])
