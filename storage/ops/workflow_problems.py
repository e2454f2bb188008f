"""Processes whose workflow does not go on, in the list of what is stuck (kind ``broken``)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.audit import Actor, ActorKind, EventKind
from domain.ops.repairs import FIXES, Finding, Fix, row_id
from domain.ops.resolutions import Resolution
from domain.ops.stuck_items import StuckItem
from domain.ops.stuck_reasons import TEXTS, StuckKind
from domain.reasons import Reason
from storage.audit import events
from storage.audit.events import NewEvent
from storage.ops import decisions, stuck_items, stuck_queries
from storage.ops.decisions import NotAllowed
from storage.ops.stuck_queries import ITEM
from storage.processes.process_queries import Process

ENGINE = Actor(ActorKind.ENGINE, "reconciliation")

# The process is looked at once more here: what has ended since Temporal was asked is not listed.
# Nor is what was fixed since, or is being fixed; a fix that somebody died over is over in a while.
_OPEN = text(f"""
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
    state = 'stuck', decision = NULL, woken_at = NULL, closed_at = NULL, resolution = NULL
WHERE CASE k.state WHEN 'closed' THEN k.closed_at < :seen_at
    WHEN 'retrying' THEN k.woken_at < :seen_at - interval '30 seconds' ELSE TRUE END
RETURNING {ITEM}, version IS DISTINCT FROM (SELECT version FROM old) AS news
""")


def listed(session: Session, process_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these processes are themselves listed as stuck."""
    found = session.execute(
        text(
            "SELECT process_id FROM stuck"
            " WHERE kind = 'broken' AND state <> 'closed' AND process_id = ANY(:ids)"
        ),
        {"ids": list(process_ids)},
    )
    return set(found.scalars())


def open_(session: Session, process: Process, finding: Finding) -> bool:
    """List a process, if it is still open; returns whether that is news."""
    at = events.now(session)
    row = session.execute(
        _OPEN,
        {
            "id": row_id(process.id),
            "process_id": process.id,
            "code": finding.code,
            "detail": finding.detail,
            "attempts": finding.attempts,
            "failed_at": finding.failed_at,
            "at": at,
            "seen_at": process.read_at,
            "allowed_decisions": [str(fix) for fix in FIXES[finding.code]],
        },
    ).one_or_none()
    if row is None or not row.news:
        return False
    _tell_opened(session, stuck_queries.item(row), {})
    return True


def _tell_opened(session: Session, row: StuckItem, before: dict[str, Any]) -> None:
    facts = {"process": row.process, "process_id": str(row.process_id)}
    detail = {"detail": row.detail} if row.detail else {}
    line = NewEvent(
        EventKind.STUCK_OPENED,
        subject_id=row.id,
        account_id=row.account_id,
        reason=Reason(row.code, TEXTS[row.code], facts | detail),
        before=before or None,
        after={"state": "stuck", "version": row.version},
    )
    events.append(session, [line], actor=ENGINE, at=events.now(session))


def well(session: Session, process_id: UUID) -> None:
    """Its workflow goes on: it is not stuck (any more)."""
    _close(session, row_id(process_id), Resolution.HEALED)


_OVER = text("""
SELECT k.id FROM stuck k WHERE k.kind = 'broken' AND k.state <> 'closed'
    AND NOT EXISTS (SELECT FROM process p WHERE p.id = k.process_id AND p.ended_at IS NULL)
ORDER BY k.id LIMIT 1000
""")


def close_over(session: Session) -> int:
    """Processes that have ended are not stuck; at most 1,000 at a time. Returns how many."""
    over = session.execute(_OVER).scalars().all()
    for id_ in over:
        _close(session, id_, Resolution.ENDED)
    return len(over)


def _close(session: Session, id_: UUID, resolution: Resolution) -> None:
    state = session.execute(
        text("SELECT state FROM stuck WHERE id = :id FOR UPDATE"), {"id": id_}
    ).scalar_one_or_none()
    if state is not None:
        resolution = Resolution.FIXED if state == "retrying" else resolution
        stuck_items.close(session, id_, resolution, ENGINE)


@dataclass(frozen=True, slots=True)
class Fixed:
    """Which fix an operator chose, for which version of a row, and why."""

    fix: Fix
    version: int
    actor: Actor
    why: str
    request: UUID | None = None
    """The same when a crash makes the caller repeat it: then what it decided stands."""


_DECIDED = text(f"""
UPDATE stuck SET state = 'retrying', version = version + 1, decision = CAST(:kept AS jsonb),
    woken_at = clock_timestamp()
WHERE id = :id RETURNING {ITEM}
""")


def decide(session: Session, id_: UUID, fixed: Fixed) -> StuckItem:
    """Write down that it is being fixed, and how. Returns the row.

    Raises LookupError where there is no such row, NotStuck, Outdated or NotAllowed. Of two who
    decide about the same version exactly one succeeds.
    """
    row = decisions.locked(session, id_)
    if decisions.is_repeated(row, fixed.request):
        return row
    _check(row, fixed)
    kept = decisions.as_kept(fixed.fix, fixed.actor, fixed.why, fixed.request)
    row = stuck_queries.item(session.execute(_DECIDED, {"id": id_, "kept": kept}).one())
    line = NewEvent(
        EventKind.STUCK_DECIDED,
        subject_id=row.id,
        account_id=row.account_id,
        reason=Reason(
            str(fixed.fix), fixed.why, {"code": row.code, "process_id": str(row.process_id)}
        ),
        before={"state": "stuck", "version": fixed.version},
        after={"state": row.state, "version": row.version},
    )
    events.append(session, [line], actor=fixed.actor, at=events.now(session))
    return row


def _check(row: StuckItem, fixed: Fixed) -> None:
    if row.kind is not StuckKind.BROKEN:
        raise NotAllowed(row)
    decisions.check_version(row, fixed.version)
    if fixed.fix not in row.allowed_decisions:
        raise NotAllowed(row)


def not_fixed(session: Session, decided: StuckItem) -> None:
    """Temporal could not be told after all: it can be decided about again."""
    row = session.execute(
        text(
            "UPDATE stuck SET state = 'stuck', version = version + 1, decision = NULL,"
            " woken_at = NULL WHERE id = :id AND version = :version AND state = 'retrying'"
            f" RETURNING {ITEM}"
        ),
        {"id": decided.id, "version": decided.version},
    ).one_or_none()
    if row is not None:
        _tell_opened(
            session, stuck_queries.item(row), {"state": "retrying", "version": decided.version}
        )
