"""Cancels a process that has steps, or items of it, while it runs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from domain.provisioning.steps import UNKNOWN, Stage, StepState
from domain.provisioning.undoing import CancelResult, UndoReason, is_past_return
from storage.database import Session
from storage.provisioning import undoing

# An attempt holds its step for milliseconds. Where this transaction and an attempt want each
# other's locks, this one gives way, and its caller repeats it: an attempt has an answer to lose.
_GIVE_WAY = text("SET LOCAL lock_timeout = '500ms'")
_AS_BEFORE = text("SELECT set_config('lock_timeout', :before, true)")
_ITEMS = text("""
SELECT item, stage, state, undo_reason, released_at IS NOT NULL AS is_released
FROM step WHERE process_id = :id AND undoes IS NULL ORDER BY place
""")


class NoSteps(Exception):
    """The process has no steps: there is nothing to cancel."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What became of each item. ``is_new``: something was cancelled that had not been before."""

    items: Mapping[str, CancelResult]
    is_new: bool


@dataclass(slots=True)
class _Item:
    is_past_return: bool = False
    is_being_assessed: bool = False
    is_undone: bool = False
    is_cancelled: bool = False
    is_over: bool = True


def cancel(session: Session, process_id: UUID, items: Collection[str] | None = None) -> Cancelled:
    """Cancel items of a process, or all of it, in one transaction; returns what became of each.

    Nothing more of a cancelled item is sent. What was sent or is in doubt is found out first; then
    what was done is undone, the newest first. A worker wakes the process for it. An item past its
    point of no return is refused. Repeating changes nothing. ``items`` that others come after, in
    their plan, are cancelled together with those.

    Raises NoSteps, and OperationalError where a step is locked for long: repeat it then.
    """
    lock_steps(session, process_id)
    found = _items(session, process_id)
    if not found:
        raise NoSteps(process_id)
    wanted = found.keys() if items is None else set(items) & found.keys()
    news = undoing.want(session, process_id, UndoReason.CANCELLED, wanted)
    return Cancelled({name: _result(found[name]) for name in wanted}, bool(news))


def lock_steps(session: Session, process_id: UUID) -> None:
    """Lock every step of the process, or give way: raises OperationalError after half a second."""
    before = session.execute(text("SHOW lock_timeout")).scalar_one()
    session.execute(_GIVE_WAY)
    undoing.lock_steps(session, process_id)
    session.execute(_AS_BEFORE, {"before": before})


def _items(session: Session, process_id: UUID) -> Mapping[str, _Item]:
    found: dict[str, _Item] = {}
    for row in session.execute(_ITEMS, {"id": process_id}):
        item = found.setdefault(row.item, _Item())
        stage, state = Stage(row.stage), StepState(row.state)
        item.is_past_return |= is_past_return(stage, state)
        item.is_being_assessed |= stage is Stage.PIVOT and state in UNKNOWN
        item.is_undone |= row.undo_reason is not None
        item.is_cancelled |= row.undo_reason == UndoReason.CANCELLED
        item.is_over &= row.is_released
    return found


def _result(item: _Item) -> CancelResult:
    if item.is_over:
        return CancelResult.OVER
    if item.is_past_return:
        return CancelResult.PAST_POINT_OF_NO_RETURN
    if item.is_undone and not item.is_cancelled:
        return CancelResult.OVER
    return CancelResult.ASSESSING if item.is_being_assessed else CancelResult.CANCELLED
