"""Close a prefix whose codes do not come back, see ``domain.numbers.conversion_watch``."""

from domain.audit import Actor, ActorKind
from domain.numbers.blocks import BlockKind
from domain.numbers.conversion_watch import ConversionWatch
from domain.numbers.phone_numbers import PhoneNumber
from services.engine import Engine
from storage.database import Session
from storage.numbers import blocks

WATCH = Actor(ActorKind.ENGINE, "conversion-watch")


async def watch_conversion(engine: Engine, watch: ConversionWatch, number: PhoneNumber) -> None:
    """Close the number's prefix if too few of its codes came back. Repeatable.

    In a transaction of its own: the request that shows it may be refused and rolled back.
    """
    prefix = number.prefix
    counted = await engine.read(lambda c: blocks.conversion(c, prefix, watch.window))
    if not watch.closes(counted):
        return

    def close(session: Session) -> None:
        kind, time = BlockKind.PREFIX, watch.closed_for
        blocks.block(session, kind, prefix, time, counted.reason, actor=WATCH)

    await engine.write(close)
