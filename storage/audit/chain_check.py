"""Verify the hash chain part by part, for a caller who waits for an answer.

Whether a note that is gone was erased by somebody, and whether published heads agree, is seen of
the whole chain only: ``hash_chain.verify``.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import text

from domain.audit import GENESIS
from storage.audit import chain_links
from storage.audit.chain_links import Fault
from storage.database import Connection

_HASH = text("SELECT hash FROM event_seal WHERE position = :position")
_HASHES = text("SELECT position, hash FROM event_seal WHERE position = ANY(:positions)")


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
    fault: Fault | None
    event_id: int | None = None
    """The event of the position that is broken, where there is one still."""


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
            is_here = link.event and link.position == position + 1
            event_id = link.event.id if link.event and is_here else None
            checked = position - after
            return CheckedPart(link.position, checked, head, position + 1, fault, event_id)
        position, head = link.position, link.hash
    return CheckedPart(position, position - after, head, None, None)


def hashes(connection: Connection, positions: Collection[int]) -> dict[int, str]:
    """Return the hash that the chain has at each of these positions, where it has one."""
    rows = connection.execute(_HASHES, {"positions": sorted(positions)})
    return {0: GENESIS} | {row.position: row.hash for row in rows}
