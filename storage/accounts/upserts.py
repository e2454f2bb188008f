"""Result of storing records of the operator's systems, and the parts they are stored in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar
from uuid import UUID

from sqlalchemy import text

from storage.access.grants import GrantChange
from storage.database import Session

T = TypeVar("T")

_UNIQUE = "uq_account_reference, uq_service_own_number"

PART = 1000
"""Records of one statement: bounds the memory that a larger number of them takes."""


@dataclass(frozen=True, slots=True)
class UpsertResult:
    """Result of an upsert of records of one kind. Records that changed nothing are in no list."""

    created: Sequence[UUID] = field(default_factory=list)
    changed: Sequence[UUID] = field(default_factory=list)
    ended: Sequence[GrantChange] = field(default_factory=list)
    """Grants that ended with it."""
    refused: Mapping[UUID, str] = field(default_factory=dict)
    """Records that stay as they are, with the code of why."""
    orders: Sequence[UUID] = field(default_factory=list)
    """Orders that the records ended in part: their processes are to be woken."""

    def __add__(self, other: "UpsertResult") -> "UpsertResult":
        return UpsertResult(
            [*self.created, *other.created],
            [*self.changed, *other.changed],
            [*self.ended, *other.ended],
            {**self.refused, **other.refused},
            [*self.orders, *other.orders],
        )


def defer_uniqueness(session: Session) -> None:
    """Compare references and numbers not before ``check_uniqueness``, or the commit."""
    session.execute(text(f"SET CONSTRAINTS {_UNIQUE} DEFERRED"))


def check_uniqueness(session: Session) -> None:
    """Compare references and numbers, now and after each statement. Raises IntegrityError."""
    session.execute(text(f"SET CONSTRAINTS {_UNIQUE} IMMEDIATE"))


def parts(records: Iterable[T]) -> Iterator[Sequence[T]]:
    """Split records into parts of at most ``PART``."""
    left = iter(records)
    while part := list(islice(left, PART)):
        yield part
