"""Find or create persons and companies by key."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlmodel import Session

from domain.identifiers import CompanyKey, PersonKey

_FIND = """
WITH asked AS (
    SELECT DISTINCT country, code
    FROM unnest(CAST(:countries AS text[]), CAST(:codes AS text[])) AS k(country, code)
), made AS (
    INSERT INTO {table} (id, country, code)
    SELECT gen_random_uuid(), country, code FROM asked ORDER BY country, code
    ON CONFLICT (country, code) DO NOTHING
    RETURNING id, country, code
)
SELECT id, country, code FROM made
UNION ALL
SELECT t.id, t.country, t.code FROM {table} t JOIN asked USING (country, code)
"""
_COMPANIES = text(_FIND.format(table="company"))
_PERSONS = text(_FIND.format(table="person"))


def company_ids(session: Session, keys: Iterable[CompanyKey]) -> dict[CompanyKey, UUID]:
    """Return the id of each company, created where it is new."""
    return {CompanyKey(*key): found for key, found in _find(session, _COMPANIES, keys).items()}


def person_ids(session: Session, keys: Iterable[PersonKey]) -> dict[PersonKey, UUID]:
    """Return the id of each person, created where it is new."""
    return {PersonKey(*key): found for key, found in _find(session, _PERSONS, keys).items()}


def _find(
    session: Session, statement: TextClause, keys: Iterable[CompanyKey | PersonKey]
) -> dict[tuple[str, str], UUID]:
    asked = sorted({(key.country, key.code) for key in keys})
    if not asked:
        return {}
    parameters = {"countries": [a[0] for a in asked], "codes": [a[1] for a in asked]}
    found: dict[tuple[str, str], UUID] = {}
    # Under READ COMMITTED, neither half of the statement sees a row that another transaction
    # created meanwhile; the next run sees it, since the conflict waited for that commit.
    while len(found) < len(asked):
        rows = session.execute(statement, parameters)
        found.update({(row.country, row.code): row.id for row in rows})
    return found
