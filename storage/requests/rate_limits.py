"""Rate limits that hold across processes and restarts, counted in PostgreSQL.

The generic cell rate algorithm (ITU-T I.371): one row per subject says when all uses so far will
have come back. A use moves that moment on by one step, and is refused if the moment would then be
further away than the whole span. So parallel callers get exactly what is allowed, and a refusal
says when to try again.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

from domain.rates import LimitReached, Use

_MICROSECOND = timedelta(microseconds=1)

_USES = """uses AS (
    SELECT * FROM jsonb_to_recordset(CAST(:uses AS jsonb))
        AS u(place int, kind text, subject text, step interval, span interval)
)"""
_AT = "COALESCE(CAST(:at AS timestamptz), clock_timestamp())"
_OWN = "uses u WHERE u.kind = r.kind AND u.subject = r.subject"

_TAKE = text(f"""
WITH {_USES}, moment AS MATERIALIZED (SELECT {_AT} AS at)
INSERT INTO rate_limit AS r (kind, subject, used_until)
SELECT kind, subject, m.at + step FROM uses CROSS JOIN moment m ORDER BY place
ON CONFLICT (kind, subject) DO UPDATE
SET used_until = GREATEST(r.used_until, (SELECT at FROM moment)) + (SELECT step FROM {_OWN})
WHERE GREATEST(r.used_until, (SELECT at FROM moment)) + (SELECT step FROM {_OWN})
    <= (SELECT at FROM moment) + (SELECT span FROM {_OWN})
RETURNING kind
""")
_USED_UNTIL = text(f"""
SELECT used_until - {_AT} AS used_for FROM rate_limit WHERE kind = :kind AND subject = :subject
""")

_UNDO = text(f"""
WITH {_USES}, used AS (
    SELECT kind, subject, step FROM rate_limit r JOIN uses USING (kind, subject)
    ORDER BY place FOR UPDATE OF r
)
UPDATE rate_limit r SET used_until = r.used_until - u.step
FROM used u WHERE r.kind = u.kind AND r.subject = u.subject
""")
_FORGET = text("""
DELETE FROM rate_limit
WHERE kind = :kind AND subject = :subject AND used_until > clock_timestamp() RETURNING kind
""")


def take(session: Session, uses: Sequence[Use], *, at: datetime | None = None) -> None:
    """Use each of these limits once, or none of them. Raises LimitReached for the first used up.

    ``at``: None takes the database's clock. No kind is named twice, and every caller names them in
    the same order, so that no two wait for each other.
    """
    if not uses:
        return
    taken = set(session.execute(_TAKE, {"uses": _as_json(uses), "at": at}).scalars())
    refused = next((use for use in uses if use.kind not in taken), None)
    if refused is None:
        return
    subject = {"kind": refused.kind, "subject": refused.subject, "at": at}
    used_for: timedelta = session.execute(_USED_UNTIL, subject).scalar_one()
    rate = refused.rate
    raise LimitReached(refused.kind, used_for + rate.step - rate.span)


def undo(session: Session, uses: Sequence[Use]) -> None:
    """Return one use of each limit: nothing was sent."""
    session.execute(_UNDO, {"uses": _as_json(uses)})


def forget(session: Session, kind: str, subject: str) -> bool:
    """Forget what this subject has used; returns whether it had used anything."""
    freed = session.execute(_FORGET, {"kind": kind, "subject": subject})
    return freed.one_or_none() is not None


def _as_json(uses: Sequence[Use]) -> str:
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
