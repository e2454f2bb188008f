"""Values in a statement, whichever version's namespace they are in, and how reading one fails."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from xml.etree.ElementTree import Element

from domain.billing.money import Money, MoneyError

_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2}0{0,3})?")
"""Whole cents, and no more than can be kept."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


class StatementFault(StrEnum):
    """Why a statement is refused."""

    UNREADABLE = "statement_unreadable"
    OTHER_FORMAT = "statement_of_other_format"
    OTHER_ACCOUNT = "statement_of_other_account"
    TOO_LONG = "statement_too_long"
    REFERENCE_TWICE = "statement_reference_twice"
    """Two lines have one reference of the bank."""
    DETAILS_DIFFER = "statement_details_differ"
    """The payments of a batch are not its sum."""


class StatementRefused(Exception):
    """A statement that is not read at all. ``str()`` is the fault, never a value."""

    def __init__(self, fault: StatementFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def all_of(parent: Element, path: str) -> Sequence[Element]:
    """Return the elements at this path of names without a namespace."""
    return parent.findall("/".join(f"{{*}}{name}" for name in path.split("/")))


def text_of(parent: Element, *paths: str) -> str | None:
    """Return the text at the first of these paths that has any, without space around it."""
    for path in paths:
        for each in all_of(parent, path):
            text = (each.text or "").strip()
            if text:
                return text
    return None


def money_of(parent: Element, *paths: str) -> Money | None:
    """Return the amount at the first of these paths that is there. Raises StatementRefused."""
    found = next((each for path in paths for each in all_of(parent, path)), None)
    if found is None:
        return None
    text = (found.text or "").strip()
    if not _AMOUNT.fullmatch(text):
        raise StatementRefused(StatementFault.UNREADABLE)
    try:
        return Money(Decimal(text), found.get("Ccy", ""))
    except MoneyError:
        raise StatementRefused(StatementFault.UNREADABLE) from None


def day_of(parent: Element, path: str) -> date | None:
    """Return the day at this path, by the bank's clock. Raises StatementRefused."""
    text = text_of(parent, f"{path}/Dt", f"{path}/DtTm")
    found = None if text is None else _DAY.match(text)
    if found is None:
        return None
    try:
        return date.fromisoformat(found.group())
    except ValueError:
        raise StatementRefused(StatementFault.UNREADABLE) from None


def is_true(parent: Element, path: str) -> bool:
    """Return whether the element says yes; False where it is not there. Raises StatementRefused."""
    text = text_of(parent, path)
    try:
        return False if text is None else _BOOLEANS[text]
    except KeyError:
        raise StatementRefused(StatementFault.UNREADABLE) from None
