"""Shapes of drift in the API: differences, decisions about them, and checks."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field

from api.http.schemas import Erasable, NamedActor, Reason, ReasonInput, ResponseModel
from api.requests.results import DriftCheckResult
from domain.accounts import ServiceKind
from domain.inventory.drift import DriftDecision, DriftEnd, DriftState, NetworkOutcome
from domain.operations import OperationState
from domain.ops.stuck_reasons import StuckReason
from storage.inventory import drift_check_queries, drift_queries


class Drift(ResponseModel):
    """A difference between what a service should have and what its network shows."""

    id: UUID
    service_id: UUID
    account_id: UUID
    kind: ServiceKind = Field(description="What kind of service it is.")
    service_number: str | None = Field(description="Of the service, in E.164; null: it has none.")
    service_name: str = Field(description="Name of the service, for people.")
    network: str | None = Field(description="Name of the network; null: the usual one.")
    characteristic: str = Field(description="Its name; also `msisdn` and `state`.")
    state: DriftState = Field(
        description="`reported`: listed; `proposed`: a person decides; `held`: it would be repaired"
        " by itself, but too many were found at once, and a person decides; `to_repair`: its repair"
        " has not begun; `repairing`: it is being repaired, or the network was not read since."
    )
    expected: Any = Field(description="What it should have; null: nothing, or it has ended.")
    shown: Any = Field(description="What the network shows; null: it has ended.")
    found_at: datetime = Field(description="When the difference was found.")
    seen_at: datetime = Field(description="When the network last showed it.")
    decided_at: datetime | None = Field(description="When its repair or end was decided.")
    decided_by: NamedActor | None = Field(description="Who decided; null: nobody did.")
    note: Erasable = Field(description="What they wrote. Null: no decision, or it is erased.")
    operation_id: UUID | None = Field(description="The resend that repairs it.")
    ended_at: datetime | None
    ending: DriftEnd | None = Field(description="How it ended.")
    may: list[DriftDecision] = Field(
        description="What may be decided about it now: nothing once somebody has decided, or the"
        " service or the difference has ended."
    )

    @classmethod
    def of(cls, found: drift_queries.Drift) -> Self:
        """Build it from the stored row."""
        by = found.decided_by
        same = cls.model_fields.keys() - {"decided_by", "may"}
        values = {name: getattr(found, name) for name in same}
        return cls(decided_by=by and NamedActor.of(by), may=found.may, **values)


class DriftPage(ResponseModel):
    """A page of differences."""

    items: list[Drift]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


class DriftGroup(ResponseModel):
    """Open differences of one characteristic in one state."""

    characteristic: str = Field(
        description="Name of the characteristic; also `msisdn` and `state`."
    )
    state: DriftState = Field(description="State of the differences.")
    differences: int
    oldest: datetime


class DriftGroups(ResponseModel):
    """Open differences by characteristic and state, the most first."""

    items: list[DriftGroup]


class DriftDecisionInput(ReasonInput):
    """What to do about differences, and why."""

    decision: DriftDecision = Field(
        description="`repair`: send each service to its network again, with all that differs of it;"
        " `accept`: what the network has is what the service should have from now on."
    )
    ids: Annotated[list[UUID], Field(min_length=1, max_length=500)] = Field(
        description="Ids of the differences."
    )


class DriftDecided(ResponseModel):
    """Numbers of what was decided about. The others had changed, or may not be decided so."""

    differences: int
    services: int = Field(description="Number of services that the differences are of.")


class NetworkRead(ResponseModel):
    """How far a check has read a network's list."""

    network: str = Field(description="Empty: the usual one.")
    shown: int = Field(description="Services that it has named.")
    rejected: int = Field(description="Entries that could not be read.")
    total: int | None = Field(description="Services on its list, as it says.")
    outcome: NetworkOutcome | None = Field(description="Null: it is being read.")
    code: StuckReason | None = Field(description="Why it was given up.")
    detail: str = Field(description="What else is known of why, for people; may be empty.")


class DriftCheck(ResponseModel):
    """A check: its result, and what it has read."""

    id: UUID = Field(description="That of its operation.")
    state: OperationState
    asked_at: datetime
    ended_at: datetime | None
    result: DriftCheckResult | None
    error: Reason | None = Field(description="Why the check failed. Null: it has not.")
    networks: list[NetworkRead] = Field(description="How far the list of each network is read.")

    @classmethod
    def of(cls, found: drift_check_queries.DriftCheck) -> Self:
        """Build it from the stored rows."""
        same = cls.model_fields.keys() - {"result", "error", "networks"}
        return cls(
            result=DriftCheckResult(**found.result) if found.result else None,
            error=Reason.of_json(found.error),
            networks=[NetworkRead(**each._asdict()) for each in found.networks],
            **{name: getattr(found, name) for name in same},
        )


class DriftChecks(ResponseModel):
    """The last 20 checks, newest first."""

    items: list[DriftCheck]
