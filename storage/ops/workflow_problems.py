"""Broken processes in the list of stuck items (kind ``broken``): reported, repaired, resolved."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.audit import Actor, ActorKind, EventKind
from domain.ops.repairs import ALLOWED, Finding, Repair, item_id
from domain.ops.resolutions import Resolution, StuckState
from domain.ops.stuck_items import RecordedDecision, StuckItem
from domain.ops.stuck_reasons import TEXTS, StuckKind
from domain.reasons import Reason
from storage.audit import event_notes, events
from storage.audit.events import NewEvent
from storage.ops import decisions, stuck_items, stuck_queries
from storage.ops.decisions import NotAllowed
from storage.ops.stuck_queries import ITEM
from storage.processes.process_queries import Process

ENGINE = Actor(ActorKind.ENGINE, "reconciliation")

# The process is read again here: one that has ended since Temporal was queried is not listed.
# Nor is one that was repaired since, or is being repaired; a repair that was interrupted counts for
# half a minute.
_REPORT = text(f"""
WITH old AS (SELECT version FROM stuck WHERE id = :id)
INSERT INTO stuck AS k (id, kind, process, process_id, workflow_id, account_id, code, detail,
    attempts, first_failed_at, last_failed_at, since, allowed_decisions,
    correctable_inputs, state)
SELECT :id, 'broken', p.type, p.id, p.workflow_id, p.account_id, :code, :detail,
    :attempts, COALESCE(CAST(:failed_at AS timestamptz), :at), :at, :at,
    CAST(:allowed_decisions AS text[]), '{{}}', 'stuck'
FROM process p WHERE p.id = :process_id AND p.ended_at IS NULL
ON CONFLICT (id) DO UPDATE SET
    code = EXCLUDED.code, detail = EXCLUDED.detail,
    allowed_decisions = EXCLUDED.allowed_decisions,
    attempts = EXCLUDED.attempts, last_failed_at = EXCLUDED.last_failed_at,
    first_failed_at = CASE WHEN k.state = 'closed' THEN EXCLUDED.first_failed_at
        ELSE k.first_failed_at END,
    since = CASE WHEN k.state = 'closed' THEN EXCLUDED.since ELSE k.since END,
    version = k.version + CAST(k.state <> 'stuck' OR k.code <> EXCLUDED.code AS int),
    state = 'stuck', decision = NULL, note_id = NULL, woken_at = NULL, closed_at = NULL,
    resolution = NULL
WHERE CASE k.state WHEN 'closed' THEN k.closed_at < :seen_at
    WHEN 'retrying' THEN k.woken_at < :seen_at - interval '30 seconds' ELSE TRUE END
RETURNING {stuck_queries.columns("k")}, k.version IS DISTINCT FROM (SELECT version FROM old) AS news
""")


def listed(session: Session, process_ids: Sequence[UUID]) -> set[UUID]:
    """Return those of these processes that are listed as broken."""
    found = session.execute(
        text(
            "SELECT process_id FROM stuck"
            " WHERE kind = 'broken' AND state <> 'closed' AND process_id = ANY(:ids)"
        ),
        {"ids": list(process_ids)},
    )
    return set(found.scalars())


def report(session: Session, process: Process, finding: Finding) -> bool:
    """List a process as broken if it is still open; returns whether the list changed."""
    at = events.now(session)
    row = session.execute(
        _REPORT,
        {
            "id": item_id(process.id),
            "process_id": process.id,
            "code": finding.code,
            "detail": finding.detail,
            "attempts": finding.attempts,
            "failed_at": finding.failed_at,
            "at": at,
            "seen_at": process.read_at,
            "allowed_decisions": [str(repair) for repair in ALLOWED[finding.code]],
        },
    ).one_or_none()
    if row is None or not row.news:
        return False
    _append_opened(session, stuck_queries.item(row), {})
    return True


def _append_opened(session: Session, item: StuckItem, before: dict[str, Any]) -> None:
    facts = {"process": item.process, "process_id": str(item.process_id)}
    detail = {"detail": item.detail} if item.detail else {}
    event = NewEvent(
        EventKind.STUCK_OPENED,
        subject_id=item.id,
        account_id=item.account_id,
        reason=Reason(item.code, TEXTS[item.code], facts | detail),
        before=before or None,
        after={"state": "stuck", "version": item.version},
    )
    events.append(session, [event], actor=ENGINE, at=events.now(session))


def resolve(session: Session, process_id: UUID) -> None:
    """Close the item of a process whose workflow runs."""
    _close(session, item_id(process_id), Resolution.HEALED)


_ENDED = text("""
SELECT k.id FROM stuck k WHERE k.kind = 'broken' AND k.state <> 'closed'
    AND NOT EXISTS (SELECT FROM process p WHERE p.id = k.process_id AND p.ended_at IS NULL)
