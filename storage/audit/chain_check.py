"""Verify the hash chain part by part, for a caller who waits for an answer.

Whether a note that is gone was erased by somebody, and whether published heads agree, is seen of
the whole chain only: ``hash_chain.verify``.
"""

from dataclasses import dataclass

from sqlalchemy import text

from domain.audit import GENESIS
from storage.audit import chain_links
from storage.database import Connection

_HASH = text("SELECT hash FROM event_seal WHERE position = :position")


@dataclass(frozen=True, slots=True)
class CheckedPart:
    """A part of the chain that was recomputed, up to the first position where it is broken."""

    through: int
    """The last position that was read; ``after`` of the next part."""
    checked: int
    """Number of positions that are whole, from the first one on."""
    head: str
    """The hash of the last of these."""
    broken_at: int | None
    """None: every position that was read is whole."""
    fault: str | None


def check(connection: Connection, *, after: int, limit: int) -> CheckedPart | None:
    """Recompute up to ``limit`` links after this position. None: nothing has this position."""
    head: str | None = GENESIS
    if after:
        head = connection.execute(_HASH, {"position": after}).scalar_one_or_none()
    if head is None:
        return None
    position = after
    for link in chain_links.stream(connection, after=after, limit=limit):
        if fault := link.fault(position, head):
            return CheckedPart(link.position, position - after, head, position + 1, fault)
        position, head = link.position, link.hash
    return CheckedPart(position, position - after, head, None, None)
