"""Rows of the database by which a campaign is judged."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID


class ProcessRow(NamedTuple):
    """A process, and the state of what it is about."""

    id: UUID
    process: str
    """Its type."""
    workflow_id: str
    state: str
    subject_id: UUID | None
    """The service of a resend, the delegation of an offer."""
    ended: bool
    reason: str | None
    """Why a verification ended: the code."""
    code_accepted_at: datetime | None


class DelegationRow(NamedTuple):
    """A delegation. Each of a campaign is offered once."""

    id: UUID
    state: str
    how: str | None
    """Why it is over: the code."""
    parent_id: UUID | None
    giver_id: UUID | None
    receiver_id: UUID | None
    accepted: bool

    @property
    def ends(self) -> str:
        """State or, where it ended, how."""
        return self.how or self.state if self.state == "ended" else self.state


class DelegatedGrantRow(NamedTuple):
    """A grant of a delegation."""

    id: UUID
    delegation_id: UUID
    lasts: bool
    """Gives access now, or will."""


class ContractRow(NamedTuple):
    """A contract, and the service that it is about."""

    id: UUID
    state: str
    number: str
    service_id: UUID
    orders: Sequence[UUID]
    """That start and end it."""
    service: str | None
    """State of its service; None: there is none yet."""
    access_is_over: bool


class NoticeRow(NamedTuple):
    """A notice in an inbox."""

    id: UUID
    person_id: UUID
    kind: str
    subject_id: UUID


class StepRow(NamedTuple):
    """A step."""

    id: UUID
    process: str
    process_id: UUID
    action: str
    resource: str | None
    place: int
    state: str
    ended_at: datetime | None
    receipt: Mapping[str, Any] | None


class StuckRow(NamedTuple):
    """A stuck item, open or closed."""

    id: UUID
    step_id: UUID | None
    process_id: UUID | None
    state: str
    kind: str
    code: str


class EventRow(NamedTuple):
    """An event of the history."""

    at: datetime
    kind: str
    subject_id: UUID
    reason: Mapping[str, Any] | None

    @property
    def code(self) -> str:
        """Code of the reason; empty where there is none."""
        return str((self.reason or {}).get("code", ""))

    @property
    def facts(self) -> Mapping[str, Any]:
        """Facts of the reason."""
        return (self.reason or {}).get("facts") or {}
