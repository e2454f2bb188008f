"""SMS with codes: what was sent, and what became of it."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid5

from sqlalchemy import text
from sqlmodel import Session

from domain.audit import Actor, ActorKind
from domain.numbers.verifications import BARRED, UNREACHABLE, Delivery, State, newer
from domain.ops.resolutions import Resolution
from storage.numbers import blocks, verifications
from storage.ops import stuck_items
from storage.processes import processes

GATEWAY = Actor(ActorKind.SYSTEM, "sms-gateway")
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SmsToSend:
    """An SMS that may be handed to the gateway now."""

    sms_id: UUID
    """Also the reference under which the gateway reports."""
    number: str
    language: str
    message: str | None


def sms_id(verification_id: UUID, send: int) -> UUID:
    """The id of the n-th SMS of a verification: the same on every attempt to send it."""
    return uuid5(verification_id, str(send))


def to_send(
    session: Session, verification_id: UUID, send: int, *, again: bool = False
) -> SmsToSend | None:
    """What to send; None: nothing (any more), it was sent, or nobody knows whether it was.

    Of several that have not been sent only the newest is.

    An SMS that was being handed over when its worker died is *in doubt*: it is left to the
    gateway's report, or to the person who may ask for another, and never repeated by itself, but
    only ``again`` where an operator decides so.
    """
    row = verifications.read(session, verification_id, lock=True)
    if row is None or not verifications.is_open(row) or row.sends > send:
        return None
    id_ = sms_id(verification_id, send)
    known = delivery_of(session, id_)
    if known is Delivery.SENDING:
        session.execute(
            text("UPDATE sms SET delivery = 'unknown' WHERE id = :id AND delivery = 'sending'"),
            {"id": id_},
        )
    again = again and known in {Delivery.SENDING, Delivery.UNKNOWN}
    if known not in {None, Delivery.PENDING} and not again:
        return None
    return SmsToSend(id_, row.number, row.language, row.message)


def delivery_of(session: Session, id_: UUID) -> Delivery | None:
    """What is known of this SMS; None: there is none yet."""
    known = session.execute(text("SELECT delivery FROM sms WHERE id = :id"), {"id": id_})
    found = known.scalar_one_or_none()
    return None if found is None else Delivery(found)


_MADE = text(f"""
WITH process AS ({processes.goes_on(":verification", "NULL")})
INSERT INTO sms (id, verification_id, send, digest, delivery, parts)
VALUES (:id, :verification, :send, :digest, 'sending', :parts)
ON CONFLICT (id) DO UPDATE SET digest = EXCLUDED.digest, delivery = 'sending'
WHERE sms.delivery IN ('pending', 'unknown')
""")


def sending(session: Session, verification_id: UUID, send: int, *, digest: str, parts: int) -> None:
    """The code is made and is about to be handed over. Commit before doing so."""
    session.execute(
        _MADE,
        {
            "id": sms_id(verification_id, send),
            "verification": verification_id,
            "send": send,
            "digest": digest,
            "parts": parts,
        },
    )


def not_sent(session: Session, id_: UUID) -> None:
    """The gateway certainly has not got it: the next attempt makes a new code."""
    session.execute(
        text("UPDATE sms SET delivery = 'pending' WHERE id = :id AND delivery = 'sending'"),
        {"id": id_},
    )


def in_doubt(session: Session, id_: UUID) -> None:
    """The gateway may have got it; a report will tell, or nobody."""
    session.execute(
        text("UPDATE sms SET delivery = 'unknown' WHERE id = :id AND delivery = 'sending'"),
        {"id": id_},
    )


def accepted(session: Session, id_: UUID, provider_id: str) -> None:
    """The gateway has it. Its report may have been quicker than its answer."""
    report(session, id_, Delivery.ACCEPTED, provider_id=provider_id)


# The verification first, as whoever sends does: the other way round the two would deadlock.
_LOCKED = text("""
SELECT s.id, s.verification_id, s.delivery, s.send, s.provider_id, v.number, v.sends
FROM sms s JOIN verification v ON v.id = s.verification_id
WHERE s.id = :id FOR UPDATE OF v
""")
_KNOWN = text("""
UPDATE sms SET delivery = :delivery, error = COALESCE(:error, error),
    provider_id = COALESCE(provider_id, :provider), reported_at = clock_timestamp()
WHERE id = :id
""")
_BARRED = "8"
"""Messente's word for a number that its operator lets no SMS to."""


def report(
    session: Session,
    id_: UUID,
    told: Delivery,
    *,
    error: str | None = None,
    provider_id: str | None = None,
) -> UUID | None:
    """Take in what the gateway says of an SMS; returns the verification that it ended, if any.

    Late, repeated and reordered reports change nothing, nor does one of another message. A number
    that cannot be reached for good ends the verification, unless a later SMS of it is under way;
    one that is barred gets no more of them for a day.
    """
    row = session.execute(_LOCKED, {"id": id_}).one_or_none()
    if row is None or (row.provider_id and provider_id and row.provider_id != provider_id):
        return None
    known = newer(Delivery(row.delivery), told)
    if known != row.delivery or provider_id != row.provider_id:
        said = {"id": id_, "delivery": known, "error": error, "provider": provider_id}
        session.execute(_KNOWN, said)
    if known is not Delivery.FAILED_PERMANENT:
        return None
    if error == _BARRED:
        blocks.stop(session, ("number", row.number), _A_DAY, BARRED, actor=GATEWAY)
    if row.send < row.sends:
        return None
    verification_id: UUID = row.verification_id
    ended = verifications.end(
        session, verification_id, State.UNDELIVERABLE, UNREACHABLE, actor=GATEWAY
    )
    return verification_id if ended else None


_HEARD = text("""
UPDATE step SET state = 'done', waits_for = NULL, ended_at = clock_timestamp()
FROM sms WHERE sms.id = :id AND step.process_id = sms.verification_id
    AND step.action = 'send-' || sms.send AND step.state = 'doubt' AND step.ended_at IS NULL
RETURNING step.id
""")


def heard_of(session: Session, id_: UUID) -> None:
    """The gateway reports on it, so it was sent: if that was in doubt, nobody need decide.

    In a transaction of its own: whoever sends locks the step before the verification.
    """
    step_id = session.execute(_HEARD, {"id": id_}).scalar_one_or_none()
    if step_id is not None:
        stuck_items.close(session, step_id, Resolution.HEALED, GATEWAY)
