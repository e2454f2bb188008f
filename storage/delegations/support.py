"""What a delegation rests on: locked, and then compared with the database's clock.

Read committed only: a statement that waited for a lock sees the row as it is now, but its own time
is from before the wait. The clock is read when the locks are held, see ``rows``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from domain.access.grants import Origin
from domain.accounts import AccountStatus
from domain.delegations.basis import (
    BasisKind,
    Ground,
    SupportingGrant,
    basis_of,
    grounds_of,
    in_owners_name,
)
from domain.delegations.refusals import DelegationRefusal as Refusal
from storage.access.grant_rows import by_reading, in_force, suspended
from storage.database import Connection, Session

_ACCOUNTS = text("""
SELECT a.id, a.status, a.person_id, EXISTS (
    SELECT FROM suspension x
    WHERE x.account_id = a.id AND x.kind = 'company' AND upper_inf(x.period)) AS suspended
FROM account a WHERE a.id = ANY(:ids) ORDER BY a.id FOR SHARE OF a
""")
_SERVICES = text("""
SELECT id FROM service WHERE id = ANY(:ids) AND account_id = :account AND status = 'active'
ORDER BY id FOR SHARE
""")
_SERVICES_OF_ALL = text("""
SELECT id, account_id FROM service WHERE id = ANY(:ids) AND status = 'active' ORDER BY id FOR SHARE
""")
_GRANTS = text(f"""
WITH locked AS MATERIALIZED (
    SELECT * FROM access_grant
    WHERE account_id = :account AND person_id = :person
      AND (upper_inf(validity) OR upper(validity) > statement_timestamp())
    ORDER BY id FOR SHARE
), moment AS MATERIALIZED (
    SELECT clock_timestamp() AS at FROM (SELECT count(*) FROM locked) AS all_of_them
)
SELECT g.id, g.role, g.service_id, g.origin, g.proof, s.as_of, g.delegation_id,
       COALESCE(v.may_pass_on AND d.parent_id IS NULL, false),
       {by_reading("g")}
FROM moment m JOIN locked g ON {in_force("g", "m.at")}
LEFT JOIN register_state s ON g.origin = 'register' AND s.id = g.proof
LEFT JOIN delegation_version v ON g.origin = 'delegation' AND v.id = g.proof
LEFT JOIN delegation d ON d.id = g.delegation_id
ORDER BY g.id
""")

_SUSPENDED = text(f"SELECT {suspended('x.person_id = :person', 'clock_timestamp()')}")


@dataclass(frozen=True, slots=True)
class LockedAccount:
    """An account that cannot change owner or close before the transaction ends."""

    active: bool
    owner_id: UUID | None
    """The person who owns it; None: a company does."""
    suspended: bool
    """The company is deleted or bankrupt. Not locked: what is given meanwhile is suspended too."""


def lock_services(session: Session, account_id: UUID, ids: Iterable[UUID]) -> frozenset[UUID]:
    """Lock those of these services that are active ones of the account, and return them."""
    asked = {"ids": list(ids), "account": account_id}
    return frozenset(session.execute(_SERVICES, asked).scalars())


def lock_account(session: Session, account_id: UUID) -> LockedAccount | None:
    """Lock an account; None: there is none with this id."""
    return lock_accounts(session, [account_id]).get(account_id)


def lock_services_of_all(session: Session, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Lock those of these services that are active, and return the account of each."""
    found = session.execute(_SERVICES_OF_ALL, {"ids": list(ids)})
    return {row.id: row.account_id for row in found}


def lock_accounts(session: Session, ids: Iterable[UUID]) -> dict[UUID, LockedAccount]:
    """Lock those of these accounts that there are, by id."""
    found = session.execute(_ACCOUNTS, {"ids": list(ids)})
    return {
        row.id: LockedAccount(row.status == AccountStatus.ACTIVE, row.person_id, row.suspended)
        for row in found
    }


def lock_grants(session: Session, account_id: UUID, person_id: UUID) -> list[SupportingGrant]:
    """Lock a person's grants on an account, and return those in force once they are locked.

    They do not end before the transaction does.
    """
    asked = {"account": account_id, "person": person_id}
    rows, before = session.execute(_GRANTS, asked).all(), None
    # What took the place of those that were waited for is found by the next round.
    while rows != before:
        rows, before = session.execute(_GRANTS, asked).all(), rows
    return [
        SupportingGrant(id_, role, service_id, Origin(origin), *others)
        for id_, role, service_id, origin, *others in rows
    ]


def lock_ground(
    session: Session,
    account_id: UUID,
    giver_id: UUID,
    owner_id: UUID | None,
    parent_id: UUID | None = None,
) -> Ground | Refusal:
    """Lock the giver's grants, and return on what basis they may give. The account is locked.

    ``parent_id``: the delegation that is to be passed on; None: whatever comes first.
    """
    return basis_of(giver_id, owner_id, _held(session, account_id, giver_id, parent_id))


def lock_grounds(
    session: Session,
    account_id: UUID,
    giver_id: UUID,
    owner_id: UUID | None,
    parent_id: UUID | None = None,
) -> tuple[Ground, ...]:
    """Lock the giver's grants as ``lock_ground`` does, and return every ground that they have."""
    return grounds_of(giver_id, owner_id, _held(session, account_id, giver_id, parent_id))


def lock_owners_name(session: Session, account_id: UUID, person_id: UUID) -> BasisKind | None:
    """Lock the account, and what lets this person act in its owner's name; None: nothing does."""
    account = lock_account(session, account_id)
    if account is None:
        return None
    return in_owners_name(lock_grounds(session, account_id, person_id, account.owner_id))


def _held(
    session: Session, account_id: UUID, giver_id: UUID, parent_id: UUID | None
) -> list[SupportingGrant]:
    held = lock_grants(session, account_id, giver_id)
    return [grant for grant in held if parent_id is None or grant.delegation_id == parent_id]


def is_suspended(session: Session | Connection, person_id: UUID) -> bool:
    """Return whether a freeze of this person is in force."""
    return bool(session.execute(_SUSPENDED, {"person": person_id}).scalar_one())
