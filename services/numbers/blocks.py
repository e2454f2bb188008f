"""Use cases of operators: list who gets no codes now, and lift a block.

They need no Temporal, so they take the database instead of the engine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.audit import Actor
from domain.numbers.blocks import ActiveBlock
from domain.numbers.send_limits import SendLimits
from domain.rates import Rate
from storage.database import Database
from storage.numbers import blocks


@dataclass(frozen=True, slots=True)
class Block:
    """A number, prefix, person or program that gets no codes now."""

    kind: str
    """A ``BlockKind``, or the name of the rate limit that is used up."""
    subject: str
    why: str
    until: datetime
    """When the next code may be sent."""


def list_blocks(database: Database, limits: SendLimits) -> Sequence[Block]:
    """List blocks in force and rate limits that are used up."""
    with database.reading() as connection:
        found = blocks.active(connection)
    shown = [(block, _until(block, limits)) for block in found]
    return [
        Block(block.kind, block.subject, block.reason.text, until)
        for block, until in shown
        if until > block.read_at
    ]


def _until(block: ActiveBlock, limits: SendLimits) -> datetime:
    if block.id is not None:
        return block.until
    # The whole limit is free again at ``until``; one more use is allowed long before that.
    rate = limits.of_kind(block.kind) or Rate(1, timedelta())
    return block.until + rate.step - rate.span


def lift_block(database: Database, block: Block, reason: str, *, actor: Actor) -> bool:
    """Lift a block, or give a used rate limit back; returns whether there still was one."""
    with database.transaction() as session:
        return blocks.lift(session, block.kind, block.subject, reason, actor=actor)
