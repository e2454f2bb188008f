"""Writer and reader of ``authority_document``: papers on which an authority rests.

A document has no event of its own: the event of what rests on it holds its id.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.audit import Actor
from domain.authority_documents import AuthorityDocument, DocumentKind, NewDocument
from storage.database import Connection

_RECORD = text("""
INSERT INTO authority_document
    (id, kind, description, reference, issued_on, recorded_by, recorded_at)
VALUES (gen_random_uuid(), :kind, :description, :reference, :issued_on, :by, clock_timestamp())
RETURNING id
""")
_FIND = text("""
SELECT id, kind, description, reference, issued_on, recorded_by, recorded_at
FROM authority_document WHERE id = ANY(:ids)
""")

_FORGET = text("""
UPDATE authority_document SET description = '', reference = '' WHERE id = ANY(:ids)
""")


def record(session: Session, document: NewDocument, *, actor: Actor) -> UUID:
    """Record a document, which never changes but by an erasure; returns its id."""
    written = {
        "kind": document.kind,
        "description": document.description,
        "reference": document.reference,
        "issued_on": document.issued_on,
        "by": actor.id,
    }
    recorded: UUID = session.execute(_RECORD, written).scalar_one()
    return recorded


def find(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, AuthorityDocument]:
    """Return those of these documents that there are, by id."""
    rows = connection.execute(_FIND, {"ids": list(ids)})
    return {row.id: AuthorityDocument(row.id, DocumentKind(row.kind), *row[2:]) for row in rows}


def forget_texts(session: Session, ids: Iterable[UUID]) -> None:
    """Empty the texts of these documents: nothing that rests on them came about."""
    session.execute(_FORGET, {"ids": list(ids)})
