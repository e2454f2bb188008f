"""Codes: made known by their digests, guessed at, and once right, turned into access."""

import json
from enum import StrEnum
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.audit import Actor
from domain.numbers.phone_numbers import PhoneNumber
from domain.numbers.verifications import (
    CODE_RIGHT,
    PHONE_IN_TOKEN,
    TIME_RAN_OUT,
    TOO_MANY_TRIES,
    State,
    VerificationRules,
    matches,
)
from storage.audit import events
from storage.numbers import grants, verifications
from storage.numbers.verifications import Requester


class Guess(StrEnum):
    """What became of a code that somebody typed."""

    RIGHT = "right"
    """It is the one, or one of those, that were sent. What follows is the workflow's."""
    WRONG = "wrong"
    LAST = "last"
    """Wrong, and the verification has failed by it."""
    CLOSED = "closed"
    """The verification had ended before, or its time had run out."""
    UNKNOWN = "unknown"
    """There is none that this caller may see."""


def guess(
    session: Session,
    verification_id: UUID,
    requester: Requester,
    digest: str,
    rules: VerificationRules,
    *,
    actor: Actor,
) -> Guess:
    """Try a code, given by its digest. However many at once: each wrong one counts exactly once.

    Any code that was sent for this verification is right, so that an SMS that came late is as good
    as its successor. The right code may be repeated until the verification ends.
    """
    row = verifications.read(session, verification_id, lock=True)
    if row is None or Requester.of(row) != requester:
        return Guess.UNKNOWN
    if row.state != State.SENT or row.late:
        return Guess.CLOSED
    sent = session.execute(
        text("SELECT digest FROM sms WHERE verification_id = :id"), {"id": verification_id}
    ).scalars()
    if matches(sent, digest):
        _prove(session, verification_id)
        return Guess.RIGHT
    if row.proven_at is not None:
        return Guess.CLOSED
    session.execute(
        text("UPDATE verification SET tries = tries + 1 WHERE id = :id"), {"id": verification_id}
    )
    if row.tries + 1 < rules.tries:
        return Guess.WRONG
    verifications.end(session, verification_id, State.FAILED, TOO_MANY_TRIES, actor=actor)
    return Guess.LAST


def _prove(session: Session, verification_id: UUID) -> None:
    session.execute(
        text(
            "UPDATE verification SET proven_at = COALESCE(proven_at, clock_timestamp())"
            " WHERE id = :id"
        ),
        {"id": verification_id},
    )


def verify(session: Session, verification_id: UUID, *, actor: Actor) -> None:
    """The number is this person's: end the verification well and give what it gives. Repeatable."""
    row = verifications.read(session, verification_id, lock=True)
    if row is None or row.state != State.SENT or row.proven_at is None:
        return
    verifications.end(session, verification_id, State.VERIFIED, CODE_RIGHT, actor=actor)
    if row.person_id is not None:
        grants.give(session, row.person_id, row.number, verification_id, actor=actor)


def expire(session: Session, verification_id: UUID, *, actor: Actor) -> State | None:
    """End it if its time has run out; returns where it stands then.

    None: the right code came before that, so it has not. SENT: its time has not run out yet.
    """
    row = verifications.read(session, verification_id, lock=True)
    if row is None:
        return State.EXPIRED
    if row.state == State.SENT and row.late:
        verifications.end(session, verification_id, State.EXPIRED, TIME_RAN_OUT, actor=actor)
        return State.EXPIRED
    proven = row.state == State.SENT and row.proven_at is not None
    return None if proven else State(row.state)


_BY_LOGIN = text("""
INSERT INTO verification (id, person_id, number, prefix, method, state, language, sends, tries,
                          created_at, expires_at, resend_at, proven_at, ended_at, reason)
VALUES (:id, :person, :number, :prefix, 'mobiil_id', 'verified', 'et', 0, 0,
        :at, :at, :at, :at, :at, CAST(:reason AS jsonb))
ON CONFLICT (id) DO NOTHING
""")


def verify_by_login(
    session: Session, verification_id: UUID, person_id: UUID, number: PhoneNumber, *, actor: Actor
) -> None:
    """A login by Mobiil-ID proved the number: no SMS, no waiting. Repeating changes nothing."""
    at = events.now(session)
    told = {"id": verification_id, "person": person_id, "at": at, "number": number.e164}
    told |= {"prefix": number.prefix, "reason": json.dumps(PHONE_IN_TOKEN.as_json())}
    if session.execute(_BY_LOGIN, told).rowcount:  # type: ignore[attr-defined] # of an INSERT
        line = verifications.ended(verification_id, person_id, State.VERIFIED, PHONE_IN_TOKEN)
        events.append(session, [line], actor=actor, at=at)
        grants.give(session, person_id, number.e164, verification_id, actor=actor)
