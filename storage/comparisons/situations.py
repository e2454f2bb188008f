"""Read what bears on many people's access at once, as an explanation reads it of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from domain.access.grants import Grant
from domain.access.suspensions import Suspension
from domain.accounts import AccountStatus
from domain.signing_rules.readings import Reading
from storage.access import many_queries
from storage.access.grant_queries import Ended
from storage.access.grant_rows import MOMENT
from storage.access.many_queries import Subject
from storage.accounts.account_queries import AccountRead
from storage.database import Session
from storage.registry.register_state_json import from_json
from storage.registry.register_state_queries import PastState
from storage.signing_rules import reading_queries

_PAST = 5
"""Number of ended grants that are read of each, as of one who is explained."""
_ACCOUNTS = text("""
SELECT a.id, a.reference, a.name, a.status, a.company_id, a.person_id, c.code
FROM account a LEFT JOIN company c ON c.id = a.company_id WHERE a.id = ANY(:ids)
""")
_STATES = text(f"""
SELECT company_id, id, lower(in_force) AS since, as_of, state FROM register_state
WHERE company_id = ANY(:companies) AND in_force @> {MOMENT}
""")


@dataclass(frozen=True, slots=True)
class Bearing:
    """What bears on one person's access to one account."""

    held: Sequence[Grant]
    ended: Sequence[Ended]
    suspended: Sequence[Suspension]
    barred_since: datetime | None


class AccountsRead(NamedTuple):
    """Accounts by id; of their companies, by id, register states and readings of signing rules."""

    accounts: Mapping[UUID, AccountRead]
    states: Mapping[UUID, PastState]
    readings: Mapping[UUID, Reading]


def bearing(session: Session, asked: Sequence[Subject]) -> Sequence[Bearing]:
    """Return what bears on each of these now, in their order."""
    connection = session.connection()
    return [
        Bearing(grants.held, ended, suspended, since)
        for grants, ended, suspended, since in zip(
            many_queries.held_and_following(connection, asked),
            many_queries.ended(connection, asked, limit=_PAST),
            many_queries.over(connection, asked),
            many_queries.barred_since(connection, asked),
            strict=True,
        )
    ]


def accounts(session: Session, ids: Sequence[UUID]) -> AccountsRead:
    """Return these accounts, with what the register says about their companies now."""
    found = {
        id_: AccountRead(id_, reference, name, AccountStatus(status), *owner)
        for id_, reference, name, status, *owner in session.execute(_ACCOUNTS, {"ids": list(ids)})
    }
    companies = list({each.company_id for each in found.values() if each.company_id})
    rows = session.execute(_STATES, {"companies": companies, "at": None})
    states = {
        row.company_id: PastState(row.id, row.since, row.as_of, from_json(row.state))
        for row in rows
    }
    readings = reading_queries.applying(session.connection(), companies)
    return AccountsRead(found, states, readings)
