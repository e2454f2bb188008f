"""Values of the register sync: what a run reads, its state, its counts and its preview."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class SyncSource(StrEnum):
    """Source that a run reads to find the companies that may have changed."""

    FILE = "file"
    """The register's whole file, compared with the last one."""
    CHANGES = "changes"
    """The register's list of changes."""
    CHECK = "check"
    """Every company that is a customer."""
    COMPANY = "company"
    """One company, named in the subject of the run, see ``company_subject``."""


def company_subject(company_id: UUID, at: datetime) -> str:
    """Form the subject of a run about one company: it is checked once an hour at most."""
    return f"{company_id}:{at:%Y-%m-%dT%HZ}"


def requested_company_subject(company_id: UUID, request_id: UUID) -> str:
    """Form the subject of a run about one company that operations request."""
    return f"{company_id}:requested-{request_id}"


LOGIN_MARK = ":login-"
"""Is in the subject of each run that a login opens, and of no other."""


def login_subject(company_id: UUID, at: datetime) -> str:
    """Form the subject of a run about one company that a login opens: one of its own."""
    return f"{company_id}{LOGIN_MARK}{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def company_of(subject: str) -> UUID:
    """Return the company of a subject of a run of source ``company``."""
    return UUID(subject.partition(":")[0])


class RequestableSource(StrEnum):
    """Source that operations may have read besides the schedule."""

    FILE = SyncSource.FILE
    CHANGES = SyncSource.CHANGES
    CHECK = SyncSource.CHECK


class SyncState(StrEnum):
    """State of a run."""

    RUNNING = "running"
    HELD = "held"
    """Waits for a person: it would end too much access."""
    FINISHED = "finished"
    UNCHANGED = "unchanged"
    """Ended: the source had nothing new."""
    REFUSED = "refused"
    """Ended: the source cannot be trusted."""
    REJECTED = "rejected"
    """Ended by a person's decision, with nothing applied."""
    FAILED = "failed"

    @property
    def is_open(self) -> bool:
        """True until the run has ended."""
        return self in {SyncState.RUNNING, SyncState.HELD}


class SyncWait(StrEnum):
    """What an open run waits for."""

    DECISION = "decision"
    """A person releases or rejects it."""
    SOURCE = "source"
    """Its source is read."""
    REGISTER = "register"
    """The register answers about each company."""
    QUERIES = "queries"
    """The day's queries to the register are used up: the next day."""


class SyncDecision(StrEnum):
    """Decision about a held run."""

    RELEASE = "release"
    REJECT = "reject"


class SyncChangeKind(StrEnum):
    """Why a run queries the register about a company."""

    APPEARED = "appeared"
    CHANGED = "changed"
    VANISHED = "vanished"
    LISTED = "listed"
    """The list of changes names it."""
    CHECKED = "checked"
    """Every customer is checked."""
    CUSTOMER = "customer"
    """Customer that was never queried about, or is named in the request."""
    AGAIN = "again"
    """An earlier run could not query about it."""


class SyncChangeState(StrEnum):
    """Progress of a run with a company."""

    PENDING = "pending"
    ANSWERED = "answered"
    UNKNOWN = "unknown"
    """The register could not be queried about it."""
    APPLIED = "applied"


@dataclass(frozen=True, slots=True)
class SyncCounts:
    """Counts of a run, in the order in which it gets them; None: it has not got so far."""

    companies: int | None = None
    """In the file."""
    appeared: int | None = None
    changed: int | None = None
    vanished: int | None = None
    rejected: int | None = None
    """Records of the file that could not be used."""
    listed: int | None = None
    """Changes on the list of changes."""
    to_query: int | None = None
    """Companies that the register is queried about."""
    answered: int | None = None
    unknown: int | None = None
    """Companies that the register could not be queried about."""
    applied: int | None = None
    """Companies whose grants were aligned."""
    started: int | None = None
    """Grants."""
    ended: int | None = None
    """Grants."""
    suspended: int | None = None
    """Delegated grants."""


@dataclass(frozen=True, slots=True)
class PreviewedGrant:
    """A grant that a held run would start, end or suspend."""

    account_id: UUID
    person_id: UUID
    role: str
    reason: dict[str, Any]
    """``Reason.as_json()``."""


@dataclass(frozen=True, slots=True)
class PreviewedGrants:
    """Grants that a held run would start, would end, or would suspend."""

    total: int
    shown: tuple[PreviewedGrant, ...] = ()
    """The first of them."""


@dataclass(frozen=True, slots=True)
class SyncPreview:
    """Grants that a held run would start, end and suspend."""

    open_grants: int
    """Grants that a run could end or suspend when this one was held."""
    ending: PreviewedGrants
    starting: PreviewedGrants
    suspending: PreviewedGrants = PreviewedGrants(0)
    """Delegated grants, on accounts of companies that are deleted or bankrupt."""
