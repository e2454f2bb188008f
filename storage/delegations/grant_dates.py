"""Tell that delegated grants began, or that their validity ran out: events, and nothing else.

A grant gives access within its validity, whether or not this was told.
"""

import json
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import TextClause, text

from domain.audit import Actor, EventKind
from storage.database import Session

_LOCK = text("""
SELECT id FROM access_grant WHERE delegation_id = ANY(:ids) AND ended_reason IS NULL
ORDER BY id FOR SHARE
""")


def _telling(moment: str, which: str, reason: str, before: str, after: str) -> TextClause:
    return text(f"""
        INSERT INTO event
            (at, kind, actor, subject_id, account_id, company_id, person_id, reason, before, after)
        SELECT clock_timestamp(), :kind, CAST(:actor AS jsonb), g.id, g.account_id, a.company_id,
               g.person_id, {reason}, {before}, {after}
               || jsonb_build_object('happened_at', {moment}(g.validity))
        FROM delegation d JOIN access_grant g ON g.delegation_id = d.id AND NOT isempty(g.validity)
        JOIN account a ON a.id = g.account_id
        WHERE d.id = ANY(:ids) AND {which} ORDER BY g.id
    """)


_ROLE = "jsonb_build_object('role', g.role, 'proof', g.proof)"
# A grant that was written after its delegation had begun began at once, and that was told.
_BEGUN = _telling(
    "lower",
    "lower(g.validity) = d.starts_at AND g.created_at < d.starts_at",
    "g.reason",
    "NULL",
    f"{_ROLE} || jsonb_build_object('until', upper(g.validity))",
)
_EXPIRED = _telling(
    "upper",
    "upper(g.validity) = d.ends_at AND g.ended_reason IS NULL",
    "d.ended_reason",
    _ROLE,
    "jsonb_build_object('role', NULL, 'proof', NULL)",
)


def lock(session: Session, delegation_ids: Iterable[UUID]) -> None:
    """Wait for whoever ends grants of these delegations, and let nobody do so before the commit."""
    session.execute(_LOCK, {"ids": list(delegation_ids)})


def tell_begun(session: Session, delegation_ids: Iterable[UUID], *, actor: Actor) -> None:
    """Tell that grants of these delegations began, which were written before that."""
    _tell(session, _BEGUN, delegation_ids, EventKind.GRANT_STARTED, actor)


def tell_expired(session: Session, delegation_ids: Iterable[UUID], *, actor: Actor) -> None:
    """Tell that grants of these delegations ran out, which nothing had ended before that."""
    _tell(session, _EXPIRED, delegation_ids, EventKind.GRANT_EXPIRED, actor)


def _tell(
    session: Session,
    statement: TextClause,
    delegation_ids: Iterable[UUID],
    kind: EventKind,
    actor: Actor,
) -> None:
    ids = list(delegation_ids)
    if ids:
        about: dict[str, object] = {"ids": ids, "kind": kind, "actor": json.dumps(actor.as_json())}
        session.execute(statement, about)
