"""Confirm and shorten grants that a review is about: the rest of what writes ``access_grant``.

Each with its event. Starting and ending is in ``grants``. The grants must be locked.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from domain.audit import Actor, EventKind
from domain.reasons import Reason
from storage.database import Session

_LASTS = """g.ended_reason IS NULL AND NOT isempty(g.validity)
      AND (upper_inf(g.validity) OR upper(g.validity) > clock_timestamp())"""
_RECORD = """
INSERT INTO event
    (at, kind, actor, subject_id, account_id, company_id, person_id, reason, before, after)
SELECT clock_timestamp(), :kind, CAST(:actor AS jsonb), c.id, c.account_id, a.company_id,
       c.person_id, CAST(:reason AS jsonb), {before}, {after}
FROM changed c JOIN account a ON a.id = c.account_id ORDER BY c.id
"""
_CONFIRM = text(f"""
WITH changed AS (
    UPDATE access_grant g SET confirmed_at = clock_timestamp() WHERE g.id = ANY(:ids) AND {_LASTS}
    RETURNING g.id, g.account_id, g.person_id, g.role
)
{_RECORD.format(before="NULL", after="jsonb_build_object('role', c.role)")}
""")
# Never lengthened, and never ended: that is another statement.
_SHORTEN = text(f"""
WITH asked AS (
    SELECT g.id, upper(g.validity) AS old, s.until
    FROM jsonb_to_recordset(CAST(:shortenings AS jsonb)) AS s(id uuid, until timestamptz)
    JOIN access_grant g ON g.id = s.id
    WHERE {_LASTS} AND s.until > GREATEST(lower(g.validity), clock_timestamp())
      AND (upper_inf(g.validity) OR s.until < upper(g.validity))
), changed AS (
    UPDATE access_grant g SET validity = tstzrange(lower(g.validity), asked.until)
    FROM asked WHERE asked.id = g.id
    RETURNING g.id, g.account_id, g.person_id, g.role, asked.old, asked.until
), recorded AS ({
    _RECORD.format(
        before="jsonb_build_object('role', c.role, 'until', c.old)",
        after="jsonb_build_object('role', c.role, 'until', c.until)",
    )
})
SELECT id FROM changed
""")


def confirm(session: Session, grant_ids: Iterable[UUID], reason: Reason, *, actor: Actor) -> None:
    """Write that these grants are to be kept; those that are over stay as they are."""
    ids = list(grant_ids)
    if ids:
        event = _event(EventKind.GRANT_CONFIRMED, reason, actor)
        session.execute(_CONFIRM, {"ids": ids} | event)


def shorten(
    session: Session, untils: Mapping[UUID, datetime], reason: Reason, *, actor: Actor
) -> frozenset[UUID]:
    """Let each of these grants end at an earlier moment, which lies ahead; returns those that do.

    One that is over, or ends as early already, stays as it is.
    """
    rows = [{"id": str(id_), "until": until.isoformat()} for id_, until in untils.items()]
    if not rows:
        return frozenset()
    event = _event(EventKind.GRANT_SHORTENED, reason, actor)
    changed = session.execute(_SHORTEN, {"shortenings": json.dumps(rows)} | event)
    return frozenset(changed.scalars())


def _event(kind: EventKind, reason: Reason, actor: Actor) -> dict[str, str]:
    return {
        "kind": kind.value,
        "actor": json.dumps(actor.as_json()),
        "reason": json.dumps(reason.as_json()),
    }
