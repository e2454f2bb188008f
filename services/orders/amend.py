"""Change an order that was placed, or delete one of which nothing ever began."""

from uuid import UUID

from domain.audit import Actor
from domain.orders.amendments import Amendment
from services import launcher
from services.engine import Engine
from services.errors import NotFound
from storage.orders import amending, deleting


async def amend(engine: Engine, order_id: UUID, amendment: Amendment, *, actor: Actor) -> None:
    """Change an order. Whether the caller sees it is the caller's to know.

    Idempotent. Raises NotFound, NotAmendable, NoteRefused.
    """
    try:
        await engine.write(lambda s: amending.amend(s, order_id, amendment, actor))
    except LookupError:
        raise NotFound from None
    await launcher.start(engine, order_id)


async def delete(engine: Engine, order_id: UUID, *, actor: Actor) -> None:
    """Delete an order that never began. Raises NotFound, OrderBegun."""
    try:
        await engine.write(lambda s: deleting.delete(s, order_id, actor))
    except LookupError:
        raise NotFound from None
