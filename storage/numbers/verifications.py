"""Table ``verification``: every statement that writes it.

``verification_rows`` reads and locks it, ``send_requests`` starts and resends, ``codes`` checks
codes. A statement that starts or ends a verification writes its process and its event too.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.audit import Actor, EventKind
from domain.numbers.phone_numbers import PhoneNumber
from domain.numbers.verifications import VerificationRequest, VerificationState
from domain.processes import ProcessType, number_verification_id
from domain.reasons import Reason
from storage.audit import events
from storage.processes import processes

_INSERT = text(f"""
WITH opened AS (
    INSERT INTO verification (id, person_id, client, number, prefix, method, state, language,
                              message, sends, wrong_codes, created_at, expires_at, resend_at)
    VALUES (:id, :person, :client, :number, :prefix, 'sms', 'sent', :language, :message,
            1, 0, :at, CAST(:at AS timestamptz) + :life, CAST(:at AS timestamptz) + :wait)
    RETURNING id, person_id, created_at
), process AS ({processes.asked("opened")})
{events.recorded("opened", at="created_at")}
""")


def insert(
    session: Session,
    request: VerificationRequest,
    *,
    at: datetime,
    life: timedelta,
    wait: timedelta,
    actor: Actor,
) -> None:
    """Insert a verification whose first SMS is to be sent, with its process and its event."""
    after = {"state": VerificationState.SENT.value}
    session.execute(
        _INSERT,
        {
            "id": request.id,
            "person": request.requester.person_id,
            "client": request.requester.client,
            "number": request.number.e164,
            "prefix": request.number.prefix,
            "language": request.language,
            "message": request.message,
            "at": at,
            "life": life,
            "wait": wait,
            **processes.new(ProcessType.NUMBER_VERIFICATION),
            "workflow_id": number_verification_id(request.id),
        }
        | events.recording(EventKind.VERIFICATION_STARTED, actor, after=after),
    )


_INSERT_VERIFIED = text(f"""
WITH moment AS MATERIALIZED (
    SELECT clock_timestamp() AS at
), opened AS (
    INSERT INTO verification (id, person_id, number, prefix, method, state, language, sends,
                              wrong_codes, created_at, expires_at, resend_at, code_accepted_at,
                              ended_at, reason)
    SELECT :id, :person, :number, :prefix, 'mobiil_id', 'verified', 'et', 0, 0,
           at, at, at, at, at, CAST(:event_reason AS jsonb)
    FROM moment
    ON CONFLICT (id) DO NOTHING RETURNING id, person_id, ended_at
), recorded AS ({events.recorded("opened", at="ended_at")})
SELECT id FROM opened
""")


def insert_verified(
    session: Session,
    verification_id: UUID,
    person_id: UUID,
    number: PhoneNumber,
    reason: Reason,
    *,
    actor: Actor,
) -> bool:
    """Insert a verification that needs no SMS, with its event. False: it was inserted before."""
    row: dict[str, Any] = {"id": verification_id, "person": person_id}
    row |= {"number": number.e164, "prefix": number.prefix}
    done = session.execute(
        _INSERT_VERIFIED, row | _ended(VerificationState.VERIFIED, reason, actor)
    )
    return done.one_or_none() is not None


_COUNT_FIRST_SEND = text(f"""
WITH again AS (
    UPDATE verification SET sends = 1, resend_at = CAST(:at AS timestamptz) + :wait
    WHERE id = :id AND state = 'sent' AND sends = 0 RETURNING id
), process AS ({processes.asked_again("again")})
SELECT id FROM again
""")
_COUNT_SEND = text(f"""
WITH again AS (
    UPDATE verification SET sends = sends + 1, resend_at = CAST(:at AS timestamptz) + :wait
    WHERE id = :id RETURNING id
)
{processes.asked_again("again")}
""")
_UNCOUNT_SEND = text(f"""
WITH taken AS (
    UPDATE verification SET sends = GREATEST(sends - 1, 0), resend_at = clock_timestamp()
    WHERE id = :id AND state = 'sent' RETURNING id, sends
)
{processes.ended("taken", "taken.sends = 0")}
""")


def count_first_send(
    session: Session, verification_id: UUID, *, at: datetime, wait: timedelta
) -> bool:
    """Count the first SMS again after ``uncount_send`` took it back; returns whether it had."""
    row = {"id": verification_id, "at": at, "wait": wait} | processes.of_trace()
    return session.execute(_COUNT_FIRST_SEND, row).one_or_none() is not None


def count_send(session: Session, verification_id: UUID, *, at: datetime, wait: timedelta) -> None:
    """Count one more SMS. The row must be locked, and open."""
    row = {"id": verification_id, "at": at, "wait": wait} | processes.of_trace()
    session.execute(_COUNT_SEND, row)


def uncount_send(session: Session, verification_id: UUID) -> None:
    """Uncount the last SMS: the next may be requested at once.

    If no SMS is left its process ends; the next request opens it again.
    """
    session.execute(_UNCOUNT_SEND, {"id": verification_id})


_WRONG_CODE = text("UPDATE verification SET wrong_codes = wrong_codes + 1 WHERE id = :id")
_ACCEPT_CODE = text("""
UPDATE verification SET code_accepted_at = COALESCE(code_accepted_at, clock_timestamp())
WHERE id = :id
""")


def count_wrong_code(session: Session, verification_id: UUID) -> None:
    """Count a wrong code. The row must be locked."""
    session.execute(_WRONG_CODE, {"id": verification_id})


def accept_code(session: Session, verification_id: UUID) -> None:
    """Record that the right code came; the first time counts. The row must be locked."""
    session.execute(_ACCEPT_CODE, {"id": verification_id})


# The clock is read when the row is locked: what commits later also has the later time.
_END = f"""
WITH ended AS (
    UPDATE verification SET state = :state, ended_at = clock_timestamp(),
        reason = CAST(:event_reason AS jsonb), message = NULL
    WHERE id = :id AND state = 'sent' {{condition}} RETURNING id, person_id, number, ended_at
), process AS ({processes.ended("ended")}
), recorded AS ({events.recorded("ended", at="ended_at")})
SELECT person_id, number FROM ended
"""
_END_OPEN = text(_END.format(condition=""))
_END_ACCEPTED = text(_END.format(condition="AND code_accepted_at IS NOT NULL"))


@dataclass(frozen=True, slots=True)
class EndedVerification:
    """A verification that this transaction ended."""

    person_id: UUID | None
    number: str


def end(
    session: Session,
    verification_id: UUID,
    state: VerificationState,
    reason: Reason,
    *,
    actor: Actor,
) -> EndedVerification | None:
    """End a verification; None if it had ended. As verified only after a code was accepted."""
    statement = _END_ACCEPTED if state is VerificationState.VERIFIED else _END_OPEN
    row = {"id": verification_id, "state": state} | _ended(state, reason, actor)
    ended = session.execute(statement, row).one_or_none()
    return None if ended is None else EndedVerification(*ended)


def _ended(state: VerificationState, reason: Reason, actor: Actor) -> dict[str, Any]:
    kind, after = EventKind.VERIFICATION_ENDED, {"state": state.value}
    return events.recording(kind, actor, reason=reason, after=after)
