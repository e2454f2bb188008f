"""Codes: check them, and once the right one came, turn it into access."""

from uuid import UUID

from sqlmodel import Session

from domain.audit import Actor
from domain.numbers.phone_numbers import PhoneNumber
from domain.numbers.verifications import (
    CODE_RIGHT,
    PHONE_IN_TOKEN,
    TIME_RAN_OUT,
    TOO_MANY_WRONG_CODES,
    CodeCheck,
    Requester,
    VerificationRules,
    VerificationState,
    matches,
)
from storage.numbers import grants, verification_rows, verifications


def check(
    session: Session,
    verification_id: UUID,
    requester: Requester,
    digest: str,
    rules: VerificationRules,
    *,
    actor: Actor,
) -> CodeCheck:
    """Check a code by its digest. The row is locked: of many at once each wrong one counts once.

    Every code sent for this verification is right, so that an SMS that came late is as good as its
    successor. The right code may be repeated until the verification ends.
    """
    found = verification_rows.lock_with_digests(session, verification_id)
    if found is None or found[0].requester != requester:
        return CodeCheck.NOT_FOUND
    verification, digests = found
    if verification.state is not VerificationState.SENT or verification.overdue:
        return CodeCheck.CLOSED
    if matches(digests, digest):
        verifications.accept_code(session, verification_id)
        return CodeCheck.ACCEPTED
    if verification.code_accepted:
        return CodeCheck.CLOSED
    verifications.count_wrong_code(session, verification_id)
    if verification.wrong_codes + 1 < rules.wrong_codes:
        return CodeCheck.WRONG
    failed = VerificationState.FAILED
    verifications.end(session, verification_id, failed, TOO_MANY_WRONG_CODES, actor=actor)
    return CodeCheck.LAST_WRONG


def verify(session: Session, verification_id: UUID, *, actor: Actor) -> None:
    """End a verification whose code was accepted as verified, and give access. Repeatable."""
    verified = VerificationState.VERIFIED
    ended = verifications.end(session, verification_id, verified, CODE_RIGHT, actor=actor)
    if ended is not None and ended.person_id is not None:
        grants.give(session, ended.person_id, ended.number, verification_id, actor=actor)


def expire(session: Session, verification_id: UUID, *, actor: Actor) -> VerificationState | None:
    """End a verification if its time has run out; returns its state then.

    None: the right code came before that. SENT: its time has not run out yet.
    """
    verification = verification_rows.lock(session, verification_id)
    if verification is None:
        return VerificationState.EXPIRED
    if verification.overdue:
        expired = VerificationState.EXPIRED
        verifications.end(session, verification_id, expired, TIME_RAN_OUT, actor=actor)
        return expired
    accepted = verification.state is VerificationState.SENT and verification.code_accepted
    return None if accepted else verification.state


def verify_by_login(
    session: Session, verification_id: UUID, person_id: UUID, number: PhoneNumber, *, actor: Actor
) -> None:
    """Verify a number by a login with Mobiil-ID, without an SMS. Repeating changes nothing."""
    new = verifications.insert_verified(
        session, verification_id, person_id, number, PHONE_IN_TOKEN, actor=actor
    )
    if new:
        grants.give(session, person_id, number.e164, verification_id, actor=actor)
