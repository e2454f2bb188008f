"""Requests for SMS: start a verification, request another SMS, cancel a request.

Lock order: the verification, its process, then the rate limits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.audit import Actor
from domain.numbers.send_limits import SendStop
from domain.numbers.verifications import (
    NEWER_REQUEST,
    TIME_RAN_OUT,
    Requester,
    VerificationRequest,
    VerificationRules,
    VerificationState,
)
from domain.rates import LimitReached, Use
from storage import locks
from storage.locks import Purpose
from storage.messages import sms
from storage.numbers import blocks, verification_rows, verifications
from storage.numbers.verification_rows import Verification
from storage.requests import rate_limits

_OWN = "COALESCE(CAST(person_id AS text), client) = :requester AND number = :number"
_RECENT = f"""
SELECT COALESCE(sum(sends), 0) AS sends, max(resend_at) FILTER (WHERE state <> 'verified') AS wait
FROM verification
WHERE {_OWN} AND prefix = :prefix AND created_at > clock_timestamp() - interval '1 hour'
"""
_RECENT_SENDS = text(f"SELECT sends FROM ({_RECENT}) recent")
_SITUATION = text(f"""
SELECT clock_timestamp(), EXISTS (SELECT FROM verification WHERE id = :id), recent.sends,
       recent.wait, ({blocks.BLOCKED_UNTIL}), earlier.id, earlier.code_accepted, earlier.overdue
FROM ({_RECENT}) recent
LEFT JOIN (
    SELECT id, code_accepted_at IS NOT NULL AS code_accepted,
           expires_at <= clock_timestamp() AS overdue
    FROM verification WHERE {_OWN} AND state = 'sent' FOR UPDATE
) earlier ON TRUE
""")
_MOMENT = timedelta(seconds=2)
"""How long an accepted code takes to verify a number, about."""


@dataclass(frozen=True, slots=True)
class _Situation:
    """Everything that decides about a request, read in one statement."""

    at: datetime
    repeated: bool
    """This very request was made before."""
    sends: int
    """SMS from this requester to this number within an hour."""
    wait_until: datetime | None
    blocked_until: datetime | None
    earlier_id: UUID | None
    """This requester's open verification of this number."""
    earlier_accepted: bool | None
    earlier_overdue: bool | None


def start(
    session: Session,
    request: VerificationRequest,
    rules: VerificationRules,
    limits: Sequence[Use],
    *,
    actor: Actor,
    proved: bool = False,
) -> UUID | None:
    """Start a verification; returns the id of the one that it supersedes, if any.

    ``proved``: the requester has proved the number before, so a closed prefix does not stop them.
    Repeating it with the same id changes nothing. Raises LimitReached where a limit, a block, or
    the wait after an earlier SMS refuses it; then nothing is used. Programs have limits, no wait.
    """
    own = _own(request.requester, request.number.e164, request.number.prefix)
    subject = f"{request.requester.key}/{request.number.e164}"
    locks.lock(session, Purpose.NUMBER_VERIFICATION, subject)
    situation = _read_situation(session, request, own, proved=proved)
    at = situation.at
    if situation.repeated:
        if verifications.count_first_send(session, request.id, at=at, wait=rules.wait):
            rate_limits.take(session, limits, at=at)
        return None
    _refuse(situation, request.requester)
    _end_earlier(session, situation, actor)
    rate_limits.take(session, limits, at=at)
    wait = rules.wait_after(situation.sends + 1)
    verifications.insert(session, request, at=at, life=rules.life, wait=wait, actor=actor)
    return situation.earlier_id


def _own(requester: Requester, number: str, prefix: str) -> dict[str, str]:
    return {"requester": requester.key, "number": number, "prefix": prefix}


def _read_situation(
    session: Session, request: VerificationRequest, own: dict[str, str], *, proved: bool
) -> _Situation:
    blockable = "" if proved else request.number.prefix
    parameters = own | {"id": request.id, "blockable_prefix": blockable}
    row = session.execute(_SITUATION, parameters).one()
    return _Situation(*row)


def _refuse(situation: _Situation, requester: Requester) -> None:
    """Raise LimitReached if nothing may be sent now."""
    at, wait_until = situation.at, situation.wait_until
    if requester.person_id and wait_until and wait_until > at:
        raise LimitReached(SendStop.WAIT, wait_until - at)
    if situation.blocked_until is not None:
        raise LimitReached(SendStop.BLOCK, situation.blocked_until - at)
    if situation.earlier_accepted:  # in a moment it is verified
        raise LimitReached(SendStop.WAIT, _MOMENT)


def _end_earlier(session: Session, situation: _Situation, actor: Actor) -> None:
    if situation.earlier_id is None:
        return
    state, reason = VerificationState.SUPERSEDED, NEWER_REQUEST
    if situation.earlier_overdue:
        state, reason = VerificationState.EXPIRED, TIME_RAN_OUT
    verifications.end(session, situation.earlier_id, state, reason, actor=actor)


def resend(
    session: Session,
    verification: Verification,
    rules: VerificationRules,
    limits: Sequence[Use],
) -> int:
    """Request one more SMS for an open verification that is locked; returns the SMS's number.

    Raises LimitReached: ``wait`` where it is too early, ``sends`` where there are no more.
    """
    at = verification.read_at
    if verification.sends >= rules.sends:
        raise LimitReached(SendStop.SENDS, verification.expires_at - at)
    if verification.resend_at > at:
        raise LimitReached(SendStop.WAIT, verification.resend_at - at)
    rate_limits.take(session, limits, at=at)
    own = _own(verification.requester, verification.number, verification.prefix)
    recent: int = session.execute(_RECENT_SENDS, own).scalar_one()
    wait = rules.wait_after(recent + 1)
    verifications.count_send(session, verification.id, at=at, wait=wait)
    return verification.sends + 1


def take_back(session: Session, verification_id: UUID, limits: Sequence[Use]) -> bool:
    """Cancel the last request: no SMS is sent, no limit is used, and the next needs no wait.

    False: its SMS is under way, and nothing is cancelled. Whoever sends locks the verification too.
    """
    verification = verification_rows.lock(session, verification_id)
    if verification and sms.is_under_way(session, verification_id, verification.sends):
        return False
    verifications.uncount_send(session, verification_id)
    rate_limits.undo(session, limits)
    return True
