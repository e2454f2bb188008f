"""Size of a customer, which decides how a contract may be ended.

The Electronic Communications Act (elektroonilise side seadus) protects consumers, micro and small
enterprises and non-profit associations alike, sections 95¹, 96 and 100; for larger customers the
contract and the Law of Obligations Act decide.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class SizeClass(StrEnum):
    """Size class of a customer."""

    CONSUMER = "consumer"
    MICRO = "micro"
    SMALL = "small"
    NON_PROFIT = "non_profit"
    LARGER = "larger"

    @property
    def is_protected(self) -> bool:
        """Whether the Act's rules for consumers hold."""
        return self is not SizeClass.LARGER


@dataclass(frozen=True, slots=True)
class CustomerSize:
    """Size class of an account's owner, who says so, and as of which day."""

    size_class: SizeClass
    source: str
    """Name of the source: ``declared``, ``annual_report``, a system of the operator."""
    as_of: date


def size_of(known: CustomerSize | None, *, is_person: bool) -> SizeClass:
    """Return the size class that counts. What is not known is taken for the protected one."""
    if known is not None:
        return known.size_class
    return SizeClass.CONSUMER if is_person else SizeClass.MICRO
