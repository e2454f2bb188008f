"""Read and lock rows of ``contract_signing``: people who are asked on their phones to sign."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from domain.approvals.confirmations import Confirming
from domain.identifiers import PersonKey
from domain.identity import Acr, Login
from domain.numbers.sms_texts import Language
from domain.signatures.methods import SignatureLevel, SignatureMethod
from domain.signatures.signings import SigningState
from storage.database import Connection, Session


@dataclass(frozen=True, slots=True)
class PhoneAsked:
    """What is being signed, by the key of which certificate, in which session of the service."""

    certificate: bytes = field(repr=False)
    issuer_certificate: bytes = field(repr=False)
    algorithm: str
    prepared: bytes = field(repr=False)
    """The XAdES signature: without its value, then with it, then with what proves it."""
    signed_info_digest: bytes = field(repr=False)
    session_id: str = field(repr=False)
    verification_code: str


@dataclass(frozen=True, slots=True)
class StoredSigning:
    """A signing as it is."""

    id: UUID
    contract_id: UUID
    account_id: UUID
    person: PersonKey = field(repr=False)
    state: SigningState
    method: SignatureMethod
    phone: str | None = field(repr=False)
    given: Confirming
    asked: PhoneAsked | None
    """None: the phone was not asked, or it has ended."""
    level: SignatureLevel | None
    timestamped_at: datetime | None
    is_late: bool
    """Whether it was requested so long ago that nobody waits for their phone to ring."""


_READ = """
SELECT g.*, c.account_id, p.country, p.code,
    g.requested_at < clock_timestamp() - interval '10 minutes' AS is_late FROM contract_signing g
JOIN contract c ON c.id = g.contract_id JOIN person p ON p.id = g.person_id WHERE g.id = :id
"""
_IS_THERE = text("SELECT FROM contract_signing WHERE id = :id")


def is_there(session: Session, signing_id: UUID) -> bool:
    """Return whether there is a signing of this id."""
    return session.execute(_IS_THERE, {"id": signing_id}).one_or_none() is not None


def read(connection: Connection | Session, signing_id: UUID) -> StoredSigning:
    """Read a signing. Raises LookupError where there is none."""
    return _one(connection.execute(text(_READ), {"id": signing_id}).one_or_none())


def lock(session: Session, signing_id: UUID) -> StoredSigning:
    """Lock a signing and return it. Raises LookupError where there is none."""
    row = session.execute(text(_READ + " FOR NO KEY UPDATE OF g"), {"id": signing_id})
    return _one(row.one_or_none())


def _one(row: Any) -> StoredSigning:
    if row is None:
        raise LookupError("no such signing")
    login = Login(
        row.issuer,
        row.token_id,
        next(each for each in Acr if each.claim == row.acr),
        tuple(row.amr),
        row.auth_time,
    )
    language = Language(row.language)
    return StoredSigning(
        row.id,
        row.contract_id,
        row.account_id,
        PersonKey(row.country, row.code),
        SigningState(row.state),
        SignatureMethod(row.method),
        row.phone,
        Confirming(row.person_id, row.digest, row.template_version, language, login),
        _asked(row),
        None if row.level is None else SignatureLevel(row.level),
        row.timestamped_at,
        row.is_late,
    )


def _asked(row: Any) -> PhoneAsked | None:
    if row.prepared is None:
        return None
    return PhoneAsked(
        row.certificate,
        row.issuer_certificate,
        row.algorithm,
        row.prepared,
        row.signed_info_digest,
        row.session_id,
        row.verification_code,
    )
