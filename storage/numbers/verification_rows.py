"""Stored verifications: read, and locked before a change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.numbers.sms_texts import Language
from domain.numbers.verifications import Requester, VerificationState


@dataclass(frozen=True, slots=True)
class Verification:
    """A verification as it is stored."""

    id: UUID
    requester: Requester
    number: str
    """E.164."""
    prefix: str
    state: VerificationState
    language: Language
    message: str | None
    sends: int
    wrong_codes: int
    expires_at: datetime
    resend_at: datetime
    code_accepted: bool
    overdue: bool
    """Its time ran out, though its state does not say so yet."""
    read_at: datetime
    """The database's clock when it was read."""

    @classmethod
    def of(cls, row: Sequence[Any]) -> Self:
        """From a row of ``_COLUMNS``."""
        id_, person_id, client, number, prefix, state, language, *others = row
        requester = Requester(person_id, client)
        stored = (id_, requester, number, prefix, VerificationState(state), Language(language))
        return cls(*stored, *others)

    @property
    def is_open(self) -> bool:
        """Return whether the verification still takes codes and sends SMS."""
        sent = self.state is VerificationState.SENT
        return sent and not self.overdue and not self.code_accepted


_COLUMNS = """
    v.id, v.person_id, v.client, v.number, v.prefix, v.state, v.language, v.message, v.sends,
    v.wrong_codes, v.expires_at, v.resend_at, v.code_accepted_at IS NOT NULL,
    v.state = 'sent' AND v.expires_at <= clock_timestamp() AND v.code_accepted_at IS NULL,
    clock_timestamp()"""
_READ = text(f"SELECT {_COLUMNS} FROM verification v WHERE v.id = :id")
_LOCK = text(f"SELECT {_COLUMNS} FROM verification v WHERE v.id = :id FOR UPDATE")


def read(session: Session, verification_id: UUID) -> Verification | None:
    """Read a verification; None if there is none with this id."""
    row = session.execute(_READ, {"id": verification_id}).one_or_none()
    return None if row is None else Verification.of(row)


def lock(session: Session, verification_id: UUID) -> Verification | None:
    """Read a verification and lock it until the transaction ends."""
    row = session.execute(_LOCK, {"id": verification_id}).one_or_none()
    return None if row is None else Verification.of(row)


_LOCK_WITH_DIGESTS = text(f"""
SELECT ARRAY(SELECT digest FROM sms WHERE verification_id = v.id), {_COLUMNS}
FROM verification v WHERE v.id = :id FOR UPDATE
""")


def lock_with_digests(
    session: Session, verification_id: UUID
) -> tuple[Verification, Sequence[str]] | None:
    """Lock a verification and read it, with the digests of all codes sent for it."""
    row = session.execute(_LOCK_WITH_DIGESTS, {"id": verification_id}).one_or_none()
    return None if row is None else (Verification.of(row[1:]), row[0])
