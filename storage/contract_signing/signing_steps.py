"""Table ``contract_signing``: every statement that writes it, one for each step of a signing."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from domain.approvals.confirmations import Confirming
from domain.signatures.methods import SignatureMethod
from domain.signatures.signings import SigningState
from storage.contract_signing.signings import PhoneAsked
from storage.database import Session


@dataclass(frozen=True, slots=True)
class NewSigning:
    """What a person wants to sign, and by which method. The id is the request's."""

    id: UUID
    contract_id: UUID
    given: Confirming
    method: SignatureMethod
    phone: str | None = field(default=None, repr=False)


class AlreadySigning(Exception):
    """The person is being asked to sign this contract already."""


_INSERT = text("""
INSERT INTO contract_signing (id, contract_id, person_id, state, method, phone, digest,
    template_version, language, issuer, acr, amr, auth_time, token_id)
VALUES (:id, :contract, :person, 'requested', :method, :phone, :digest, :template, :language,
    :issuer, :acr, :amr, :auth_time, :token)
""")
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
