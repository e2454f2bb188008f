"""Table ``contract_agreement``: who agreed to a contract, and by which login."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import text

from domain.identity import Login
from domain.numbers.sms_texts import Language
from storage.database import Connection, Session

_INSERT = text("""
INSERT INTO contract_agreement (id, contract_id, person_id, digest, language, issuer, acr, amr,
    auth_time, token_id, agreed_at)
VALUES (:id, :contract, :person, :digest, :language, :issuer, :acr, :amr, :auth_time, :token,
    clock_timestamp())
ON CONFLICT (contract_id, person_id) DO NOTHING
""")
_OF_CONTRACT = text("""
SELECT person_id, agreed_at FROM contract_agreement WHERE contract_id = :id ORDER BY agreed_at
""")


@dataclass(frozen=True, slots=True)
class Agreed:
    """A person's agreement to the terms that they were shown."""

    person_id: UUID
    digest: str
    language: Language
    login: Login


@dataclass(frozen=True, slots=True)
class Agreement:
    """Who agreed, and when."""

    person_id: UUID
    agreed_at: datetime


def keep(session: Session, contract_id: UUID, agreed: Agreed) -> None:
    """Keep an agreement. Repeating changes nothing."""
    login = agreed.login
    row = {
        "id": uuid4(),
        "contract": contract_id,
        "person": agreed.person_id,
        "digest": agreed.digest,
        "language": agreed.language,
        "issuer": login.issuer,
        "acr": login.acr.claim,
        "amr": list(login.amr),
        "auth_time": login.auth_time,
        "token": login.token_id,
    }
    session.execute(_INSERT, row)


def of_contract(connection: Connection | Session, contract_id: UUID) -> list[Agreement]:
    """Return who agreed to a contract, the first one first."""
    found = connection.execute(_OF_CONTRACT, {"id": contract_id})
    return [Agreement(row.person_id, row.agreed_at) for row in found]
