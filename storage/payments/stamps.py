"""Table ``payment_stamp``: under which numbers a payment was handed to its bank."""

from secrets import randbelow
from uuid import UUID

from sqlalchemy import text

from storage.database import Connection, Session

_DIGITS = 20
_INSERT = text("INSERT INTO payment_stamp (stamp, payment_id) VALUES (:stamp, :payment)")
_LAST = text("""
SELECT stamp FROM payment_stamp WHERE payment_id = :payment ORDER BY made_at DESC LIMIT 1
""")


def new(session: Session, payment_id: UUID) -> str:
    """Make the stamp of a hand-over: 20 digits that nobody guesses."""
    least = 10 ** (_DIGITS - 1)
    stamp = str(least + randbelow(9 * least))
    session.execute(_INSERT, {"stamp": stamp, "payment": payment_id})
    return stamp


def last(connection: Connection | Session, payment_id: UUID) -> str | None:
    """Return the stamp of the last hand-over; None: there was none."""
    return connection.execute(_LAST, {"payment": payment_id}).scalar_one_or_none()
