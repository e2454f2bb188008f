"""Export everything held about a person (GDPR Articles 15 and 20)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from domain.audit import Actor, EventKind
from domain.people.erasure import EXPORTED
from domain.people.held_data import BY_TABLE, HeldData
from services.errors import NotFound
from storage.audit import events
from storage.audit.events import NewEvent
from storage.database import Database, now
from storage.parties import people
from storage.people import export

FORMAT: Final = "volitus/person"
VERSION: Final = 1
"""Goes up where a reader of the last one would be misled; tables and columns may be added."""


@dataclass(frozen=True, slots=True)
class TableExport:
    """The rows of one table that are about the person, and why they are held."""

    about: HeldData
    rows: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class PersonExport:
    """Everything held about a person at a moment."""

    person_id: UUID
    exported_at: datetime
    tables: Mapping[str, TableExport]
    """By name; every table that may hold something about a person, empty ones too."""

    def as_json(self) -> dict[str, Any]:
        """Return the document, described in docs/data.md."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "person_id": str(self.person_id),
            "exported_at": export.as_text(self.exported_at),
            "data": {
                table: {
                    "holds": each.about.holds,
                    "why": each.about.why,
                    "kept": each.about.kept,
                    "rows": each.rows,
                }
                for table, each in self.tables.items()
            },
        }


def export_person(database: Database, person_id: UUID, *, actor: Actor) -> PersonExport:
    """Return everything held about a person, and record who had it exported.

    Recorded first: whatever becomes of the document, the history knows of it. Raises NotFound.
    """
    with database.reading() as connection:
        if people.find(connection, person_id) is None:
            raise NotFound
    with database.transaction() as session:
        event = NewEvent(
            EventKind.PERSON_EXPORTED, subject_id=person_id, person_id=person_id, reason=EXPORTED
        )
        events.append(session, [event], actor=actor)
    with database.reading() as connection:
        exported_at, found = now(connection), export.read(connection, person_id)
    if found is None:
        raise NotFound
    tables = {table: TableExport(BY_TABLE[table], rows) for table, rows in found.items()}
    return PersonExport(person_id, exported_at, tables)
