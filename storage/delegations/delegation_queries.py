"""Read delegations as people see them."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import text

from storage.database import Connection
from storage.delegations.delegation_views import SELECT, DelegationView, view_of
from storage.delegations.rows import OF_THIS_OWNER


class Side(StrEnum):
    """How a delegation concerns a person."""

    GIVEN = "given"
    RECEIVED = "received"
    """Accepted, whatever became of it since."""
    OFFERED = "offered"
    """To be accepted or declined: a delegation, or new terms of one."""


_PAGE = "AND (CAST(:after AS uuid) IS NULL OR d.id > :after) ORDER BY d.id LIMIT :limit"
_SHOWN = "(:proposals_too OR v.offered_at IS NOT NULL OR v.accepted_at IS NOT NULL)"
_ONE = text(f"{SELECT} WHERE d.id = :id")
_ALL = text(f"""
{SELECT} WHERE (CAST(:account AS uuid) IS NULL OR d.account_id = :account)
  AND (CAST(:person AS uuid) IS NULL OR :person IN (d.receiver_id, d.giver_id)) {_PAGE}
""")
_OF_ACCOUNT = text(f"""
{SELECT} WHERE d.account_id = :account AND (NOT :of_this_owner OR {OF_THIS_OWNER})
  AND {_SHOWN} {_PAGE}
""")
_OPEN_OF_ACCOUNT = text(f"""
{SELECT} WHERE d.account_id = :account AND d.ended_at IS NULL
  AND d.ends_at > statement_timestamp()
  AND (d.accepted_at IS NOT NULL OR o.lapses_at > statement_timestamp()) AND {_SHOWN}
  AND (NOT :waiting OR d.starts_at > statement_timestamp()
       OR o.lapses_at > statement_timestamp() AND (:proposals_too OR o.state = 'offered'))
  {_PAGE}
""")
_OFFERED = f"""
{SELECT} WHERE d.receiver_id = :person AND d.ended_at IS NULL
  AND o.state = 'offered' AND o.lapses_at > statement_timestamp()"""
_COUNT_OFFERED = text(f"SELECT count(*) FROM ({_OFFERED} LIMIT :most) AS offered")
_OF_PERSON = {
    Side.GIVEN: text(f"{SELECT} WHERE d.giver_id = :person {_PAGE}"),
    Side.RECEIVED: text(f"""
        {SELECT} WHERE d.receiver_id = :person AND d.accepted_at IS NOT NULL {_PAGE}"""),
    Side.OFFERED: text(f"{_OFFERED} {_PAGE}"),
}
_ENDED_EVENT = text("""
SELECT max(id) FROM event WHERE subject_id = :id AND kind = 'delegation:ended'
""")


def one(connection: Connection, delegation_id: UUID) -> DelegationView | None:
    """Read a delegation; None: there is none with this id."""
    row = connection.execute(_ONE, {"id": delegation_id}).one_or_none()
    return None if row is None else view_of(row)


def every(
    connection: Connection,
    *,
    account_id: UUID | None,
    person_id: UUID | None,
    after: UUID | None,
    limit: int,
) -> list[DelegationView]:
    """Read up to ``limit`` delegations on an account and of a person, by id, after ``after``.

    None: on any account, of any giver and receiver.
    """
    asked = {"account": account_id, "person": person_id, "after": after, "limit": limit}
    return [view_of(row) for row in connection.execute(_ALL, asked)]


def of_account(
    connection: Connection,
    account_id: UUID,
    *,
    ended_too: bool,
    waiting: bool = False,
    of_this_owner: bool,
    proposals_too: bool,
    after: UUID | None,
    limit: int,
) -> list[DelegationView]:
    """Read up to ``limit`` delegations on an account, by id, after ``after``.

    ``of_this_owner``: of those that ended, only the ones given since the account got its owner.
    ``proposals_too``: also what waits to be confirmed before it is offered, or came to nothing.
    ``waiting``: of the open ones, those of which something is to be confirmed, accepted or begun.
    """
    asked: dict[str, Any] = {"account": account_id, "after": after, "limit": limit}
    asked["proposals_too"] = proposals_too
    if not ended_too:
        asked["waiting"] = waiting
        return [view_of(row) for row in connection.execute(_OPEN_OF_ACCOUNT, asked)]
    found = connection.execute(_OF_ACCOUNT, asked | {"of_this_owner": of_this_owner})
    return [view_of(row) for row in found]


def of_person(
    connection: Connection, person_id: UUID, side: Side, *, after: UUID | None, limit: int
) -> list[DelegationView]:
    """Read up to ``limit`` delegations that concern a person so, by id, after ``after``."""
    asked = {"person": person_id, "after": after, "limit": limit}
    return [view_of(row) for row in connection.execute(_OF_PERSON[side], asked)]


def ended_event(connection: Connection, delegation_id: UUID) -> int | None:
    """Return the id of the event of a delegation's end; None: it has not ended."""
    found: int | None = connection.execute(_ENDED_EVENT, {"id": delegation_id}).scalar_one()
    return found


def count_offered(connection: Connection, person_id: UUID, *, most: int) -> int:
    """Return how many delegations and new terms this person may accept, up to ``most``."""
    asked = {"person": person_id, "most": most}
    found: int = connection.execute(_COUNT_OFFERED, asked).scalar_one()
    return found
