"""Writes the table ``sms``: one row for each SMS, with a code or a notice, and its delivery.

A handed-over SMS whose worker died, or whose answer was lost, has an unknown outcome. It is never
sent again by itself: the gateway's report says, or the person requests another code, or an operator
decides.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import text
from sqlmodel import Session

from domain.numbers.verifications import DeliveryStatus, replaced_by
from storage.processes import processes


def sms_id(process_id: UUID, send: int = 1) -> UUID:
    """Id of SMS number ``send`` of a verification or notice: the same on every attempt to send."""
    return uuid5(process_id, str(send))


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

    def as_row(self) -> dict[str, Any]:
        """Return what the table holds of it."""
        about = {"process": self.verification_id, "verification": self.verification_id}
        return about | {"notice": None, "send": self.send, "digest": self.digest}


@dataclass(frozen=True, slots=True)
class NewNoticeSms:
    """The one SMS of a notice, about to be handed over."""

    notice_id: UUID
    parts: int

    @property
    def id(self) -> UUID:
        """See ``sms_id``."""
        return sms_id(self.notice_id)

    def as_row(self) -> dict[str, Any]:
        """Return what the table holds of it."""
        about = {"process": self.notice_id, "notice": self.notice_id}
        return about | {"verification": None, "send": 1, "digest": None}


_PREPARE = text(f"""
WITH process AS ({processes.mark_running(":process", "NULL")})
INSERT INTO sms (id, verification_id, notice_id, send, digest, delivery, parts)
VALUES (:id, :verification, :notice, :send, :digest, 'sending', :parts)
ON CONFLICT (id) DO UPDATE SET digest = EXCLUDED.digest, delivery = 'sending'
WHERE sms.delivery = ANY(:replaceable) RETURNING id
""")
_CERTAIN = [DeliveryStatus.PENDING]
_IN_DOUBT = [*_CERTAIN, DeliveryStatus.SENDING, DeliveryStatus.UNKNOWN]


def prepare(session: Session, new: NewSms | NewNoticeSms, *, again: bool = False) -> bool:
    """Record that this SMS is about to be handed over. Commit before doing so.

    False: it was sent, or may have been. ``again``: send it although it may have been.
    """
    row = new.as_row() | {
        "id": new.id,
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

    verification_id: UUID | None
    notice_id: UUID | None
    """Exactly one of the two."""
    send: int
    delivery: DeliveryStatus


_NEWS = "delivery = ANY(:replaced)"
_REPORT = text(f"""
UPDATE sms SET delivery = CASE WHEN {_NEWS} THEN :delivery ELSE delivery END,
    error = CASE WHEN {_NEWS} THEN COALESCE(:error, error) ELSE error END,
    reported_at = CASE WHEN {_NEWS} THEN clock_timestamp() ELSE reported_at END,
    provider_id = COALESCE(provider_id, :provider)
WHERE id = :id AND COALESCE(provider_id = :provider, TRUE)
RETURNING verification_id, notice_id, send, delivery
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
    verification_id, notice_id, send, known = found
    return ReportedSms(verification_id, notice_id, send, DeliveryStatus(known))
