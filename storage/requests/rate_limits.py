"""Limits that hold across processes and restarts: so many in a time, counted in PostgreSQL.

The generic cell rate algorithm (ITU-T I.371): one row per subject says when everything used so far
will have come back; a use moves that moment on by one step and is refused where it would come to
lie further away than the whole span. So parallel callers get exactly what is allowed, and a
refusal knows when to try again.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

from domain.rates import Rate

_MICROSECOND = timedelta(microseconds=1)


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


_USES = """uses AS (
    SELECT * FROM jsonb_to_recordset(CAST(:uses AS jsonb))
        AS u(place int, kind text, subject text, step interval, span interval)
)"""

_TAKE = text(f"""
WITH {_USES}
INSERT INTO send_quota AS q (kind, subject, used_until)
SELECT kind, subject, CAST(:at AS timestamptz) + step FROM uses ORDER BY place
ON CONFLICT (kind, subject) DO UPDATE
SET used_until = GREATEST(q.used_until, :at) + (EXCLUDED.used_until - :at)
WHERE GREATEST(q.used_until, :at) + (EXCLUDED.used_until - :at) <= CAST(:at AS timestamptz)
    + (SELECT span FROM uses u WHERE u.kind = q.kind AND u.subject = q.subject)
RETURNING kind
""")

_UNDO = text(f"""
WITH {_USES}, used AS (
    SELECT kind, subject, step FROM send_quota q JOIN uses USING (kind, subject)
    ORDER BY place FOR UPDATE OF q
)
UPDATE send_quota q SET used_until = q.used_until - u.step
FROM used u WHERE q.kind = u.kind AND q.subject = u.subject
""")


def take(session: Session, uses: Sequence[Use], *, at: datetime) -> None:
    """Use each of these limits once, or none of them. Raises LimitReached for the first.

    No kind is named twice, and every caller names them in the same order, so that no two can wait
    for each other.
    """
    if not uses:
        return
    taken = set(session.execute(_TAKE, {"uses": _told(uses), "at": at}).scalars())
    refused = next((use for use in uses if use.kind not in taken), None)
    if refused is None:
        return
    used_until: datetime = session.execute(
        text("SELECT used_until FROM send_quota WHERE kind = :kind AND subject = :subject"),
        {"kind": refused.kind, "subject": refused.subject},
    ).scalar_one()
    rate = refused.rate
    raise LimitReached(refused.kind, used_until + rate.step - rate.span - at)


def _told(uses: Sequence[Use]) -> str:
    return json.dumps(
        [
            {
                "place": place,
                "kind": use.kind,
                "subject": use.subject,
                "step": f"{use.rate.step / _MICROSECOND:.0f} microseconds",
                "span": f"{use.rate.span / _MICROSECOND:.0f} microseconds",
            }
            for place, use in enumerate(uses)
        ]
    )


def undo(session: Session, uses: Sequence[Use]) -> None:
    """Take back what ``take`` did: nothing came of it."""
    session.execute(_UNDO, {"uses": _told(uses)})


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
