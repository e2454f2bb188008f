"""Who represents an account's company now, by grants in force: alone, or together with others."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import text

from storage.access.grant_rows import by_register, in_force
from storage.database import Connection, Session

REPRESENTS = f"""g.service_id IS NULL AND g.role IN ('administrator', 'joint_representative')
    AND {by_register("g")}"""
"""SQL: the grant ``g`` is a representative's, by the register or as two officers read it."""
_OF_ACCOUNT = text(f"""
SELECT DISTINCT g.person_id FROM access_grant g
WHERE g.account_id = :account AND {REPRESENTS} AND {in_force("g", "clock_timestamp()")}
ORDER BY g.person_id
""")
_ACCOUNTS_OF = text(f"""
SELECT DISTINCT g.account_id FROM access_grant g
WHERE g.person_id = :person AND g.account_id = ANY(:accounts)
  AND {REPRESENTS} AND {in_force("g", "clock_timestamp()")}
""")


def of_account(connection: Connection | Session, account_id: UUID) -> Sequence[UUID]:
    """Return the persons who represent the account's company now. A frozen one does not."""
    return connection.execute(_OF_ACCOUNT, {"account": account_id}).scalars().all()


def accounts_of(
    connection: Connection | Session, person_id: UUID, account_ids: Collection[UUID]
) -> frozenset[UUID]:
    """Return on which of these accounts this person represents the company now."""
    asked = {"person": person_id, "accounts": list(account_ids)}
    return frozenset(connection.execute(_ACCOUNTS_OF, asked).scalars())
