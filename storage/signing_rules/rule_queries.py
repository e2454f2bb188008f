"""Reads which signing rules wait for an officer, and which are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text

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


_NOW = "statement_timestamp()"
_LIVES = f"""r.company_id = s.company_id AND r.register_state_id = s.id AND r.ends_at > {_NOW}
    AND r.state"""
_READ = f"EXISTS (SELECT FROM signing_rule_reading r WHERE {_LIVES} IN ('proposed', 'confirmed'))"
_PROPOSED = f"EXISTS (SELECT FROM signing_rule_reading r WHERE {_LIVES} = 'proposed')"
_NOT_LOOKED_AT = """NOT EXISTS (
    SELECT FROM signing_rule_look l WHERE l.company_id = s.company_id AND l.digest = s.digest)"""
_AWAITED = f"""p.company_id = s.company_id AND p.state = 'awaiting_officer' AND p.ended_at IS NULL
    AND p.lapses_at > {_NOW}"""


def _page(which: str) -> str:
    """SQL: companies whose rule ``s`` is such, as many as fit on the page."""
    return f"""(
    SELECT s.company_id FROM register_state s
    WHERE upper_inf(s.in_force) AND {which}
      AND s.company_id > COALESCE(CAST(:after AS uuid), CAST(:first AS uuid))
    ORDER BY s.company_id LIMIT :limit)"""


_IN_WORDS = """s.state @> '{"opaque": true}' AND EXISTS (
    SELECT FROM account a WHERE a.company_id = s.company_id AND a.status = 'active')"""
_WORDS = _page(_IN_WORDS)
_UNREAD = _page(f"{_IN_WORDS} AND NOT {_READ}")
_TO_CONFIRM = _page(f"{_IN_WORDS} AND {_PROPOSED}")
_AWAITING = _page(f"EXISTS (SELECT FROM approval p WHERE {_AWAITED})")
_TO_LOOK_AT = _page(f"EXISTS (SELECT FROM approval p WHERE {_AWAITED}) AND {_NOT_LOOKED_AT}")


def _listing(companies: str) -> TextClause:
    return text(f"""
    WITH asked AS ({companies}), rule AS (
        SELECT s.*, c.country, c.code, c.name, s.state @> '{{"opaque": true}}' AS opaque
        FROM asked
        JOIN register_state s ON s.company_id = asked.company_id AND upper_inf(s.in_force)
        JOIN company c ON c.id = s.company_id
        ORDER BY s.company_id LIMIT :limit
    )
    SELECT s.company_id, s.country, s.code, s.name, s.as_of, s.opaque,
           array_remove(ARRAY[
               CASE WHEN s.opaque AND NOT {_READ} THEN 'reading' END,
               CASE WHEN {_PROPOSED} THEN 'confirmation' END,
               CASE WHEN EXISTS (SELECT FROM approval p WHERE {_AWAITED}) AND {_NOT_LOOKED_AT}
                    THEN 'look' END], NULL),
           (SELECT r.through_day FROM signing_rule_reading r WHERE {_LIVES} = 'confirmed')
    FROM rule s ORDER BY s.company_id
    """)


_RULES: Mapping[RuleWaitsFor | None, TextClause] = {
    None: _listing(f"{_WORDS} UNION {_AWAITING}"),
    RuleWaitsFor.READING: _listing(_UNREAD),
    RuleWaitsFor.CONFIRMATION: _listing(_TO_CONFIRM),
    RuleWaitsFor.LOOK: _listing(_TO_LOOK_AT),
}


def rules(
    connection: Connection, *, waits_for: RuleWaitsFor | None, after: UUID | None, limit: int
) -> Sequence[RuleLine]:
    """Return signing rules that wait for an officer, or that officers have read, by company.

    ``waits_for``: those only that wait for this. ``after``: the last company of the page before.
    """
    asked = {"after": after, "first": UUID(int=0), "limit": limit}
    return [_line(*row) for row in connection.execute(_RULES[waits_for], asked)]


def _line(*columns: Any) -> RuleLine:
    company_id, country, code, name, as_of, opaque, waits_for, read_through = columns
    company = CompanyKey(country, code)
    waits = [RuleWaitsFor(each) for each in waits_for]
    return RuleLine(company_id, company, name, as_of, opaque, waits, read_through)
