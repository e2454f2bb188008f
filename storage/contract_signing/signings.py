"""Table ``contract_signing``: people who are asked on their phones to sign, step by step."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from domain.approvals.confirmations import Confirming
from domain.identifiers import PersonKey
from domain.identity import Acr, Login
from domain.numbers.sms_texts import Language
from domain.signatures.methods import SignatureLevel, SignatureMethod
from domain.signatures.signings import SigningState
from storage.database import Connection, Session


@dataclass(frozen=True, slots=True)
class NewSigning:
    """What a person wants to sign, and by which method. The id is the request's."""

    id: UUID
    contract_id: UUID
    given: Confirming
    method: SignatureMethod
    phone: str | None = field(default=None, repr=False)


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


class AlreadySigning(Exception):
    """The person is being asked to sign this contract already."""


_INSERT = text("""
INSERT INTO contract_signing (id, contract_id, person_id, state, method, phone, digest,
    template_version, language, issuer, acr, amr, auth_time, token_id)
VALUES (:id, :contract, :person, 'requested', :method, :phone, :digest, :template, :language,
    :issuer, :acr, :amr, :auth_time, :token)
""")
_READ = """
SELECT g.*, c.account_id, p.country, p.code FROM contract_signing g
JOIN contract c ON c.id = g.contract_id JOIN person p ON p.id = g.person_id WHERE g.id = :id
"""
_IS_THERE = text("SELECT FROM contract_signing WHERE id = :id")
_ASKING = text("""
UPDATE contract_signing SET state = 'asking' WHERE id = :id AND state = 'requested' RETURNING id
""")
_NOT_ASKED = text("""
UPDATE contract_signing SET state = 'requested' WHERE id = :id AND state = 'asking'
""")
_ASKED = text("""
UPDATE contract_signing SET state = 'asked', certificate = :certificate,
    issuer_certificate = :issuer, algorithm = :algorithm, prepared = :prepared,
    signed_info_digest = :digest, session_id = :session, verification_code = :code,
    asked_at = clock_timestamp()
WHERE id = :id AND state = 'asking'
""")
_COLLECTED = text("""
UPDATE contract_signing
SET state = 'proving', prepared = :xml, level = 'B', verification_code = NULL
WHERE id = :id AND state = 'asked'
""")
_PROVEN = text("""
UPDATE contract_signing SET prepared = :xml, level = 'LT', timestamped_at = :at
WHERE id = :id AND state = 'proving'
""")
_END = text("""
UPDATE contract_signing SET state = :state, result = :result, ended_at = clock_timestamp(),
    phone = NULL, certificate = NULL, issuer_certificate = NULL, prepared = NULL,
    signed_info_digest = NULL, session_id = NULL, verification_code = NULL
WHERE id = :id AND state NOT IN ('signed', 'failed') RETURNING id
""")


def insert(session: Session, new: NewSigning) -> None:
    """Insert a signing. Raises AlreadySigning; the transaction is then over."""
    given, login = new.given, new.given.login
    row = {
        "id": new.id,
        "contract": new.contract_id,
        "person": given.person_id,
        "method": new.method,
        "phone": new.phone,
        "digest": given.digest,
        "template": given.template_version,
        "language": given.language,
        "issuer": login.issuer,
        "acr": login.acr.claim,
        "amr": list(login.amr),
        "auth_time": login.auth_time,
        "token": login.token_id,
    }
    try:
        session.execute(_INSERT, row)
    except IntegrityError as error:
        if "uq_contract_signing_open" not in str(error.orig):
            raise
        raise AlreadySigning from None


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


def asking(session: Session, signing_id: UUID) -> bool:
    """Record that the service is called from now on; False: it was before, or it has ended."""
    return session.execute(_ASKING, {"id": signing_id}).one_or_none() is not None


def not_asked(session: Session, signing_id: UUID) -> None:
    """Record that the phone was not asked after all, so that it may be."""
    session.execute(_NOT_ASKED, {"id": signing_id})


def asked(session: Session, signing_id: UUID, by: PhoneAsked) -> None:
    """Record that the phone asks."""
    row = {
        "id": signing_id,
        "certificate": by.certificate,
        "issuer": by.issuer_certificate,
        "algorithm": by.algorithm,
        "prepared": by.prepared,
        "digest": by.signed_info_digest,
        "session": by.session_id,
        "code": by.verification_code,
    }
    session.execute(_ASKED, row)


def collected(session: Session, signing_id: UUID, xml: bytes) -> None:
    """Keep a signature of level B until it is proven. Repeating changes nothing."""
    session.execute(_COLLECTED, {"id": signing_id, "xml": xml})


def proven(session: Session, signing_id: UUID, xml: bytes, at: datetime) -> None:
    """Keep the same signature at level LT, time-stamped ``at``."""
    session.execute(_PROVEN, {"id": signing_id, "xml": xml, "at": at})


def end(session: Session, signing_id: UUID, state: SigningState, result: str | None) -> bool:
    """End a signing and forget the phone and what it was asked; False: it had ended.

    ``result``: the code of why it failed.
    """
    row = {"id": signing_id, "state": state, "result": result}
    return session.execute(_END, row).one_or_none() is not None


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
