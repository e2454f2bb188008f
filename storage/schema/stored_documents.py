"""Tables of documents that are kept, and of their bytes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from domain.documents.kinds import DocumentKind
from domain.numbers.sms_texts import Language
from storage.schema.columns import key, moment, one_of, row_of, words


class StoredDocumentRow(SQLModel, table=True):
    """A document that is kept, or was. Its row stays when its bytes are erased."""

    __tablename__ = "stored_document"
    __table_args__ = (
        one_of("kind", DocumentKind),
        one_of("language", Language),
        UniqueConstraint("subject_id", "kind", "sha256"),
        Index("ix_stored_document_account_id", "account_id"),
        Index("ix_stored_document_held", "subject_id", "id", postgresql_where=text("legal_hold")),
        Index(
            "ix_stored_document_keep_until",
            "keep_until",
            postgresql_where=text("erased_at IS NULL AND NOT legal_hold"),
        ),
    )

    id: UUID = key()
    kind: str = words()
    account_id: UUID = row_of("account.id")
    subject_id: UUID
    """The contract that it is about."""
    sha256: str = words()
    """Of its bytes, in hexadecimal digits."""
    size: int
    """Bytes."""
    content_type: str = words()
    language: str = words()
    created_at: datetime = moment(default_now=True)
    keep_until: datetime | None = moment(nullable=True)
    """When it is erased; NULL: what it is about has not ended."""
    legal_hold: bool = False
    erased_at: datetime | None = moment(nullable=True)


class DocumentContentRow(SQLModel, table=True):
    """The bytes of a document, apart: lists of documents never read them."""

    __tablename__ = "document_content"

    document_id: UUID = Field(primary_key=True, foreign_key="stored_document.id")
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
