"""Who agreed to a contract: alone in ``contract_agreement``, a group's members in its approval."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import text

from domain.approvals.confirmations import Confirming
from storage.database import Connection, Session

_INSERT = text("""
INSERT INTO contract_agreement (id, contract_id, person_id, digest, template_version, language,
    issuer, acr, amr, auth_time, token_id, agreed_at)
VALUES (:id, :contract, :person, :digest, :template, :language, :issuer, :acr, :amr, :auth_time,
    :token, clock_timestamp())
ON CONFLICT (contract_id, person_id) DO NOTHING
""")
# What was taken back is nobody's agreement; nor, once it was carried out, what did not count.
_OF_CONTRACT = text("""
SELECT person_id, agreed_at FROM contract_agreement WHERE contract_id = :id
UNION ALL
SELECT f.person_id, f.confirmed_at FROM approval a
JOIN approval_confirmation f ON f.approval_id = a.id
WHERE a.kind = 'contract_start' AND a.subject_id = :id AND f.taken_back_at IS NULL
    AND (a.state <> 'carried_out' OR f.counted)
ORDER BY agreed_at
""")


@dataclass(frozen=True, slots=True)
class Agreement:
    """Who agreed, and when."""

    person_id: UUID
    agreed_at: datetime


def keep(session: Session, contract_id: UUID, given: Confirming) -> None:
    """Keep the agreement of somebody who needs nobody else. Repeating changes nothing."""
    login = given.login
    row = {
        "id": uuid4(),
        "contract": contract_id,
        "person": given.person_id,
        "digest": given.digest,
        "template": given.template_version,
        "language": given.language,
        "issuer": login.issuer,
        "acr": login.acr.claim,
        "amr": list(login.amr),
        "auth_time": login.auth_time,
        "token": login.token_id,
    }
    session.execute(_INSERT, row)


def of_contract(connection: Connection | Session, contract_id: UUID) -> list[Agreement]:
    """Return who agreed to a contract so far, the first one first."""
    found = connection.execute(_OF_CONTRACT, {"id": contract_id})
    return [Agreement(row.person_id, row.agreed_at) for row in found]
