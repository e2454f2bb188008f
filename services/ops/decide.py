"""Use case: decide about one stuck item (retry, skip, abort, fail)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from domain.ops.stuck_items import StuckItem
from runtime.threads import on_thread
from services.engine import Engine
from services.errors import NotFound, Refused
from services.ops.wake import wake_if_reached
from storage.database import Database
from storage.ops import decisions
from storage.ops.decisions import CannotDecide, NewDecision, NotAllowed, NotStuck, Outdated


class DecisionRefused(Refused):
    """The item cannot be decided about so.

    ``code``: ``stuck_no_more`` (closed), ``stuck_changed`` (another version, or decided already)
    or ``stuck_decision_refused`` (not among what the item allows). ``item``: its current state.
    """

    def __init__(self, error: CannotDecide) -> None:
        super().__init__(_CODES[type(error)])
        self.item = error.item


_CODES: dict[type[CannotDecide], str] = {
    NotStuck: "stuck_no_more",
    Outdated: "stuck_changed",
    NotAllowed: "stuck_decision_refused",
}


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what storage raises about an item into NotFound or DecisionRefused."""
    try:
        yield
    except CannotDecide as error:
        raise DecisionRefused(error) from None
    except LookupError:
        raise NotFound from None


@dataclass(frozen=True, slots=True)
class Decided:
    """The item after the decision. ``notified``: its process was woken, or none waits for it."""

    item: StuckItem
    notified: bool


async def decide(engine: Engine, item_id: UUID, new: NewDecision) -> Decided:
    """Write down a decision, then wake the item's process to carry it out.

    Where Temporal is unavailable the decision stands, and the worker wakes the process later.
    Raises NotFound or DecisionRefused.
    """
    with refusals():
        item = await engine.write(lambda session: decisions.decide(session, item_id, new))
    workflow_id = item.workflow_id
    return Decided(item, workflow_id is None or await wake_if_reached(engine, workflow_id))


async def try_out(database: Database, item_id: UUID, new: NewDecision) -> StuckItem:
    """The item as it would be after the decision; nothing is changed.

    Raises NotFound or DecisionRefused.
    """

    def decide_and_roll_back() -> StuckItem:
        with database.trial() as session:
            return decisions.decide(session, item_id, new)

    with refusals():
        return await on_thread(decide_and_roll_back)
