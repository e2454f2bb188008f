"""Table of papers on which an authority rests."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import SQLModel

from domain.authority_documents import DocumentKind
from storage.schema.columns import key, moment, one_of, words


class AuthorityDocumentRow(SQLModel, table=True):
    """A description of a paper that gives authority. An erasure empties its texts."""

    __tablename__ = "authority_document"
    __table_args__ = (one_of("kind", DocumentKind),)

    id: UUID = key()
    kind: str = words()
    description: str = words()
    """Its contents, in the words of whoever recorded it."""
    reference: str = words()
    """Where the operator keeps the paper."""
    issued_on: date | None = None
    recorded_by: str = words()
    """Id of the member of staff."""
    recorded_at: datetime = moment()
