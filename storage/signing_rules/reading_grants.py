"""Aligns grants with readings of signing rules.

Set-based and idempotent: afterwards each active account of these companies has exactly the grants
that the companies' confirmed readings give. A reading that runs out needs nothing: its grants end
with it, by their own validity.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from domain.access.grants import Origin
from domain.audit import Actor
from domain.reasons import Reason
from domain.signing_rules import readings
from domain.signing_rules.readings import Reading
from domain.signing_rules.states import ReadingState
from storage.access import grants
from storage.access.grants import Ending, GrantChange, Starting
from storage.database import Session

_LASTING = "(upper_inf(g.validity) OR upper(g.validity) > clock_timestamp())"
_TO_END = text(f"""
SELECT g.id, r.state, s.id AS register_state
FROM signing_rule_reading r
JOIN account a ON a.company_id = r.company_id
JOIN access_grant g ON g.account_id = a.id AND g.origin = 'operator' AND g.proof = r.id
LEFT JOIN register_state s ON s.company_id = r.company_id AND upper_inf(s.in_force)
WHERE r.company_id = ANY(:companies) AND r.state <> 'confirmed' AND {_LASTING}
ORDER BY g.id
""")
# The accounts are locked, so that none is closed or moved away before its grant is there.
_TO_START = text(f"""
SELECT a.id AS account_id, m.person_id, m.role, r.id AS reading_id, r.register_state_id,
       r.through_day, r.ends_at
FROM signing_rule_reading r
JOIN (SELECT DISTINCT reading_id, person_id, role FROM signing_rule_member) m
    ON m.reading_id = r.id
JOIN account a ON a.company_id = r.company_id
WHERE r.company_id = ANY(:companies) AND r.state = 'confirmed' AND r.ends_at > clock_timestamp()
  AND a.status = 'active'
  AND NOT EXISTS (
      SELECT FROM access_grant g
      WHERE g.account_id = a.id AND g.person_id = m.person_id AND g.role = m.role
        AND g.origin = 'operator' AND g.proof = r.id AND {_LASTING})
ORDER BY a.id, m.person_id FOR SHARE OF a
""")


@dataclass(frozen=True, slots=True)
class ReadingChanges:
    """Grants that were started and ended."""

    started: Sequence[GrantChange]
    ended: Sequence[GrantChange]


def align(session: Session, company_ids: Sequence[UUID], *, actor: Actor) -> ReadingChanges:
    """Align every account of these companies with their readings. The companies are locked."""
    asked = {"companies": list(company_ids)}
    to_end = [
        Ending(row.id, _why_over(ReadingState(row.state)).as_json(), row.register_state)
        for row in session.execute(_TO_END, asked)
    ]
    ended = grants.end(session, to_end, actor=actor)
    to_start = [
        Starting(
            row.person_id,
            row.account_id,
            row.role,
            Origin.OPERATOR,
            readings.read_because(
                Reading(row.reading_id, (), row.register_state_id, row.through_day)
            ).as_json(),
            row.reading_id,
            until=row.ends_at,
        )
        for row in session.execute(_TO_START, asked)
    ]
    return ReadingChanges(grants.start(session, to_start, actor=actor), ended)


def _why_over(state: ReadingState) -> Reason:
    return readings.CHANGED if state is ReadingState.VOID else readings.ENDED
