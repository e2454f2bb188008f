"""Tell that the delegations on accounts are suspended, or restored: events, and notices.

The delegations themselves stay as they are: a suspension is read (``grant_rows.in_force``).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.messages.notices import NewNotice, NoticeKind
from storage.database import Session
from storage.messages import notices


@dataclass(frozen=True, slots=True)
class Told:
    """A suspension of an account that began or ended, and why."""

    account_id: UUID
    suspension_id: UUID
    reason: Mapping[str, Any]


_RECORD = text("""
WITH told AS (
    SELECT * FROM jsonb_to_recordset(CAST(:told AS jsonb)) AS t(
        account_id uuid, suspension_id uuid, reason jsonb)
), concerned AS MATERIALIZED (
    SELECT d.id, d.account_id, a.company_id, d.receiver_id, t.suspension_id, t.reason
    FROM told t JOIN delegation d ON d.account_id = t.account_id
    JOIN account a ON a.id = d.account_id
    WHERE d.accepted_at IS NOT NULL AND d.ended_at IS NULL AND d.ends_at > clock_timestamp()
      AND (CAST(:only AS uuid[]) IS NULL OR d.id = ANY(:only))
), recorded AS (
    INSERT INTO event (at, kind, actor, subject_id, account_id, company_id, person_id, reason,
                       after)
    SELECT (SELECT clock_timestamp()), :kind, CAST(:actor AS jsonb), id, account_id, company_id,
           receiver_id, reason, jsonb_build_object('suspension', suspension_id)
    FROM concerned ORDER BY id
)
SELECT DISTINCT receiver_id, account_id, suspension_id FROM concerned
ORDER BY receiver_id, account_id
""")

_IN_FORCE = text("""
SELECT x.account_id, x.id, x.reason FROM suspension x
WHERE x.kind = 'company' AND upper_inf(x.period)
  AND x.account_id IN (SELECT account_id FROM delegation WHERE id = ANY(:ids))
ORDER BY x.account_id
""")
_SUSPENDED = (EventKind.DELEGATION_SUSPENDED, NoticeKind.DELEGATION_SUSPENDED)
_RESTORED = (EventKind.DELEGATION_RESTORED, NoticeKind.DELEGATION_RESTORED)


def suspended(session: Session, begun: Iterable[Told], *, actor: Actor) -> None:
    """Record of each accepted delegation on these accounts that it is suspended; tell receivers."""
    _tell(session, begun, *_SUSPENDED, actor)


def suspended_already(session: Session, delegation_ids: Sequence[UUID], *, actor: Actor) -> None:
    """Record which of these new delegations are suspended from the start; tell receivers, once."""
    found = session.execute(_IN_FORCE, {"ids": list(delegation_ids)})
    told = [Told(row.account_id, row.id, row.reason) for row in found]
    _tell(session, told, *_SUSPENDED, actor, only=delegation_ids)


def restored(session: Session, ended: Iterable[Told], *, actor: Actor) -> None:
    """Record of each accepted delegation on these accounts that it is restored; tell receivers."""
    _tell(session, ended, *_RESTORED, actor)


def _tell(
    session: Session,
    told: Iterable[Told],
    kind: EventKind,
    notice: NoticeKind,
    actor: Actor,
    *,
    only: Sequence[UUID] | None = None,
) -> None:
    rows = [
        {
            "account_id": str(each.account_id),
            "suspension_id": str(each.suspension_id),
            "reason": each.reason,
        }
        for each in told
    ]
    if not rows:
        return
    asked = {"told": json.dumps(rows), "kind": kind, "actor": json.dumps(actor.as_json())}
    which = {"only": None if only is None else list(only)}
    concerned = session.execute(_RECORD, asked | which)
    new = [
        NewNotice(row.receiver_id, notice, row.suspension_id, account_id=row.account_id)
        for row in concerned
    ]
    notices.create(session, new, actor=actor)
