"""What the decisions of a review are about: read and locked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from domain.access.grants import Origin
from domain.reviews.decisions import Standing
from storage.access.grant_rows import by_reading as is_by_reading
from storage.database import Session
from storage.delegations import rows

_LASTS = """g.ended_reason IS NULL AND NOT isempty(g.validity)
  AND (upper_inf(g.validity) OR upper(g.validity) > clock_timestamp())"""
_GRANTS = text(f"""
SELECT g.id, g.person_id, g.origin, COALESCE(a.person_id = g.person_id, false), g.delegation_id,
       lower(g.validity), upper(g.validity), {is_by_reading("g")}
FROM access_grant g JOIN account a ON a.id = g.account_id
WHERE g.id = ANY(:ids) AND g.account_id = :account AND {_LASTS}
ORDER BY g.id FOR NO KEY UPDATE OF g
""")
_BY_NUMBER = text(f"""
SELECT g.id FROM access_grant g
WHERE g.account_id = :account AND g.person_id = ANY(:persons) AND g.origin = 'number_verification'
  AND {_LASTS}
ORDER BY g.id FOR NO KEY UPDATE
""")
_DELEGATIONS = text("""
SELECT id FROM delegation d
WHERE d.id = ANY(:ids) AND d.account_id = :account AND d.accepted_at IS NOT NULL
  AND d.ended_at IS NULL AND d.ends_at > clock_timestamp()
""")


@dataclass(frozen=True, slots=True)
class LockedGrant:
    """A grant that lasts, now or from later on, and does not change before the commit."""

    id: UUID
    person_id: UUID
    standing: Standing
    delegation_id: UUID | None
    since: datetime
    until: datetime | None


def lock_grants(session: Session, account_id: UUID, ids: Iterable[UUID]) -> dict[UUID, LockedGrant]:
    """Lock those of these grants that are on the account and not over, by id."""
    found = session.execute(_GRANTS, {"account": account_id, "ids": sorted(ids)})
    return {
        id_: LockedGrant(id_, person_id, Standing(Origin(origin), owned, by_reading), *rest)
        for id_, person_id, origin, owned, *rest, by_reading in found
    }


def lock_given_by_numbers(
    session: Session, account_id: UUID, person_ids: Iterable[UUID]
) -> list[UUID]:
    """Lock what proved numbers give these people on the account; returns the grants."""
    asked = {"account": account_id, "persons": list(person_ids)}
    return list(session.execute(_BY_NUMBER, asked).scalars())


def open_delegations(session: Session, account_id: UUID, ids: Iterable[UUID]) -> frozenset[UUID]:
    """Return those of these delegations that are on the account, accepted, and not over."""
    asked = {"account": account_id, "ids": list(ids)}
    return frozenset(session.execute(_DELEGATIONS, asked).scalars())


def services_of(session: Session, delegation_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Return the services that these delegations name now."""
    versions: Mapping[UUID, rows.StoredVersion] = rows.in_force(
        session.connection(), delegation_ids
    )
    return frozenset[UUID]().union(*(each.terms.service_ids for each in versions.values()))
