"""Blocks: a prefix or a number to which nothing is sent for a time."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.audit import Actor
from domain.reasons import Reason


class BlockKind(StrEnum):
    """Thing that a block applies to."""

    NUMBER = "number"
    PREFIX = "prefix"


BLOCKED_BY_OPERATOR = Reason("blocked_by_operator", "Operations blocked it")


@dataclass(frozen=True, slots=True)
class BlockOpening:
    """How a block began."""

    at: datetime
    by: Actor
    note: str | None
    """What the member of staff wrote who blocked; None: none did, or it is erased."""


@dataclass(frozen=True, slots=True)
class ActiveBlock:
    """A block in force, or a rate limit that is at least partly used."""

    id: UUID | None
    """None for a rate limit."""
    kind: str
    """A ``BlockKind``, or the name of the rate limit."""
    subject: str
    reason: Reason
    until: datetime
    """End of the block, or when the whole limit will have come back."""
    read_at: datetime
    """The database's clock when this was read."""
    opening: BlockOpening | None = None
    """None for a rate limit."""
