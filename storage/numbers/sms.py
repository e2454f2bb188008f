"""Table ``sms``: one row for each SMS with a code, and its delivery.

A handed-over SMS whose worker died, or whose answer was lost, has an unknown outcome. It is never
sent again by itself: the gateway's report says, or the person requests another, or an operator
decides.
"""

from dataclasses import dataclass
from uuid import UUID, uuid5

from sqlalchemy import text
from sqlmodel import Session

from domain.numbers.verifications import DeliveryStatus, replaced_by
from storage.processes import processes


def sms_id(verification_id: UUID, send: int) -> UUID:
    """Id of SMS number ``send`` of a verification: the same on every attempt to send it."""
    return uuid5(verification_id, str(send))


@dataclass(frozen=True, slots=True)
class NewSms:
    """An SMS about to be handed over, with a new code."""

    verification_id: UUID
    send: int
    digest: str
    """Digest of its code."""
    parts: int

    @property
    def id(self) -> UUID:
        """See ``sms_id``."""
        return sms_id(self.verification_id, self.send)


_PREPARE = text(f"""
WITH process AS ({processes.mark_running(":verification", "NULL")})
INSERT INTO sms (id, verification_id, send, digest, delivery, parts)
VALUES (:id, :verification, :send, :digest, 'sending', :parts)
ON CONFLICT (id) DO UPDATE SET digest = EXCLUDED.digest, delivery = 'sending'
WHERE sms.delivery = ANY(:replaceable) RETURNING id
""")
_CERTAIN = [DeliveryStatus.PENDING]
_IN_DOUBT = [*_CERTAIN, DeliveryStatus.SENDING, DeliveryStatus.UNKNOWN]


def prepare(session: Session, new: NewSms, *, again: bool = False) -> bool:
    """Record that this SMS is about to be handed over. Commit before doing so.

    False: it was sent, or may have been. ``again``: send it although it may have been.
    """
    row = {
        "id": new.id,
        "verification": new.verification_id,
        "send": new.send,
        "digest": new.digest,
        "parts": new.parts,
        "replaceable": _IN_DOUBT if again else _CERTAIN,
    }
    return session.execute(_PREPARE, row).one_or_none() is not None


_IS_UNDER_WAY = text("SELECT EXISTS (SELECT FROM sms WHERE id = :id AND delivery <> 'pending')")


def is_under_way(session: Session, verification_id: UUID, send: int) -> bool:
    """Return whether this SMS was sent, or may have been or may be at this moment."""
    row = {"id": sms_id(verification_id, send)}
    return bool(session.execute(_IS_UNDER_WAY, row).scalar_one())


_MARK = text("UPDATE sms SET delivery = :delivery WHERE id = :id AND delivery = 'sending'")


def mark_not_sent(session: Session, id_: UUID) -> None:
    """Record that the gateway certainly did not take it: the next attempt makes a new code."""
    session.execute(_MARK, {"id": id_, "delivery": DeliveryStatus.PENDING})


def mark_unknown(session: Session, id_: UUID) -> None:
    """Record that the gateway may have accepted it. Changes nothing once more is known."""
    session.execute(_MARK, {"id": id_, "delivery": DeliveryStatus.UNKNOWN})


@dataclass(frozen=True, slots=True)
class ReportedSms:
    """An SMS after a report on it."""

    verification_id: UUID
    send: int
    delivery: DeliveryStatus


_NEWS = "delivery = ANY(:replaced)"
_REPORT = text(f"""
UPDATE sms SET delivery = CASE WHEN {_NEWS} THEN :delivery ELSE delivery END,
    error = CASE WHEN {_NEWS} THEN COALESCE(:error, error) ELSE error END,
    reported_at = CASE WHEN {_NEWS} THEN clock_timestamp() ELSE reported_at END,
    provider_id = COALESCE(provider_id, :provider)
WHERE id = :id AND COALESCE(provider_id = :provider, TRUE)
RETURNING verification_id, send, delivery
""")


def report(
    session: Session,
    id_: UUID,
    delivery: DeliveryStatus,
    *,
    error: str | None = None,
    provider_id: str | None = None,
) -> ReportedSms | None:
    """Record a report on an SMS; returns the SMS as it is known then.

    Late, repeated and reordered reports change nothing. None: there is no such SMS, or the report
    is on another message of the gateway's.
    """
    row = {"id": id_, "delivery": delivery, "replaced": list(replaced_by(delivery))}
    row |= {"error": error, "provider": provider_id}
    found = session.execute(_REPORT, row).one_or_none()
    if found is None:
        return None
    verification_id, send, known = found
    return ReportedSms(verification_id, send, DeliveryStatus(known))
