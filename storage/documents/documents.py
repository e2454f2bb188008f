"""Writer and reader of ``stored_document`` and ``document_content``."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from domain.documents.kinds import CONTENT_TYPES, DocumentKind
from domain.numbers.sms_texts import Language
from storage.database import Connection, Session

_COLUMNS = (
    "id, kind, account_id, subject_id, sha256, size, content_type, language, created_at,"
    " keep_until, legal_hold, erased_at"
)
_STORE = text("""
INSERT INTO stored_document
    (id, created_at, kind, account_id, subject_id, sha256, size, content_type, language,
    legal_hold, keep_until)
VALUES (gen_random_uuid(), clock_timestamp(), :kind, :account_id, :subject_id, :sha256, :size,
        :content_type,
        :language, EXISTS (
            SELECT FROM stored_document h WHERE h.subject_id = :subject_id AND h.legal_hold), (
            SELECT max(h.keep_until) FROM stored_document h WHERE h.subject_id = :subject_id))
ON CONFLICT (subject_id, kind, sha256) DO NOTHING
RETURNING id
""")
_CONTENT = text("INSERT INTO document_content (document_id, content) VALUES (:id, :content)")
_STORED = text("""
SELECT id FROM stored_document
WHERE subject_id = :subject_id AND kind = :kind AND sha256 = :sha256
""")
_READ = text("SELECT content FROM document_content WHERE document_id = :id")
_FIND = text(f"SELECT {_COLUMNS} FROM stored_document WHERE id = :id")
_OF_SUBJECT = text(f"""
SELECT {_COLUMNS} FROM stored_document WHERE subject_id = :subject_id ORDER BY created_at, kind, id
""")


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document to be kept. ``subject_id``: the contract that it is about."""

    kind: DocumentKind
    account_id: UUID
    subject_id: UUID
    language: Language
    content: bytes

    @property
    def sha256(self) -> str:
        """Of its bytes, in hexadecimal digits."""
        return _sha256(self.content)


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document without its bytes; ``sha256`` in hexadecimal digits, ``size`` in bytes."""

    id: UUID
    kind: DocumentKind
    account_id: UUID
    subject_id: UUID
    sha256: str
    size: int
    content_type: str
    language: Language
    created_at: datetime
    keep_until: datetime | None
    """When it is erased; None: what it is about has not ended."""
    legal_hold: bool
    erased_at: datetime | None


class DocumentDamaged(Exception):
    """The bytes in the database are not those that were stored."""


def store(session: Session, document: NewDocument) -> UUID:
    """Store a document; returns its id. Idempotent by subject, kind and bytes.

    One that was erased meanwhile stays erased. Of a contract under a legal hold it is held, too; of
    one that has ended it is kept for as long as the contract's other documents.
    """
    written = {
        "kind": document.kind,
        "account_id": document.account_id,
        "subject_id": document.subject_id,
        "sha256": document.sha256,
        "size": len(document.content),
        "content_type": CONTENT_TYPES[document.kind],
        "language": document.language,
    }
    id_: UUID | None = session.execute(_STORE, written).scalar_one_or_none()
    if id_ is None:
        stored: UUID = session.execute(_STORED, written).scalar_one()
        return stored
    session.execute(_CONTENT, {"id": id_, "content": document.content})
    return id_


def find(connection: Connection, document_id: UUID) -> StoredDocument | None:
    """Return a document without its bytes; None: there is none."""
    row = connection.execute(_FIND, {"id": document_id}).one_or_none()
    return None if row is None else _document(row)


def of_subject(connection: Connection, subject_id: UUID) -> Sequence[StoredDocument]:
    """Return the documents of a contract, the oldest first."""
    rows = connection.execute(_OF_SUBJECT, {"subject_id": subject_id})
    return [_document(row) for row in rows]


def read(connection: Connection, document: StoredDocument) -> bytes | None:
    """Return the bytes of a document; None: they are erased. Raises DocumentDamaged."""
    content: bytes | None = connection.execute(_READ, {"id": document.id}).scalar_one_or_none()
    if content is not None and _sha256(content) != document.sha256:
        raise DocumentDamaged(str(document.id))
    return content


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _document(row: Sequence[object]) -> StoredDocument:
    found = StoredDocument(*row)  # type: ignore[arg-type]
    return replace(found, kind=DocumentKind(found.kind), language=Language(found.language))
