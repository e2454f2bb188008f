"""Lines of a statement: one payment each, or a batch of many.

A line in the operator's favour is a payment. One against it is a return if it says so: as the
reversal of what was booked before, or with the reason of a return. The rest the operator paid
itself.
"""

import re
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from typing import NamedTuple
from xml.etree.ElementTree import Element

from activities.adapters.banks.camt053_values import (
    StatementFault,
    StatementRefused,
    all_of,
    day_of,
    is_true,
    money_of,
    text_of,
)
from activities.adapters.json_requests import is_id
from domain.billing.money import Money
from domain.payments.orders import Entry
from domain.payments.references import InvalidReference, checked_reference
from domain.visible_text import made_visible

_BOOKED = "BOOK"
_NO_ID = frozenset({"NOTPROVIDED", "NOTAVAILABLE", "NONREF", "NOREF"})
"""What banks write where there is no number."""
_RETURN = "/return"
"""Added to the reference of a return: some banks give it that of the line it takes back."""
_LONGEST_REFERENCE = 80
_LONGEST_NAME = 140
"""As in ISO 20022."""
_FREE_TEXT = re.compile(
    r"(?:/RFB/|viitenumber|viitenr\.?|viide|ref(?:erence)?\.?|vn|)\s*[:.]?\s*((?:RF)?[0-9 ]{2,34})",
    re.IGNORECASE,
)
"""A text that is a reference number and nothing else but the word for it."""


class _Name(NamedTuple):
    """By which a line is known."""

    reference: str
    is_numbered: bool
    """The bank gave it; else it is the place."""


class _Kind(Enum):
    PAYMENT = auto()
    RETURN = auto()
    OWN = auto()


def entries_of(line: Element, position: str) -> Iterator[Entry]:
    """Read a line of a statement: nothing, where it is not booked or the operator's own.

    ``position`` names the line where the bank gives it no reference. Raises StatementRefused.
    """
    if text_of(line, "Sts/Cd", "Sts") != _BOOKED:
        return
    amount = money_of(line, "Amt")
    if amount is None:
        raise StatementRefused(StatementFault.UNREADABLE)
    payments = all_of(line, "NtryDtls/TxDtls")
    number = _number(line, "AcctSvcrRef")
    if len(payments) > 1:
        yield from _batch(line, payments, amount, _Name(number or position, number is not None))
        return
    payment = payments[0] if payments else line
    number = number or _number(payment, "Refs/AcctSvcrRef")
    yield from _entry(line, payment, amount, _Name(number or position, number is not None))


def _batch(
    line: Element, payments: Sequence[Element], amount: Money, name: _Name
) -> Iterator[Entry]:
    """Read the payments of a batch, which must be its sum."""
    total = Money.zero(amount.currency)
    for number, payment in enumerate(payments, 1):
        part = money_of(payment, "Amt", "AmtDtls/TxAmt/Amt")
        if part is None or part.currency != amount.currency:
            raise StatementRefused(StatementFault.DETAILS_DIFFER)
        total += part
        named = _Name(f"{name.reference}/{number}", name.is_numbered)
        yield from _entry(line, payment, part, named)
    if total != amount:
        raise StatementRefused(StatementFault.DETAILS_DIFFER)


def _entry(line: Element, payment: Element, amount: Money, name: _Name) -> Iterator[Entry]:
    reference = name.reference
    kind = _kind(line, payment)
    booked_on = day_of(line, "BookgDt") or day_of(line, "ValDt")
    if booked_on is None or len(reference) > _LONGEST_REFERENCE or not reference.isprintable():
        raise StatementRefused(StatementFault.UNREADABLE)
    if kind is _Kind.OWN or not amount:
        return
    is_return = kind is _Kind.RETURN
    payer = "Cdtr" if is_return else "Dbtr"  # money goes back to whom it came from
    yield Entry(
        bank_reference=reference + _RETURN if is_return else reference,
        amount=amount,
        reference=_payment_reference(payment),
        booked_on=booked_on,
        is_return=is_return,
        payer_name=_payer_name(payment, payer),
        transfer_id=_transfer_id(payment),
        returned_reference=reference if is_true(line, "RvslInd") else None,
        is_numbered=name.is_numbered,
    )


def _kind(line: Element, payment: Element) -> _Kind:
    # A batch may say for each of its payments in whose favour it is.
    side = text_of(payment, "CdtDbtInd") or text_of(line, "CdtDbtInd")
    is_undone = is_true(line, "RvslInd") or bool(all_of(payment, "RtrInf"))
    match side:
        case "CRDT":  # what comes back of what the operator paid is no customer's payment
            return _Kind.OWN if is_undone else _Kind.PAYMENT
        case "DBIT":
            return _Kind.RETURN if is_undone else _Kind.OWN
    raise StatementRefused(StatementFault.UNREADABLE)


def _payer_name(payment: Element, payer: str) -> str | None:
    name = text_of(payment, f"RltdPties/{payer}/Nm", f"RltdPties/{payer}/Pty/Nm")
    return None if name is None else made_visible(name)[:_LONGEST_NAME]


def _number(parent: Element, path: str) -> str | None:
    found = text_of(parent, path)
    return None if found in _NO_ID else found


def _transfer_id(payment: Element) -> str | None:
    """Return the id of the transfer; None: it has none, or none that can be compared."""
    ids = (text_of(payment, f"Refs/{name}") for name in ("TxId", "EndToEndId"))
    known = (each for each in ids if each is not None and each not in _NO_ID)
    return next(filter(is_id, known), None)


def _payment_reference(payment: Element) -> str | None:
    """Return the one reference number of a payment; None: none, or several."""
    structured = [(each.text or "") for each in all_of(payment, "RmtInf/Strd/CdtrRefInf/Ref")]
    free = (
        _FREE_TEXT.fullmatch((each.text or "").strip()) for each in all_of(payment, "RmtInf/Ustrd")
    )
    written = structured or [found.group(1) for found in free if found is not None]
    numbers = {number for each in written if (number := _checked(each)) is not None}
    return numbers.pop() if len(numbers) == 1 else None


def _checked(written: str) -> str | None:
    try:
        return checked_reference(written)
    except InvalidReference:
        return None
