"""Suspensions of what is given on the accounts of companies that are deleted or bankrupt.

What is given is delegated, or by a paper mandate (``grant_rows.given_in_its_name``).

Begun and ended in the transaction that aligns access with the register state. Nothing is written
into grants or delegations: both are as they were when the register takes it back. If it stands by
it, they end (``overdue_suspensions``).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from domain.access.suspensions import RESTORED, suspends_delegations
from domain.audit import Actor
from storage.access import suspensions
from storage.access.grant_rows import in_force
from storage.access.grants import GrantChange
from storage.access.suspensions import CompanySuspension
from storage.database import Session
from storage.delegations import suspensions as telling
from storage.delegations.suspensions import Told
from storage.registry.register_state_queries import StoredState

# One statement where nothing is to be changed. The accounts are locked as in ``align_grants``.
_TO_CHANGE = text("""
SELECT a.id, s.reason, s.proof, x.id IS NULL AS begins,
       a.status = 'closed' OR s.reason IS NULL AS ends
FROM jsonb_to_recordset(CAST(:said AS jsonb)) AS s(company_id uuid, reason jsonb, proof uuid)
JOIN account a ON a.company_id = s.company_id
LEFT JOIN suspension x ON x.account_id = a.id AND x.kind = 'company' AND upper_inf(x.period)
WHERE (a.status = 'active' AND s.reason IS NOT NULL) <> (x.id IS NOT NULL)
   OR s.reason->'facts'->>'status' <> x.reason->'facts'->>'status'
ORDER BY a.id FOR SHARE OF a
""")
_GRANTS = text(f"""
SELECT g.id, g.account_id, g.person_id, g.role FROM access_grant g
WHERE g.account_id = ANY(:accounts) AND g.permissions IS NOT NULL
  AND {in_force("g", "statement_timestamp()")}
ORDER BY g.id
""")


@dataclass(frozen=True, slots=True)
class Changed:
    """Changes of suspensions by an alignment."""

    held_back: Sequence[GrantChange]
    """Grants that are suspended now."""
    restored: Sequence[UUID]
    """Accounts on which nothing is suspended any more."""


def align(session: Session, states: Mapping[UUID, StoredState], *, actor: Actor) -> Changed:
    """Suspend what is delegated on these companies' accounts, or restore it, as their states say.

    Idempotent. The companies must be locked.
    """
    changes = session.execute(_TO_CHANGE, {"said": _said(states)}).all()
    begun = [row for row in changes if row.begins]
    over = [row.id for row in changes if row.ends]
    going_on = [row for row in changes if not row.begins and not row.ends]
    if over:
        _restore(session, over, actor)
    if going_on:
        suspensions.give_reason(session, map(_suspension, going_on))
    return Changed(_suspend(session, begun, actor) if begun else (), over)


def drop(session: Session, account_ids: Sequence[UUID]) -> None:
    """End these suspensions without a word: the accounts closed or changed owner.

    Their delegations have ended.
    """
    if account_ids:
        suspensions.restore(session, account_ids)


def _said(states: Mapping[UUID, StoredState]) -> str:
    rows = []
    for company_id, stored in sorted(states.items()):
        reason = suspends_delegations(stored.state)
        why = reason.as_json() if reason else None
        rows.append({"company_id": str(company_id), "reason": why, "proof": str(stored.id)})
    return json.dumps(rows)


def _suspension(row: Row[Any]) -> CompanySuspension:
    return CompanySuspension(row.id, row.reason, row.proof)


def _suspend(session: Session, begun: Sequence[Row[Any]], actor: Actor) -> Sequence[GrantChange]:
    why = {row.id: row.reason for row in begun}
    held_back = [
        GrantChange(row.id, row.account_id, row.person_id, row.role, why[row.account_id])
        for row in session.execute(_GRANTS, {"accounts": list(why)})
    ]
    ids = suspensions.suspend(session, map(_suspension, begun), actor=actor)
    told = [Told(account_id, id_, why[account_id]) for account_id, id_ in ids.items()]
    telling.suspended(session, told, actor=actor)
    return held_back


def _restore(session: Session, account_ids: Sequence[UUID], actor: Actor) -> None:
    ids = suspensions.restore(session, account_ids)
    told = [Told(account_id, id_, RESTORED.as_json()) for account_id, id_ in ids.items()]
    telling.restored(session, told, actor=actor)
