"""Table ``contract_signature``: signatures on contracts. Their XML is a stored document each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.signatures.methods import SignatureLevel, SignatureMethod
from storage.database import Connection, Session


@dataclass(frozen=True, slots=True)
class NewSignature:
    """A signature that was made. The id is the signing's."""

    id: UUID
    contract_id: UUID
    person_id: UUID | None
    """None: the operator's seal."""
    method: SignatureMethod
    level: SignatureLevel
    document_id: UUID
    counts: bool
    timestamped_at: datetime | None


@dataclass(frozen=True, slots=True)
class SignatureFacts:
    """Who signed, when and how."""

    person_id: UUID | None
    method: SignatureMethod
    level: SignatureLevel
    counts: bool
    signed_at: datetime
    """When it was kept."""
    timestamped_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredSignature(SignatureFacts):
    """A signature, and its XML as it stands in the container."""

    xml: bytes | None = field(repr=False)
    """None: it is erased."""


_INSERT = text("""
INSERT INTO contract_signature (id, contract_id, person_id, method, level, document_id, counts,
    signed_at, timestamped_at)
VALUES (:id, :contract, :person, :method, :level, :document, :counts, clock_timestamp(),
    :timestamped_at)
ON CONFLICT (id) DO NOTHING
""")
_FACTS = "s.person_id, s.method, s.level, s.counts, s.signed_at, s.timestamped_at"
_OF_CONTRACT = text(f"""
SELECT {_FACTS}, d.content AS xml
FROM contract_signature s LEFT JOIN document_content d ON d.document_id = s.document_id
WHERE s.contract_id = :contract ORDER BY s.signed_at, s.id
""")
_FACTS_OF = text(f"""
SELECT {_FACTS} FROM contract_signature s
WHERE s.contract_id = :contract ORDER BY s.signed_at, s.id
""")


def keep(session: Session, new: NewSignature) -> None:
    """Keep a signature. Repeating changes nothing."""
    row = {
        "id": new.id,
        "contract": new.contract_id,
        "person": new.person_id,
        "method": new.method,
        "level": new.level,
        "document": new.document_id,
        "counts": new.counts,
        "timestamped_at": new.timestamped_at,
    }
    session.execute(_INSERT, row)


def of_contract(connection: Connection | Session, contract_id: UUID) -> Sequence[StoredSignature]:
    """Return the signatures on a contract, the first one first."""
    found = connection.execute(_OF_CONTRACT, {"contract": contract_id})
    return [StoredSignature(**_facts(row), xml=row.xml) for row in found]


def facts_of(connection: Connection, contract_id: UUID) -> Sequence[SignatureFacts]:
    """Return who signed a contract, the first one first, without the signatures themselves."""
    found = connection.execute(_FACTS_OF, {"contract": contract_id})
    return [SignatureFacts(**_facts(row)) for row in found]


def _facts(row: Any) -> dict[str, Any]:
    return {
        "person_id": row.person_id,
        "method": SignatureMethod(row.method),
        "level": SignatureLevel(row.level),
        "counts": row.counts,
        "signed_at": row.signed_at,
        "timestamped_at": row.timestamped_at,
    }
