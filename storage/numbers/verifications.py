"""Number verifications: every change of their state, each one statement or one transaction.

Who may change one is whoever asked for it; the workflow only waits, and then looks here.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from sqlalchemy import Row, text
from sqlmodel import Session

from domain.audit import Actor, EventKind
from domain.numbers.phone_numbers import PhoneNumber
from domain.numbers.sms_texts import Language
from domain.numbers.verifications import (
    NEWER_REQUEST,
    TAKEN_BACK,
    TIME_RAN_OUT,
    State,
    VerificationRules,
)
from domain.processes import ProcessType, workflow_id
from domain.reasons import Reason
from storage import locks
from storage.audit import events
from storage.audit.events import NewEvent
from storage.locks import Purpose
from storage.numbers import blocks
from storage.processes import processes
from storage.requests import rate_limits
from storage.requests.rate_limits import LimitReached, Use


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks: a person, or a program for someone unknown here."""

    person_id: UUID | None = None
    client: str | None = None

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        """Who asked for this verification."""
        return cls(row.person_id, row.client)

    def __str__(self) -> str:
        return str(self.person_id or self.client)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for. ``message``: a program's own words, with ``{{code}}`` in them."""

    id: UUID
    requester: Requester
    number: PhoneNumber
    language: Language = Language.ESTONIAN
    message: str | None = None


_OPEN = text(f"""
WITH opened AS (
    INSERT INTO verification (id, person_id, client, number, prefix, method, state, language,
                              message, sends, tries, created_at, expires_at, resend_at)
    VALUES (:id, :person, :client, :number, :prefix, 'sms', 'sent', :language, :message,
            1, 0, :at, CAST(:at AS timestamptz) + :life, CAST(:at AS timestamptz) + :wait)
    RETURNING id
)
{processes.asked("opened")}
""")

_MINE = "COALESCE(CAST(person_id AS text), client) = :requester AND number = :number"
# How often this person had something sent to this number lately, and until when to wait.
_LATELY = text(f"""
SELECT COALESCE(sum(sends), 0) AS sends, max(resend_at) FILTER (WHERE state <> 'verified') AS wait
FROM verification
WHERE {_MINE} AND prefix = :prefix AND created_at > CAST(:at AS timestamptz) - interval '1 hour'
""")
_EARLIER = text(f"""
SELECT id, proven_at, expires_at <= :at AS late
FROM verification WHERE {_MINE} AND state = 'sent' FOR UPDATE
""")
_MOMENT = timedelta(seconds=2)


def open_(
    session: Session,
    asked: Request,
    rules: VerificationRules,
    limits: Sequence[Use],
    *,
    actor: Actor,
) -> Sequence[UUID]:
    """Begin a verification; returns those that it voids. Again with the same id: changes nothing.

    Raises LimitReached where a limit, a block or the wait after an earlier SMS is in the way; then
    nothing is used up. Programs wait for nothing but their limits.
    """
    number, requester = asked.number, str(asked.requester)
    locks.lock(session, Purpose.NUMBER_VERIFICATION, f"{requester}/{number.e164}")
    at = events.now(session)
    if read(session, asked.id) is not None:
        _count_again(session, asked.id, rules, limits, at)
        return []
    whose = {"requester": requester, "number": number.e164, "prefix": number.prefix, "at": at}
    lately = session.execute(_LATELY, whose).one()
    if asked.requester.person_id and lately.wait and lately.wait > at:
        raise LimitReached("wait", lately.wait - at)
    blocks.check(session, number, at)
    # Before the limits, as in ``resend``: the other way round the two would deadlock.
    voided = _void_earlier(session, whose, actor)
    rate_limits.take(session, limits, at=at)
    wait = rules.wait_after(lately.sends + 1)
    session.execute(_OPEN, whose | _columns(asked) | {"life": rules.life, "wait": wait})
    events.append(session, [_started(asked)], actor=actor, at=at)
    return voided


_AGAIN = text(f"""
WITH again AS (
    UPDATE verification SET sends = 1, resend_at = CAST(:at AS timestamptz) + :wait
    WHERE id = :id AND state = 'sent' AND sends = 0 RETURNING id
), process AS ({processes.asked_again("again")})
SELECT id FROM again
""")


def _count_again(
    session: Session, id_: UUID, rules: VerificationRules, limits: Sequence[Use], at: datetime
) -> None:
    """A repetition of a request that came to nothing sends what that did not."""
    again = session.execute(
        _AGAIN,
        {"id": id_, "at": at, "wait": rules.wait},
    ).one_or_none()
    if again is not None:
        rate_limits.take(session, limits, at=at)


