"""Writer of ``register_ending``: how much access register answers may take without a decision.

What they end, and what they suspend. A rolling budget for runs and logins together. A run is
counted as a whole before it is applied; one that a person releases is not counted.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from domain.registry.hold_limits import HoldLimits
from storage import locks
from storage.database import Session
from storage.locks import Purpose

_OPEN_GRANTS = text("""
SELECT (SELECT count(*) FROM access_grant WHERE upper_inf(validity) AND origin = 'register')
    + (SELECT count(*) FROM access_grant
       WHERE delegation_id IS NOT NULL
         AND (upper_inf(validity) OR upper(validity) > clock_timestamp()))
""")

_RECENTLY = text("""
SELECT COALESCE(sum(grants), 0) FROM register_ending
WHERE at > clock_timestamp() - :window
  AND (run_id IS NULL OR run_id IS DISTINCT FROM CAST(:run AS uuid))
""")

_COUNT = text("""
INSERT INTO register_ending (id, at, run_id, grants)
VALUES (gen_random_uuid(), clock_timestamp(), :run, :grants)
ON CONFLICT (run_id) DO UPDATE SET grants = EXCLUDED.grants
""")


@dataclass(frozen=True, slots=True)
class Exceeded:
    """Ends that are beyond the limits: of how many grants, after how many within the window."""

    open_grants: int
    recently: int


def open_grants(session: Session) -> int:
    """Return how many grants register answers could end or suspend, suspended ones included.

    Those of origin ``register`` that are open, and delegated ones that are not over.
    """
    number: int = session.execute(_OPEN_GRANTS).scalar_one()
    return number


def spend(
    session: Session, limits: HoldLimits, ending: int, *, of: int, run_id: UUID | None = None
) -> Exceeded | None:
    """Count these ends, of ``of`` open grants; Exceeded: beyond the limits, and not counted.

    Whoever else ends access waits until the caller's transaction is over, so that together they
    stay within the limits. Companies are locked before. Idempotent for a run.
    """
    if not ending:
        return None
    locks.lock(session, Purpose.REGISTER_ENDING)
    parameters = {"window": limits.window, "run": run_id}
    recently = int(session.execute(_RECENTLY, parameters).scalar_one())
    if limits.exceeded(ending, of, recently):
        return Exceeded(of, recently)
    session.execute(_COUNT, {"run": run_id, "grants": ending})
    return None
