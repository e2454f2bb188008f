"""Read departures: who left, which reviews are open, and what they are about."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from domain.delegations.departures import OpenReview
from storage.access.grant_rows import in_force
from storage.access.representatives import REPRESENTS
from storage.database import Connection
from storage.delegations.standing import (
    IN_OWNERS_NAME,
    OF_GIVER,
    STANDS_FOR,
    STILL_THERE,
    UNDECIDED,
)


@dataclass(frozen=True, slots=True)
class OpenDepartureReview:
    """A review that representatives of an account are to do."""

    id: UUID
    giver_id: UUID
    """Who departed."""
    opened_at: datetime
    closes_at: datetime
    """When what nobody confirmed ends, unless there is nobody to confirm."""
    delegation_ids: Sequence[UUID]
    """Delegations in force that they gave or confirmed, and that nobody else stands for yet."""

    @property
    def undecided(self) -> int:
        """Number of delegations that nobody confirmed."""
        return len(self.delegation_ids)


@dataclass(frozen=True, slots=True)
class ReviewToDo:
    """An open review at the moment it was read."""

    id: UUID
    account_id: UUID
    now: datetime
    period: int
    open: OpenReview
    reviewers: Sequence[UUID]
    """Everyone who can act in the owner's name at this moment, alone or together with others."""


class LeftBehind(NamedTuple):
    """A delegation in the owner's name for which somebody stands who has left since."""

    delegation_id: UUID
    account_id: UUID
    giver_id: UUID
    to_oneself: bool
    """They are its receiver as well."""


_IS_BACK = f"(EXISTS ({OF_GIVER}) AND NOT EXISTS ({UNDECIDED}))"
_LEFT = text(f"""
SELECT d.id, d.account_id, s.giver_id, d.receiver_id = s.giver_id FROM account a
JOIN delegation d ON d.account_id = a.id
JOIN delegation_version v ON v.delegation_id = d.id AND v.state = 'accepted' AND {IN_OWNERS_NAME}
CROSS JOIN LATERAL (SELECT {STANDS_FOR} AS giver_id) s
WHERE a.id = ANY(:accounts) AND a.company_id = ANY(:companies) AND a.status = 'active'
  AND d.ended_at IS NULL AND d.accepted_at IS NOT NULL AND d.ends_at > clock_timestamp()
  AND NOT {STILL_THERE}
  AND NOT EXISTS (
      SELECT FROM departure_review r
      WHERE r.account_id = d.account_id AND r.giver_id = s.giver_id AND r.state = 'open')
ORDER BY d.id
""")
_RETURNED = text(f"""
SELECT r.id FROM departure_review r
WHERE r.state = 'open' AND r.account_id = ANY(:accounts) AND {_IS_BACK} ORDER BY r.id
""")
_TO_DO = text(f"""
SELECT r.id, r.account_id, clock_timestamp(), r.period, r.closes_at, r.unattended_since IS NOT NULL,
       (SELECT count(*) FROM ({UNDECIDED}) AS undecided), {_IS_BACK}, ARRAY(
           SELECT DISTINCT g.person_id FROM access_grant g
           WHERE g.account_id = r.account_id AND {REPRESENTS}
             AND {in_force("g", "statement_timestamp()")}
           ORDER BY g.person_id),
       EXISTS (
           SELECT FROM suspension x WHERE x.kind = 'company' AND x.account_id = r.account_id
             AND upper_inf(x.period))
FROM departure_review r WHERE r.id = :id AND r.state = 'open'
""")
_UNDECIDED = text(f"""
SELECT u.id FROM departure_review r, LATERAL ({UNDECIDED}) u WHERE r.id = :id ORDER BY u.id
""")
_OPEN_ON = text(f"""
SELECT r.id, r.giver_id, r.opened_at, r.closes_at, ARRAY({UNDECIDED} ORDER BY d.id)
FROM departure_review r WHERE r.account_id = :account AND r.state = 'open'
ORDER BY r.opened_at, r.id
""")


def open_on(connection: Connection, account_id: UUID) -> list[OpenDepartureReview]:
    """Return the reviews that are to be done on an account, the oldest first.

    One of which nothing is left to decide is not among them, whether or not it is closed already.
    """
    rows = connection.execute(_OPEN_ON, {"account": account_id})
    return [review for row in rows if (review := OpenDepartureReview(*row)).delegation_ids]


def left_behind(
    connection: Connection, account_ids: Collection[UUID], company_ids: Collection[UUID]
) -> list[LeftBehind]:
    """Return what is in force on these accounts although whoever stands for it could not give it.

    Only what no open review is about.
    """
    asked = {"accounts": list(account_ids), "companies": list(company_ids)}
    return [LeftBehind(*row) for row in connection.execute(_LEFT, asked)]


def returned(connection: Connection, account_ids: Collection[UUID]) -> Sequence[UUID]:
    """Return the open reviews on these accounts whose givers have come back."""
    return connection.execute(_RETURNED, {"accounts": list(account_ids)}).scalars().all()


def to_do(connection: Connection, review_id: UUID) -> ReviewToDo | None:
    """Read a review; None: it is not open, or there is none with this id."""
    row = connection.execute(_TO_DO, {"id": review_id}).one_or_none()
    if row is None:
        return None
    id_, account_id, now, period, closes_at, unattended, undecided, is_back, *more = row
    reviewers, suspended = more
    state = OpenReview(closes_at, unattended, undecided, is_back, bool(reviewers), suspended)
    return ReviewToDo(id_, account_id, now, period, state, reviewers)


def undecided(connection: Connection, review_id: UUID) -> Sequence[UUID]:
    """Return the delegations of a review that are in force and that nobody confirmed, by id."""
    return connection.execute(_UNDECIDED, {"id": review_id}).scalars().all()