def _void_earlier(session: Session, whose: dict[str, Any], actor: Actor) -> Sequence[UUID]:
    earlier = session.execute(_EARLIER, whose).one_or_none()
    if earlier is None:
        return []
    if earlier.proven_at is not None:  # its code was right: in a moment it is verified
        raise LimitReached("wait", _MOMENT)
    state, reason = State.SUPERSEDED, NEWER_REQUEST
    if earlier.late:
        state, reason = State.EXPIRED, TIME_RAN_OUT
    end(session, earlier.id, state, reason, actor=actor)
    return [earlier.id]


def _started(asked: Request) -> NewEvent:
    return NewEvent(
        EventKind.VERIFICATION_STARTED,
        subject_id=asked.id,
        person_id=asked.requester.person_id,
        after={"state": State.SENT.value},
    )


def _columns(asked: Request) -> dict[str, Any]:
    return {
        "id": asked.id,
        "person": asked.requester.person_id,
        "client": asked.requester.client,
        "language": asked.language,
        "message": asked.message,
        "process_type": ProcessType.NUMBER_VERIFICATION,
        "workflow_id": workflow_id(ProcessType.NUMBER_VERIFICATION, asked.id),
    }


_RESEND = text(f"""
WITH again AS (
    UPDATE verification SET sends = sends + 1, resend_at = CAST(:at AS timestamptz) + :wait
    WHERE id = :id RETURNING id
)
{processes.asked_again("again")}
""")


def resend(
    session: Session,
    row: Row[Any],
    rules: VerificationRules,
    limits: Sequence[Use],
) -> int:
    """Count one more SMS for this open verification; returns its number.

    The row must be locked. Raises LimitReached, of the kind ``wait`` where it is too early and
    ``sends`` where this verification has had all of its own.
    """
    at = events.now(session)
    if row.sends >= rules.sends:
        raise LimitReached("sends", row.expires_at - at)
    if row.resend_at > at:
        raise LimitReached("wait", row.resend_at - at)
    rate_limits.take(session, limits, at=at)
    whose = {"requester": str(Requester.of(row)), "number": row.number}
    lately = session.execute(_LATELY, whose | {"prefix": row.prefix, "at": at}).one()
    told = {"id": row.id, "at": at, "wait": rules.wait_after(lately.sends + 1)}
    session.execute(_RESEND, told)
    return int(row.sends) + 1


_TAKE_BACK = text(f"""
WITH taken AS (
    UPDATE verification SET sends = GREATEST(sends - 1, 0), resend_at = clock_timestamp()
    WHERE id = :id AND state = 'sent' RETURNING id, sends
)
{processes.ended("taken", "taken.sends = 0")}
""")


def take_back_send(session: Session, verification_id: UUID, limits: Sequence[Use]) -> None:
    """Nothing will be sent after all: nobody has to wait for it, and nothing is used up.

    Where nothing was ever sent, the process ends; the next request opens it again.
    """
    rate_limits.undo(session, limits)
    session.execute(_TAKE_BACK, {"id": verification_id})


_READ = """
SELECT v.*, v.state = 'sent' AND v.expires_at <= clock_timestamp() AND v.proven_at IS NULL AS late
FROM verification v WHERE v.id = :id
"""


def read(session: Session, verification_id: UUID, *, lock: bool = False) -> Row[Any] | None:
    """One verification; ``late``: its time ran out, though nobody has written that down yet."""
    statement = _READ + (" FOR UPDATE" if lock else "")
    return session.execute(text(statement), {"id": verification_id}).one_or_none()


def is_open(row: Row[Any]) -> bool:
    """Whether this verification, as ``read``, still takes codes and SMS."""
    return bool(row.state == State.SENT and not row.late and row.proven_at is None)


_END = text(f"""
WITH over AS (
    UPDATE verification SET state = :state, ended_at = :at, reason = CAST(:reason AS jsonb),
        message = NULL
    WHERE id = :id AND state = 'sent' RETURNING id, person_id
), process AS ({processes.ended("over")})
SELECT person_id FROM over
""")


def end(
    session: Session, verification_id: UUID, state: State, reason: Reason, *, actor: Actor
) -> bool:
    """End an open verification; returns whether it was open. One that has ended stays so."""
    at = events.now(session)
    told = {"id": verification_id, "state": state, "at": at}
    row = session.execute(_END, told | {"reason": json.dumps(reason.as_json())}).one_or_none()
    if row is not None:
        line = ended(verification_id, row.person_id, state, reason)
        events.append(session, [line], actor=actor, at=at)
    return row is not None


def ended(verification_id: UUID, person_id: UUID | None, state: State, reason: Reason) -> NewEvent:
    """What the history says of a verification's end."""
    return NewEvent(
        EventKind.VERIFICATION_ENDED,
        subject_id=verification_id,
        person_id=person_id,
        reason=reason,
        after={"state": state.value},
    )


def cancel(session: Session, verification_id: UUID, *, actor: Actor) -> bool:
    """The person does not want it any more. Nothing happens to one that has ended."""
    return end(session, verification_id, State.CANCELLED, TAKEN_BACK, actor=actor)
