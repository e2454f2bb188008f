"""Tables of signatures on contracts, and of people who are asked for them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Column, Index, LargeBinary, Text, text
from sqlmodel import Field, SQLModel

from domain.signatures.methods import SignatureLevel, SignatureMethod
from domain.signatures.signings import SigningState
from storage.schema.columns import key, moment, one_of, row_of, words

_OPEN = "state NOT IN ('signed', 'failed')"


def _bytes() -> bytes | None:
    found: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    return found


class ContractSigningRow(SQLModel, table=True):
    """A person is asked to sign a contract. Its operation and process have its id."""

    __tablename__ = "contract_signing"
    __table_args__ = (
        one_of("state", SigningState),
        one_of("method", SignatureMethod),
        # One phone is asked once at a time.
        Index(
            "uq_contract_signing_open",
            "contract_id",
            "person_id",
            unique=True,
            postgresql_where=text(_OPEN),
        ),
        Index("ix_contract_signing_person_id", "person_id"),
    )

    id: UUID = key()
    contract_id: UUID = row_of("contract.id", index=True)
    person_id: UUID = row_of("person.id")
    state: str = words()
    method: str = words()
    phone: str | None = words(nullable=True)
    """E.164; NULL: the method needs none, or it has ended."""
    digest: str = words()
    """Of the act that they sign."""
    template_version: int
    language: str = words()
    issuer: str = words()
    acr: str = words()
    amr: list[str] = Field(sa_column=Column(ARRAY(Text()), nullable=False))
    auth_time: datetime = moment()
    token_id: str = words()
    certificate: bytes | None = _bytes()
    """DER, of the key that is asked to sign; NULL before, and when it has ended."""
    issuer_certificate: bytes | None = _bytes()
    algorithm: str | None = words(nullable=True)
    prepared: bytes | None = _bytes()
    """The XAdES signature, first without its value; NULL before, and when it has ended."""
    signed_info_digest: bytes | None = _bytes()
    session_id: str | None = words(nullable=True)
    """Of the service; NULL before it asks, and when it has ended."""
    verification_code: str | None = words(nullable=True)
    level: str | None = words(nullable=True)
    timestamped_at: datetime | None = moment(nullable=True)
    result: str | None = words(nullable=True)
    """Code of why it failed."""
    requested_at: datetime = moment(default_now=True)
    asked_at: datetime | None = moment(nullable=True)
    ended_at: datetime | None = moment(nullable=True)


class ContractSignatureRow(SQLModel, table=True):
    """A signature on a contract. Its XML is a stored document."""

    __tablename__ = "contract_signature"
    __table_args__ = (
        one_of("method", SignatureMethod),
        one_of("level", SignatureLevel),
        Index("ix_contract_signature_contract_id", "contract_id", "signed_at"),
        Index("ix_contract_signature_person_id", "person_id"),
    )

    id: UUID = key()
    """The signing's."""
    contract_id: UUID = row_of("contract.id")
    person_id: UUID | None = row_of("person.id", nullable=True)
    """NULL: the operator's seal."""
    method: str = words()
    level: str = words()
    document_id: UUID = row_of("stored_document.id")
    counts: bool
    """It is an agreement; False: its level is too low."""
    signed_at: datetime = moment(default_now=True)
    timestamped_at: datetime | None = moment(nullable=True)
    """When it existed at the latest, as the time-stamping authority says; NULL: at level B."""
