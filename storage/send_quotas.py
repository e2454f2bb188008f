"""Limits that hold across processes and restarts: so many in a time, counted in PostgreSQL.

The generic cell rate algorithm (ITU-T I.371): one row per subject says when everything used so far
will have come back; a use moves that moment on by one step and is refused where it would come to
lie further away than the whole span. So parallel callers get exactly what is allowed, and a
refusal knows when to try again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

from access.limits import Rate


class LimitReached(Exception):
    """No more for now. Leaves nothing used, if the transaction that raised it is rolled back."""

    def __init__(self, kind: str, retry_after: timedelta) -> None:
        super().__init__(kind)
        self.kind = kind
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a limit."""

    kind: str
    subject: str
    rate: Rate


_TAKE = text("""
INSERT INTO send_quota AS q (kind, subject, used_until)
VALUES (:kind, :subject, CAST(:at AS timestamptz) + :step)
ON CONFLICT (kind, subject) DO UPDATE SET used_until = GREATEST(q.used_until, :at) + :step
WHERE GREATEST(q.used_until, :at) + :step <= CAST(:at AS timestamptz) + :span
RETURNING used_until
""")


def take(session: Session, uses: Sequence[Use], *, at: datetime) -> None:
    """Use each of these limits once, or none of them. Raises LimitReached.

    Every caller names the kinds in the same order, so that no two can wait for each other.
    """
    for use in uses:
        asked = {"kind": use.kind, "subject": use.subject, "at": at}
        asked |= {"step": use.rate.step, "span": use.rate.span}
        if session.execute(_TAKE, asked).one_or_none() is None:
            used_until: datetime = session.execute(
                text("SELECT used_until FROM send_quota WHERE kind = :kind AND subject = :subject"),
                asked,
            ).scalar_one()
            raise LimitReached(use.kind, used_until + use.rate.step - use.rate.span - at)


def undo(session: Session, uses: Sequence[Use]) -> None:
    """Take back what ``take`` did: nothing came of it."""
    for use in uses:
        session.execute(
            text(
                "UPDATE send_quota SET used_until = used_until - CAST(:step AS interval)"
                " WHERE kind = :kind AND subject = :subject"
            ),
            {"kind": use.kind, "subject": use.subject, "step": use.rate.step},
        )


def give_back(session: Session, kind: str, subject: str) -> bool:
    """Forget what this subject has used; returns whether it had used anything."""
    freed = session.execute(
        text(
            "DELETE FROM send_quota WHERE kind = :kind AND subject = :subject"
            " AND used_until > clock_timestamp() RETURNING kind"
        ),
        {"kind": kind, "subject": subject},
    )
    return freed.one_or_none() is not None
