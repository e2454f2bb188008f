"""Who has access today by the operator's old system, as its file says, line by line."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.access.permissions import Permission
from domain.identifiers import PersonKey


@dataclass(frozen=True, slots=True)
class OldAccess:
    """Access that one person has by the old system. Lines about the same add up."""

    person: PersonKey
    account_reference: str
    role: str
    """Name of the role that the permissions came from, or ``composed``."""
    permissions: frozenset[Permission]
    service_id: UUID | None = None
    """None, and no ``number`` either: the whole account."""
    number: str | None = None
    """The service's number in E.164, where the old system knows no id of ours."""


class Finding(StrEnum):
    """What the two systems say about one person on one account, or on one service of it."""

    SAME = "same"
    ONLY_OLD = "only_old"
    """The old system gives access, Volitus none."""
    DIFFERENT = "different"
    """Both give access, and not the same permissions."""
    ONLY_VOLITUS = "only_volitus"


class Unplaced(StrEnum):
    """Why a line is about nothing that is known here."""

    ACCOUNT_UNKNOWN = "account_unknown"
    SERVICE_UNKNOWN = "service_unknown"
    PERSON_UNKNOWN = "person_unknown"


UNPLACED_TEXTS: dict[Unplaced, str] = {
    Unplaced.ACCOUNT_UNKNOWN: "No account here has this customer number: import accounts first",
    Unplaced.SERVICE_UNKNOWN: "No such service is on this account: import services first",
    Unplaced.PERSON_UNKNOWN: "Nobody is known here by this personal code",
}
