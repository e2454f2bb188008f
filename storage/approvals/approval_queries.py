"""Reads approvals as people see them: the act, who confirmed, how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text

from domain.approvals.states import DeclineReason
from domain.reasons import Reason
from storage.access.grant_rows import in_force
from storage.access.representatives import REPRESENTS
from storage.approvals import rows
from storage.approvals.rows import StoredApproval
from storage.database import Connection, Session


@dataclass(frozen=True, slots=True)
class Party:
    """A person who takes part in an approval."""

    id: UUID
    name: str
    """Empty: unknown, or erased."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A confirmation that stands."""

    by: Party
    at: datetime
    counted: bool
    """True: the act was carried out by it."""


@dataclass(frozen=True, slots=True)
class Declined:
    """Who declined, and why."""

    by: Party
    reason: DeclineReason
    message: str
    """Empty: none, or erased."""


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """An approval at the moment it was read."""

    stored: StoredApproval
    account_name: str
    proposer: Party
    confirmed: Sequence[Confirmed]
    """The first to confirm first."""
    register_asked_at: datetime | None
    ended_at: datetime | None
    ended_reason: Reason | None
    declined: Declined | None


_CONFIRMED = """
SELECT jsonb_agg(jsonb_build_array(c.person_id, p.name, c.confirmed_at, c.counted)
                 ORDER BY c.confirmed_at, c.id)
FROM approval_confirmation c JOIN person p ON p.id = c.person_id
WHERE c.approval_id = a.id AND c.taken_back_at IS NULL
"""
_SELECT = f"""
SELECT {rows.COLUMNS}, k.name, p.name, ({_CONFIRMED}), a.register_asked_at, a.ended_at,
       a.ended_reason, a.declined_by, d.name, a.decline_reason, a.decline_message
FROM approval a JOIN account k ON k.id = a.account_id
  JOIN person p ON p.id = a.proposer_id LEFT JOIN person d ON d.id = a.declined_by
"""
_ONE = text(f"{_SELECT} WHERE a.id = :id")
_REPRESENTED = text(f"""
SELECT a.id FROM approval a JOIN account o ON o.id = a.account_id AND o.company_id = a.company_id
WHERE a.id = ANY(:ids) AND EXISTS (
    SELECT FROM access_grant g
    WHERE g.account_id = a.account_id AND g.person_id = :person AND {REPRESENTS}
      AND {in_force("g", "statement_timestamp()")})
""")
_OPEN = "AND a.ended_at IS NULL AND a.lapses_at > statement_timestamp()"
_NEWEST = """
  AND (a.created_at, a.id) < (
      COALESCE(CAST(:before AS timestamptz), 'infinity'), CAST(:before_id AS uuid))
ORDER BY a.created_at DESC, a.id DESC LIMIT :limit
"""


def _ids(condition: str) -> TextClause:
    """Of each account by itself, so that an index gives the newest first."""
    return text(f"""
    WITH represented AS (
        SELECT DISTINCT o.id, o.company_id FROM access_grant g JOIN account o ON o.id = g.account_id
        WHERE g.person_id = :person AND {REPRESENTS} AND {in_force("g", "statement_timestamp()")}
    ), found AS (
        SELECT newest.* FROM represented o CROSS JOIN LATERAL (
            SELECT a.id, a.created_at FROM approval a
            WHERE a.account_id = o.id AND a.company_id = o.company_id {condition} {_NEWEST}
        ) AS newest
        UNION (
            SELECT a.id, a.created_at FROM approval a
            WHERE a.proposer_id = :person {condition} {_NEWEST})
    )
    SELECT id FROM found ORDER BY created_at DESC, id DESC LIMIT :limit
    """)


_IDS = {True: _ids(_OPEN), False: _ids("")}
_LISTED = text(f"{_SELECT} WHERE a.id = ANY(:ids) ORDER BY a.created_at DESC, a.id DESC")
_LAST = UUID(int=2**128 - 1)


def one(connection: Connection, approval_id: UUID) -> ApprovalView | None:
    """Read an approval; None: there is none of this id."""
    row = connection.execute(_ONE, {"id": approval_id}).one_or_none()
    return _view(*row) if row is not None else None


def represented(
    connection: Connection | Session, person_id: UUID, approval_ids: Sequence[UUID]
) -> frozenset[UUID]:
    """Return those of these approvals whose company this person represents now.

    None of a company that owns the account no more. A frozen person represents nobody.
    """
    asked = {"person": person_id, "ids": list(approval_ids)}
    return frozenset(connection.execute(_REPRESENTED, asked).scalars())


def of_person(
    connection: Connection,
    person_id: UUID,
    *,
    only_open: bool,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[ApprovalView]:
    """Return approvals on accounts that this person represents, or that they proposed.

    The newest first. ``before``: time and id of the last one of the page before.
    """
    at, id_ = before or (None, _LAST)
    asked = {"person": person_id, "before": at, "before_id": id_, "limit": limit}
    ids = connection.execute(_IDS[only_open], asked).scalars().all()
    return [_view(*row) for row in connection.execute(_LISTED, {"ids": ids})]


def _view(*columns: Any) -> ApprovalView:
    approval = rows.stored(*columns[: rows.WIDTH])
    account_name, proposer, confirmed, asked_at, ended_at, reason, *declined = columns[rows.WIDTH :]
    return ApprovalView(
        approval,
        account_name,
        Party(approval.proposer_id, proposer),
        [
            Confirmed(Party(UUID(id_), name), datetime.fromisoformat(at), counted)
            for id_, name, at, counted in confirmed or []
        ],
        asked_at,
        ended_at,
        Reason.from_json(reason) if reason else None,
        _declined(*declined),
    )


def _declined(
    by: UUID | None, name: str | None, reason: str | None, message: str
) -> Declined | None:
    if by is None or reason is None:
        return None
    return Declined(Party(by, name or ""), DeclineReason(reason), message)
