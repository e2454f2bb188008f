"""Reads which signing rules wait for an officer, and which are read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import text

from domain.identifiers import CompanyKey
from storage.database import Connection


class RuleWaitsFor(StrEnum):
    """What a signing rule waits for."""

    READING = "reading"
    """It stands in words, and no officer has recorded how it is read."""
    CONFIRMATION = "confirmation"
    """A second officer is to confirm how it is read."""
    LOOK = "look"
    """Everyone needed has confirmed something, and an officer is to look at the groups first."""


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A company's signing rule in the list of officers."""

    company_id: UUID
    company: CompanyKey
    company_name: str
    as_of: datetime
    """When the register last confirmed it."""
    opaque: bool
    """It stands in words that only a person can read."""
    waits_for: Sequence[RuleWaitsFor]
    read_through: date | None
    """The last day of the reading that applies; None: none does."""


# What waits for a look: the companies of approvals. All others: those whose accounts are active.
_RULES = text("""
WITH asked AS (
    SELECT s.company_id FROM register_state s
    WHERE upper_inf(s.in_force) AND s.state @> '{"opaque": true}'
      AND (CAST(:after AS uuid) IS NULL OR s.company_id > :after)
      AND EXISTS (
          SELECT FROM account a WHERE a.company_id = s.company_id AND a.status = 'active')
    UNION
    SELECT company_id FROM approval WHERE state = 'awaiting_officer' AND ended_at IS NULL
      AND lapses_at > statement_timestamp()
      AND (CAST(:after AS uuid) IS NULL OR company_id > :after)
), rule AS (
    SELECT s.company_id, c.country, c.code, c.name, s.as_of,
           CAST(s.state ->> 'opaque' AS boolean) AS opaque,
           EXISTS (
               SELECT FROM signing_rule_reading r
               WHERE r.company_id = s.company_id AND r.state = 'proposed'
                 AND r.register_state_id = s.id AND r.ends_at > statement_timestamp()
           ) AS proposed, (
               SELECT r.through_day FROM signing_rule_reading r
               WHERE r.company_id = s.company_id AND r.state = 'confirmed'
                 AND r.register_state_id = s.id AND r.ends_at > statement_timestamp()
           ) AS read_through, EXISTS (
               SELECT FROM approval p
               WHERE p.company_id = s.company_id AND p.state = 'awaiting_officer'
                 AND p.ended_at IS NULL AND p.lapses_at > statement_timestamp()
           ) AND NOT EXISTS (
               SELECT FROM signing_rule_look l
               WHERE l.company_id = s.company_id AND l.digest = s.digest
           ) AS look
    FROM asked
    JOIN register_state s ON s.company_id = asked.company_id AND upper_inf(s.in_force)
    JOIN company c ON c.id = s.company_id
), waiting AS (
    SELECT *, array_remove(ARRAY[
        CASE WHEN opaque AND NOT proposed AND read_through IS NULL THEN 'reading' END,
        CASE WHEN proposed THEN 'confirmation' END, CASE WHEN look THEN 'look' END
    ], NULL) AS waits_for FROM rule
)
SELECT company_id, country, code, name, as_of, opaque, waits_for, read_through FROM waiting
WHERE CAST(:waits_for AS text) IS NULL OR :waits_for = ANY(waits_for)
ORDER BY company_id LIMIT :limit
""")


def rules(
    connection: Connection, *, waits_for: RuleWaitsFor | None, after: UUID | None, limit: int
) -> Sequence[RuleLine]:
    """Return signing rules that wait for an officer, or that officers have read, by company.

    ``waits_for``: those only that wait for this. ``after``: the last company of the page before.
    """
    asked = {"waits_for": waits_for, "after": after, "limit": limit}
    return [
        RuleLine(
            row.company_id,
            CompanyKey(row.country, row.code),
            row.name,
            row.as_of,
            row.opaque,
            [RuleWaitsFor(each) for each in row.waits_for],
            row.read_through,
        )
        for row in connection.execute(_RULES, asked)
    ]
