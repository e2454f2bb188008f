"""Writer of ``sync_change``: the companies that a run queries about, and the answers."""

import json
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import TextClause, text

from domain.identifiers import CompanyKey
from domain.registry.register import RegisterState
from domain.registry.sync import SyncChangeState
from storage.database import Connection, Session
from storage.registry import register_state_json


class PendingCompany(NamedTuple):
    """A company of a run that has no answer yet."""

    id: UUID
    key: CompanyKey


_ADD_WAITING = text("""
INSERT INTO sync_change (run_id, company_id, kind)
SELECT :run, c.id, 'again' FROM rejected_record r JOIN company c ON c.id = r.company_id
WHERE c.country = :country AND r.resolved_at IS NULL
UNION
SELECT :run, c.id, 'customer' FROM company c
WHERE c.country = :country
  AND EXISTS (SELECT FROM account a WHERE a.company_id = c.id AND a.status = 'active')
  AND NOT EXISTS (
      SELECT FROM register_state s WHERE s.company_id = c.id AND upper_inf(s.in_force))
ON CONFLICT DO NOTHING
""")

_ADD_CUSTOMERS = text("""
INSERT INTO sync_change (run_id, company_id, kind)
SELECT :run, c.id, 'checked' FROM company c
WHERE c.country = :country AND EXISTS (
    SELECT FROM account a WHERE a.company_id = c.id AND a.status = 'active')
ON CONFLICT DO NOTHING
""")

_ADD_COMPANY = text("""
INSERT INTO sync_change (run_id, company_id, kind)
SELECT :run, c.id, 'customer' FROM company c WHERE c.id = :id ON CONFLICT DO NOTHING
""")

_NUMBER = text("SELECT count(*) FROM sync_change WHERE run_id = :run")

_PENDING = text("""
SELECT c.company_id, k.country, k.code FROM sync_change c JOIN company k ON k.id = c.company_id
WHERE c.run_id = :run AND c.state = 'pending' AND c.company_id > :after
ORDER BY c.company_id LIMIT :limit
""")

_ANY_ANSWER = text("""
SELECT EXISTS (SELECT FROM sync_change WHERE run_id = :run AND state <> 'pending')
""")

_KEEP = text("""
UPDATE sync_change SET state = :state, answer = CAST(:answer AS jsonb), as_of = :as_of
WHERE run_id = :run AND company_id = :company
""")

_ANSWERED = text("""
SELECT company_id, answer FROM sync_change
WHERE run_id = :run AND state = 'answered' AND company_id > :after
ORDER BY company_id LIMIT :limit
""")

_APPLIED = text("""
UPDATE sync_change SET state = 'applied', answer = NULL
WHERE run_id = :run AND company_id = ANY(:companies)
""")


def add_waiting(session: Session, run_id: UUID, country: str) -> int:
    """Add companies that wait for an answer though no change names them.

    Those that an earlier run could not query about, and customers without a current state. Returns
    the number of companies in the run.
    """
    return _add(session, run_id, _ADD_WAITING, {"country": country})


def add_customers(session: Session, run_id: UUID, country: str) -> int:
    """Add every company with an active account; returns the number of companies in the run."""
    return _add(session, run_id, _ADD_CUSTOMERS, {"country": country})


def add_company(session: Session, run_id: UUID, company_id: UUID) -> int:
    """Add a company; returns the number of companies in the run."""
    return _add(session, run_id, _ADD_COMPANY, {"id": company_id})


def _add(
    session: Session, run_id: UUID, statement: TextClause, parameters: dict[str, object]
) -> int:
    session.execute(statement, {"run": run_id, **parameters})
    number: int = session.execute(_NUMBER, {"run": run_id}).scalar_one()
    return number


def pending(
    connection: Connection, run_id: UUID, *, after: UUID, limit: int
) -> list[PendingCompany]:
    """Return companies without an answer, in the order of their ids, from ``after`` on."""
    rows = connection.execute(_PENDING, {"run": run_id, "after": after, "limit": limit})
    return [PendingCompany(row.company_id, CompanyKey(row.country, row.code)) for row in rows]


def any_answer(connection: Connection, run_id: UUID) -> bool:
    """Return True once any company of the run has an answer, or is known to have none."""
    return bool(connection.execute(_ANY_ANSWER, {"run": run_id}).scalar_one())


def keep_answer(session: Session, run_id: UUID, company_id: UUID, state: RegisterState) -> None:
    """Keep what the register answered about a company."""
    answer = json.dumps(register_state_json.as_json(state))
    parameters = {"state": SyncChangeState.ANSWERED, "answer": answer, "as_of": state.as_of}
    session.execute(_KEEP, {"run": run_id, "company": company_id, **parameters})


def keep_unknown(session: Session, run_id: UUID, company_id: UUID) -> None:
    """Record that the register could not be queried about a company."""
    parameters = {"state": SyncChangeState.UNKNOWN, "answer": None, "as_of": None}
    session.execute(_KEEP, {"run": run_id, "company": company_id, **parameters})


def answered(
    session: Session, run_id: UUID, *, after: UUID, limit: int
) -> dict[UUID, RegisterState]:
    """Return answers that are not applied, in the order of company ids, from ``after`` on."""
    rows = session.execute(_ANSWERED, {"run": run_id, "after": after, "limit": limit})
    return {row.company_id: register_state_json.from_json(row.answer) for row in rows}


def applied(session: Session, run_id: UUID, company_ids: Sequence[UUID]) -> None:
    """Record that these answers were applied, and forget them: they hold personal data."""
    session.execute(_APPLIED, {"run": run_id, "companies": list(company_ids)})
