"""Writes the names of persons and companies: labels, never keys.

A register's name counts first. Of somebody whom none names, the name of their own login does, and
else the one that the operator's systems gave.
"""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.identity import NamedBy
from domain.visible_text import is_blank

# A name that the register left out changes nothing.
# Only names that changed: a row that is not written is not locked either, and persons are shared
# by companies that others align at the same time. By id, for two that rename the same persons.
_RENAME = """
WITH changed AS MATERIALIZED (
    SELECT t.id, n.name
    FROM unnest(CAST(:ids AS uuid[]), CAST(:names AS text[])) AS n(id, name)
    JOIN {table} t ON t.id = n.id WHERE {differs} AND n.name <> '' {only}
    ORDER BY t.id FOR NO KEY UPDATE OF t
)
UPDATE {table} t SET name = c.name{also} FROM changed c WHERE t.id = c.id
"""
# A person who was erased meanwhile gets no name again.
_PERSONS = text(
    _RENAME.format(
        table="person",
        differs="(t.name <> n.name OR t.named_by IS DISTINCT FROM 'register')",
        only="AND t.erased_at IS NULL",
        also=", named_by = 'register'",
    )
)
_COMPANIES = text(_RENAME.format(table="company", differs="t.name <> n.name", only="", also=""))
_NAMED_BY_OTHERS = text("""
WITH changed AS MATERIALIZED (
    SELECT p.id, n.name
    FROM unnest(CAST(:ids AS uuid[]), CAST(:names AS text[])) AS n(id, name)
    JOIN person p ON p.id = n.id
    WHERE n.name <> '' AND p.name <> n.name AND p.erased_at IS NULL
      AND (p.name = '' OR p.named_by = 'operator'
           OR p.named_by = 'login' AND CAST(:by AS text) = 'login')
    ORDER BY p.id FOR NO KEY UPDATE OF p
)
UPDATE person p SET name = c.name, named_by = CAST(:by AS text) FROM changed c WHERE p.id = c.id
""")


def rename_persons(session: Session, names: Mapping[UUID, str]) -> None:
    """Give these persons the names that a register has, by id."""
    session.execute(_PERSONS, {"ids": list(names), "names": list(names.values())})


def rename_companies(session: Session, names: Mapping[UUID, str]) -> None:
    """Give these companies their names, by id."""
    session.execute(_COMPANIES, {"ids": list(names), "names": list(names.values())})


def name_unregistered(session: Session, names: Mapping[UUID, str], by: NamedBy) -> None:
    """Give these persons their names, by id, where nobody who counts for more gave another one.

    A name of which nothing is seen is none.
    """
    seen = {id_: name for id_, name in names.items() if not is_blank(name)}
    asked = {"ids": list(seen), "names": list(seen.values()), "by": by}
    session.execute(_NAMED_BY_OTHERS, asked)
