"""Writes the names of persons and companies as the register has them: labels, never keys."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

# A name that the register left out changes nothing.
# Only names that changed: a row that is not written is not locked either, and persons are shared
# by companies that others align at the same time. By id, for two that rename the same persons.
_RENAME = """
WITH changed AS MATERIALIZED (
    SELECT t.id, n.name
    FROM unnest(CAST(:ids AS uuid[]), CAST(:names AS text[])) AS n(id, name)
    JOIN {table} t ON t.id = n.id WHERE t.name <> n.name AND n.name <> '' {only}
    ORDER BY t.id FOR NO KEY UPDATE OF t
)
UPDATE {table} t SET name = c.name FROM changed c WHERE t.id = c.id
"""
# A person who was erased meanwhile gets no name again.
_PERSONS = text(_RENAME.format(table="person", only="AND t.erased_at IS NULL"))
_COMPANIES = text(_RENAME.format(table="company", only=""))


def rename_persons(session: Session, names: Mapping[UUID, str]) -> None:
    """Give these persons their names, by id."""
    session.execute(_PERSONS, {"ids": list(names), "names": list(names.values())})


def rename_companies(session: Session, names: Mapping[UUID, str]) -> None:
    """Give these companies their names, by id."""
    session.execute(_COMPANIES, {"ids": list(names), "names": list(names.values())})