ORDER BY k.id LIMIT 1000
""")


def close_ended(session: Session) -> int:
    """Close the items of processes that have ended, at most 1,000; returns how many."""
    ended = session.execute(_ENDED).scalars().all()
    for id_ in ended:
        _close(session, id_, Resolution.ENDED)
    return len(ended)


def _close(session: Session, id_: UUID, resolution: Resolution) -> None:
    state = session.execute(
        text("SELECT state FROM stuck WHERE id = :id FOR UPDATE"), {"id": id_}
    ).scalar_one_or_none()
    if state is not None:
        resolution = Resolution.REPAIRED if state == "retrying" else resolution
        stuck_items.close(session, id_, resolution, ENGINE)


@dataclass(frozen=True, slots=True)
class NewRepair:
    """A repair of one version of an item."""

    repair: Repair
    version: int
    actor: Actor
    reason: str
    request: UUID | None = None
    """Id of the request: where a crash makes the caller repeat it, the first decision stands."""


_DECIDE = text(f"""
UPDATE stuck SET state = 'retrying', version = version + 1, decision = CAST(:kept AS jsonb),
    note_id = :note_id, woken_at = clock_timestamp()
WHERE id = :id RETURNING {ITEM}
""")


def decide(session: Session, id_: UUID, new: NewRepair) -> StuckItem:
    """Record that a broken process is being repaired, and how. Returns the item.

    Raises LookupError where there is no such item, NotStuck, Outdated or NotAllowed. Of two who
    decide about the same version exactly one succeeds.
    """
    item = decisions.locked(session, id_)
    if decisions.is_repeated(item, new.request):
        return item
    _check(item, new)
    facts = {"code": item.code, "process_id": str(item.process_id)}
    event = NewEvent(
        EventKind.STUCK_DECIDED,
        subject_id=item.id,
        account_id=item.account_id,
        reason=Reason(str(new.repair), "Operations repair its process", facts),
        before={"state": "stuck", "version": new.version},
        after={"state": StuckState.RETRYING, "version": new.version + 1},
    )
    note_id = event_notes.append(session, event, new.reason, actor=new.actor)
    kept = RecordedDecision(new.repair, new.actor, request=new.request).as_json()
    row = {"id": id_, "kept": json.dumps(kept), "note_id": note_id}
    return stuck_queries.item(session.execute(_DECIDE, row).one())


def _check(item: StuckItem, new: NewRepair) -> None:
    if item.kind is not StuckKind.BROKEN:
        raise NotAllowed(item)
    decisions.check_version(item, new.version)
    if new.repair not in item.allowed_decisions:
        raise NotAllowed(item)


_REOPEN = text(f"""
UPDATE stuck SET state = 'stuck', version = version + 1, decision = NULL, note_id = NULL,
    woken_at = NULL
WHERE id = :id AND version = :version AND state = 'retrying' RETURNING {ITEM}
""")


def reopen(session: Session, decided: StuckItem) -> None:
    """Withdraw a decision that could not be carried out: another can be made."""
    version = {"id": decided.id, "version": decided.version}
    row = session.execute(_REOPEN, version).one_or_none()
    if row is not None:
        before = {"state": "retrying", "version": decided.version}
        _append_opened(session, stuck_queries.item(row), before)
