"""Models of papers on which an authority rests."""

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import Field

from api.http.schemas import Erasable, RequestModel, ResponseModel, SingleLine
from domain import authority_documents
from domain.authority_documents import (
    LONGEST_DESCRIPTION,
    LONGEST_REFERENCE,
    DocumentKind,
    NewDocument,
)


class AuthorityDocumentInput(RequestModel):
    """A paper on which an authority rests. Its texts stand beside the history, for staff alone."""

    kind: DocumentKind = Field(description="What kind of paper it is.")
    description: SingleLine = Field(
        min_length=3, max_length=LONGEST_DESCRIPTION, description="What the paper says."
    )
    reference: SingleLine = Field(
        min_length=1,
        max_length=LONGEST_REFERENCE,
        description="Where the paper is kept: a file number, a place in an archive.",
    )
    issued_on: date | None = Field(None, description="The day that the paper bears, if it does.")

    def document(self) -> NewDocument:
        """Return the document to record."""
        return NewDocument(self.kind, self.description, self.reference, self.issued_on)


class AuthorityDocument(ResponseModel):
    """A paper on which an authority rests."""

    id: UUID
    kind: DocumentKind = Field(description="What kind of paper it is.")
    description: Erasable = Field(description="Null: it is erased, or this answers a POST.")
    reference: Erasable = Field(description="Null: it is erased, or this answers a POST.")
    issued_on: date | None = Field(
        description="The day on which it was issued. Null: it is not known."
    )

    @classmethod
    def of(cls, found: authority_documents.AuthorityDocument) -> Self:
        return cls(
            id=found.id,
            kind=found.kind,
            description=found.description or None,
            reference=found.reference or None,
            issued_on=found.issued_on,
        )
