"""Size of a customer, which decides how a contract may be ended.

The Electronic Communications Act (elektroonilise side seadus) protects consumers, micro and small
enterprises and non-profit associations alike, sections 95¹, 96 and 100; for larger customers the
contract and the Law of Obligations Act decide.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

SOURCE: Final = "[a-z][a-z0-9_]{0,39}"
"""Pattern of the name of a source: it is part of the history, which holds no free text."""


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

    def as_json(self) -> dict[str, str]:
        """Return the size as events have it."""
        return {
            "size_class": self.size_class.value,
            "source": self.source,
            "as_of": self.as_of.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class SizeThatCounts:
    """Size class of an account's owner that counts; ``known``: what was told, if anything was."""

    size_class: SizeClass
    known: CustomerSize | None


@dataclass(frozen=True, slots=True)
class ToldSize:
    """Size of the owner of an account, as the operator's systems tell it."""

    id: UUID
    """Of the account."""
    size: CustomerSize


class SizeRefusal(StrEnum):
    """Why a size is not taken in. May grow."""

    OUTDATED = "size_outdated"
    """A size as of a later day is known."""
    NOT_OF_OWNER = "size_not_of_owner"
    """A company is no consumer; a person is no association, and no larger enterprise."""


def is_knowable(as_of: date, today: date) -> bool:
    """Return whether a size can be known as of this day. Somewhere it is tomorrow already."""
    return as_of <= today + timedelta(days=1)


def refusal(
    told: CustomerSize, known: CustomerSize | None, *, is_person: bool
) -> SizeRefusal | None:
    """Return why a size is not taken in; None: it is, or it is what is known."""
    of_people = {SizeClass.CONSUMER, SizeClass.MICRO, SizeClass.SMALL}
    possible = of_people if is_person else set(SizeClass) - {SizeClass.CONSUMER}
    if told.size_class not in possible:
        return SizeRefusal.NOT_OF_OWNER
    if known is not None and told.as_of < known.as_of:
        return SizeRefusal.OUTDATED
    return None


def size_of(known: CustomerSize | None, *, is_person: bool) -> SizeClass:
    """Return the size class that counts. What is not known is taken for the protected one."""
    if known is not None:
        return known.size_class
    return SizeClass.CONSUMER if is_person else SizeClass.MICRO
