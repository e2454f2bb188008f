"""Heads of the event chain: published outside, so that a wholly rewritten chain is detected.

The chain has no secret, so whoever owns the tables can change an event and recompute every hash
after it. A head that was published before then names a hash which that chain no longer has.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self

from domain.audit import GENESIS


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The last sealed position of the chain at a moment, and its hash."""

    position: int
    """0: the chain was empty."""
    digest: str
    """The hash of that position, in hex; ``GENESIS`` for 0."""
    at: datetime
    """The database's clock."""

    def text(self) -> bytes:
        """The canonical text, which is signed: four lines without a last line break, in UTF-8.

        The name of the form, position, hash, and time in UTC with microseconds (RFC 3339).
        """
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        return f"volitus-event-chain-head-v1\n{self.position}\n{self.digest}\n{at}".encode()


@dataclass(slots=True)
class HeadComparison:
    """Published heads, compared with a chain that is read from its beginning to its end."""

    compared: int = 0
    """How many heads there are."""
    agrees_to: int | None = None
    """The last position at which a head agrees with the chain, before the first that does not."""
    contradicted: ChainHead | None = None
    """The first head that the chain contradicts."""
    _ahead: dict[int, list[ChainHead]] = field(default_factory=dict)

    @classmethod
    def of(cls, heads: Iterable[ChainHead]) -> Self:
        """Begin with these heads, in any order and as often as they were published."""
        made = cls()
        for head in heads:
            made.compared += 1
            known = made._ahead.setdefault(head.position, [])
            if head.digest not in {each.digest for each in known}:
                known.append(head)
        made.read(0, GENESIS)
        return made

    def read(self, position: int, digest: str) -> None:
        """Compare the heads of this position with the hash that the chain has there."""
        for head in self._ahead.pop(position, ()):
            if self.contradicted is not None:
                continue
            if head.digest == digest:
                self.agrees_to = position
            else:
                self.contradicted = head

    def fault(self) -> tuple[int, str] | None:
        """Position and description of the first contradiction; call it at the chain's end."""
        if self.contradicted is not None:
            since = f"after position {self.agrees_to}" if self.agrees_to else "from its beginning"
            return self.contradicted.position, (
                f"its hash is not the one published at {_moment(self.contradicted)}:"
                f" the history was rewritten {since}"
            )
        if self._ahead:
            lost = self._ahead[min(self._ahead)][0]
            return lost.position, (
                f"it was published at {_moment(lost)} and is not in the chain any more:"
                " the end of the history was cut off"
            )
        return None


def _moment(head: ChainHead) -> str:
    return head.at.astimezone(UTC).isoformat(timespec="seconds")
