"""Use cases of operators: list who gets no codes now, block a number or a prefix, lift a block.

They need no Temporal, so they take the database instead of the engine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.audit import Actor
from domain.numbers.blocks import BLOCKED_BY_OPERATOR, ActiveBlock, BlockKind, BlockOpening
from domain.numbers.send_limits import SendLimits
from domain.reasons import Reason
from storage.database import Database
from storage.numbers import blocks


@dataclass(frozen=True, slots=True)
class Block:
    """A number, prefix, person or program that gets no codes now."""

    kind: str
    """A ``BlockKind``, or the name of the rate limit that is used up."""
    subject: str
    reason: Reason
    until: datetime
    """When the next code may be sent."""
    opening: BlockOpening | None
    """None: a limit that is used up."""


def list_blocks(database: Database, limits: SendLimits) -> Sequence[Block]:
    """List blocks in force and limits on codes that are used up: other rate limits are not here."""
    with database.reading() as connection:
        found = blocks.active(connection)
    shown = [(block, _until(block, limits)) for block in found]
    return [
        Block(block.kind, block.subject, block.reason, until, block.opening)
        for block, until in shown
        if until is not None and until > block.read_at
    ]


def _until(block: ActiveBlock, limits: SendLimits) -> datetime | None:
    """Return until when no code is sent; None: the limit is none on codes."""
    if block.id is not None:
        return block.until
    rate = limits.of_kind(block.kind)
    if rate is None:
        return None
    # The whole limit is free again at ``until``; one more use is allowed long before that.
    return block.until + rate.step - rate.span


def block_number(
    database: Database,
    kind: BlockKind,
    subject: str,
    time: timedelta,
    *,
    actor: Actor,
    note: str,
) -> None:
    """Send no codes to a number, or to those with a prefix, for a time.

    ``subject``: the number in E.164, or its ``PhoneNumber.prefix``. What is blocked stays as it is.
    """
    with database.transaction() as session:
        blocks.block(session, kind, subject, time, BLOCKED_BY_OPERATOR, actor=actor, note=note)


def lift_block(database: Database, block: Block, reason: str, *, actor: Actor) -> bool:
    """Lift a block, or give a used rate limit back; returns whether there still was one."""
    with database.transaction() as session:
        return blocks.lift(session, block.kind, block.subject, reason, actor=actor)
