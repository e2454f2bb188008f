"""Papers on which an authority rests that no register states in a form that a machine reads."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

LONGEST_DESCRIPTION = 500
"""Characters of a description."""
LONGEST_REFERENCE = 100
"""Characters of a reference."""


class DocumentKind(StrEnum):
    """Kind of a paper that gives authority."""

    ARTICLES = "articles"
    """The articles of association."""
    DECISION = "decision"
    """A decision of the members, the board or a court."""
    POWER_OF_ATTORNEY = "power_of_attorney"
    REGISTER_EXTRACT = "register_extract"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A description of a paper. Its texts may name people; the history holds its id only."""

    kind: DocumentKind
    description: str
    """Its contents, in the words of the member of staff who read it."""
    reference: str
    """Where the operator keeps it: a file number, a place in an archive."""
    issued_on: date | None = None
    """The day that it bears; None: it bears none."""


@dataclass(frozen=True, slots=True)
class AuthorityDocument:
    """A recorded description of a paper. An erasure empties its texts."""

    id: UUID
    kind: DocumentKind
    description: str
    reference: str
    issued_on: date | None
    recorded_by: str
    """Id of the member of staff who recorded it."""
    recorded_at: datetime
