"""Decisions about stuck items: written once, by version, for their process to carry out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.audit import Actor, EventKind
from domain.ops.resolutions import StuckState
from domain.ops.stuck_items import RecordedDecision, StuckItem
from domain.provisioning.steps import Decision
from domain.reasons import Reason
from storage.audit import event_notes
from storage.audit.events import NewEvent
from storage.ops import stuck_queries
from storage.ops.stuck_queries import ITEM


class CannotDecide(Exception):
    """The decision is not possible for the item. ``item``: its current state."""

    def __init__(self, item: StuckItem) -> None:
        super().__init__(str(item.id))
        self.item = item


class NotStuck(CannotDecide):
    """The item is closed."""


class Outdated(CannotDecide):
    """The item has changed since that version: read it again, then decide."""


class NotAllowed(CannotDecide):
    """The decision is not among those that the item allows, or corrects what it may not."""


@dataclass(frozen=True, slots=True)
class BulkRetryRef:
    """A bulk retry, and the event whose note says why it was requested."""

    operation_id: UUID
    note_id: int | None


@dataclass(frozen=True, slots=True)
class NewDecision:
    """A decision about one version of an item."""

    decision: Decision
    version: int
    actor: Actor
    reason: str = ""
    """What the operator wrote."""
    correction: Mapping[str, str] = field(default_factory=dict)
    request: UUID | None = None
    """Id of the request: where a crash makes the caller repeat it, the first decision stands."""
    part_of: BulkRetryRef | None = None
    """The bulk retry that decides so, whose note holds the reason."""


_LOCK = text(f"SELECT {ITEM} FROM stuck WHERE id = :id FOR UPDATE")


def locked(session: Session, id_: UUID) -> StuckItem:
    """Read an item and lock it until this transaction ends.

    Raises LookupError where there is none.
    """
    row = session.execute(_LOCK, {"id": id_}).one_or_none()
    if row is None:
        raise LookupError(id_)
    return stuck_queries.item(row)


def is_repeated(item: StuckItem, request: UUID | None) -> bool:
    """Return whether this very request made the item's last decision."""
    return bool(request and item.decision and item.decision.request == request)


def check_version(item: StuckItem, version: int) -> None:
    """Raise NotStuck or Outdated where this version cannot be decided about any more."""
    if item.state is StuckState.CLOSED:
        raise NotStuck(item)
    if item.version != version or item.state is not StuckState.STUCK:
        raise Outdated(item)


_DECIDE = text(f"""
UPDATE stuck SET state = 'decided', version = version + 1, woken_at = NULL,
    decision = CAST(:kept AS jsonb), note_id = :note_id
WHERE id = :id RETURNING {ITEM}
""")


def decide(session: Session, id_: UUID, new: NewDecision) -> StuckItem:
    """Write down a decision, which the item's process carries out, and return the item.

    Raises LookupError where there is no such item, NotStuck, Outdated or NotAllowed. Of two
    decisions about the same version exactly one succeeds.
    """
    item = locked(session, id_)
    if is_repeated(item, new.request):
        return item
    check_version(item, new.version)
    wrong = set(new.correction) - set(item.correctable_inputs)
    if new.decision not in item.allowed_decisions or wrong:
        raise NotAllowed(item)
    event_id = _append_event(session, item, new)
    note_id = new.part_of.note_id if new.part_of else event_id
    kept = RecordedDecision(new.decision, new.actor, new.correction, new.request).as_json()
    row = {"id": id_, "kept": json.dumps(kept), "note_id": note_id}
    return stuck_queries.item(session.execute(_DECIDE, row).one())


def _append_event(session: Session, item: StuckItem, new: NewDecision) -> int:
    facts = {"code": item.code, "target": item.target, "process_id": str(item.process_id)}
    if new.part_of:
        facts["operation_id"] = str(new.part_of.operation_id)
    corrected: dict[str, Any] = {"corrected": sorted(new.correction)} if new.correction else {}
    event = NewEvent(
        EventKind.STUCK_DECIDED,
        subject_id=item.id,
        account_id=item.account_id,
        reason=Reason(str(new.decision), "Operations decided it", facts),
        before={"state": StuckState.STUCK, "version": new.version},
        after={"state": StuckState.DECIDED, "version": new.version + 1} | corrected,
    )
    return event_notes.append(session, event, new.reason, actor=new.actor)


_CLAIM = text("""
WITH decided AS (
    SELECT id FROM stuck
    WHERE state = 'decided' AND workflow_id IS NOT NULL
        AND (woken_at IS NULL OR woken_at < clock_timestamp() - interval '30 seconds')
    ORDER BY woken_at NULLS FIRST LIMIT 200 FOR UPDATE SKIP LOCKED
)
UPDATE stuck SET woken_at = clock_timestamp() FROM decided WHERE decided.id = stuck.id
RETURNING stuck.workflow_id, COALESCE(stuck.action, '')
""")


def claim_to_wake(session: Session) -> list[tuple[str, str]]:
    """Workflow ids and actions of items that are decided about, at most 200; marks them as woken.

    Waking can fail: a process that has not taken its decision up is returned after 30 seconds.
    """
    return [(workflow_id, action) for workflow_id, action in session.execute(_CLAIM)]
