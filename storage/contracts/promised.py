"""The service that a contract is about to start: ``pending`` until the contract is active."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import text

from domain.accounts import ServiceKind
from domain.contracts.starts import OfferedTerms
from storage.contracts.rows import StoredContract
from storage.database import Session

_PROMISE = text("""
INSERT INTO service (id, account_id, kind, number, user_id, name, status, network)
SELECT :id, :account, :kind, CAST(:number AS text), CAST(:user AS uuid), :name, 'pending',
    (SELECT h.network FROM service h WHERE h.id = CAST(:host AS uuid))
ON CONFLICT (id) DO NOTHING
""")
_ABOUT = text("""
INSERT INTO contract_service (contract_id, service_id) VALUES (:contract, :service)
ON CONFLICT DO NOTHING
""")
_END = text("""
UPDATE service SET status = 'ended', updated_at = clock_timestamp()
WHERE id = ANY(:ids) AND status = 'pending'
""")


def promise(
    session: Session, contract: StoredContract, terms: OfferedTerms, kind: ServiceKind
) -> StoredContract:
    """Insert the service of a locked contract, ``pending``. Repeating changes nothing."""
    new = {
        "id": terms.service_id,
        "account": contract.account_id,
        "kind": kind,
        "number": terms.number,
        "user": contract.person_id,
        "name": terms.service_name,
        "host": contract.host_service_id,
    }
    session.execute(_PROMISE, new)
    return about(session, contract, terms.service_id)


def about(session: Session, contract: StoredContract, service_id: UUID) -> StoredContract:
    """Record that the contract is about a service. Repeating changes nothing."""
    session.execute(_ABOUT, {"contract": contract.id, "service": service_id})
    return replace(contract, service_ids=tuple(sorted({*contract.service_ids, service_id})))


def end(session: Session, contract: StoredContract) -> None:
    """End the services of a locked contract that never became active. Repeatable."""
    session.execute(_END, {"ids": list(contract.service_ids)})
