"""/v1/ops/freezes: freeze a person or an account, and lift that by two people."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import Field, model_validator
from starlette.concurrency import run_in_threadpool

from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.http import idempotency, pagination, problems
from api.http.dependencies import Store
from api.http.idempotency import Done, OnceOnly
from api.http.routes import GuardedRoute
from api.http.schemas import Erasable, NamedActor, Reason, ReasonInput, ResponseModel
from api.ops.stuck import Operator
from domain.access import suspensions
from domain.access.suspensions import FreezeReason, Subject
from services.access import freezes
from storage.access import suspension_queries
from storage.access.suspension_queries import Place

router = APIRouter(prefix="/v1/ops/freezes", tags=["freezes"], route_class=GuardedRoute)

WHO_MAY_READ = Allow(roles=(StaffRole.SUPPORT, StaffRole.OPS))
Reader = Annotated[Authorized, Depends(WHO_MAY_READ)]


class FreezeInput(ReasonInput):
    """A person or an account to freeze, and why."""

    person_id: UUID | None = Field(None, description="This or `account_id`, not both.")
    account_id: UUID | None = None
    code: FreezeReason

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        if (self.person_id is None) == (self.account_id is None):
            raise ValueError("names either a person or an account")
        return self


class FreezeState(StrEnum):
    """Which freezes are listed."""

    OPEN = "open"
    ALL = "all"


class Freeze(ResponseModel):
    """A freeze of a person or an account: no access to it is in force until it is lifted."""

    id: UUID
    person_id: UUID | None = Field(description="Null: an account is frozen.")
    account_id: UUID | None = Field(description="Null: a person is frozen.")
    reason: Reason
    since: datetime
    frozen_by: NamedActor
    note: Erasable = Field(
        description="What the operator wrote who froze. Null: it is erased, or this answers a POST."
    )
    lift_requested_by: NamedActor | None = Field(
        description="Who asked to lift it; another member of staff lifts it. Null: nobody asked."
    )
    lift_requested_at: datetime | None
    lift_note: Erasable = Field(
        description="What they wrote. Null: nobody asked, it is erased, or this answers a POST."
    )
    lifted_by: NamedActor | None
    lifted_at: datetime | None = Field(description="Null: it is in force.")

    @classmethod
    def of(cls, found: suspensions.Freeze) -> Self:
        asked_by, lifted_by = found.lift_requested_by, found.lifted_by
        return cls(
            id=found.id,
            person_id=found.subject.person_id,
            account_id=found.subject.account_id,
            reason=Reason.of(found.reason),
            since=found.begun_at,
            frozen_by=NamedActor.of(found.begun_by),
            note=found.note,
            lift_requested_by=NamedActor.of(asked_by) if asked_by else None,
            lift_requested_at=found.lift_requested_at,
            lift_note=found.lift_note,
            lifted_by=NamedActor.of(lifted_by) if lifted_by else None,
            lifted_at=found.lifted_at,
        )


class FreezePage(ResponseModel):
    """A page of freezes."""

    items: list[Freeze]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


@router.get("", operation_id="listFreezes", responses=pagination.RESPONSES)
def list_freezes(
    _admitted: Reader,
    database: Store,
    page: pagination.Asked,
    state: FreezeState = FreezeState.OPEN,
) -> FreezePage:
    """List freezes, newest first: those in force, or all."""
    before = page.place("freezes", Place)
    with database.reading() as connection:
        found = suspension_queries.freezes(
            connection,
            lifted_too=state is FreezeState.ALL,
            before=before,
            limit=page.limit + 1,
        )
    shown, following = page.cut("freezes", found, lambda each: (each.begun_at, each.id))
    return FreezePage(items=[Freeze.of(each) for each in shown], next=following)


@router.get(
    "/{freeze_id:uuid}", operation_id="getFreeze", responses=problems.documented("not_found")
)
def get_freeze(freeze_id: UUID, _admitted: Reader, database: Store) -> Freeze:
    """Return one freeze."""
    return Freeze.of(freezes.read_freeze(database, freeze_id))


_FROZEN = problems.together(idempotency.RESPONSES, problems.documented("not_found"))
_REQUESTED = problems.together(_FROZEN, problems.documented("freeze_lifted"))
_LIFTED = problems.together(
    _REQUESTED, problems.documented("lift_not_requested", "second_person_needed")
)


@router.post("", operation_id="freeze", response_model=Freeze, responses=_FROZEN)
async def freeze(
    asked: FreezeInput, admitted: Operator, database: Store, once: OnceOnly
) -> Response:
    """Freeze a person or an account: every access check about it refuses from now on.

    A frozen person can still log in. What is frozen already stays as it is, and its freeze is
    returned.
    """
    subject = Subject(asked.person_id, asked.account_id)
    return await _carry_out(
        once,
        admitted,
        lambda: freezes.freeze(
            database, subject, asked.code, actor=admitted.actor, note=asked.reason
        ),
    )


@router.post(
    "/{freeze_id:uuid}/lift-requests",
    operation_id="requestLift",
    response_model=Freeze,
    responses=_REQUESTED,
)
async def request_lift(
    freeze_id: UUID, why: ReasonInput, admitted: Operator, database: Store, once: OnceOnly
) -> Response:
    """Ask to lift a freeze. It stays in force until another member of staff lifts it.

    Where somebody has asked already, nothing changes.
    """
    return await _carry_out(
        once,
        admitted,
        lambda: freezes.request_lift(database, freeze_id, actor=admitted.actor, note=why.reason),
    )


@router.post(
    "/{freeze_id:uuid}/lift", operation_id="lift", response_model=Freeze, responses=_LIFTED
)
async def lift(
    freeze_id: UUID, why: ReasonInput, admitted: Operator, database: Store, once: OnceOnly
) -> Response:
    """Lift a freeze that another member of staff asked to lift. Access is in force again at once.

    Grants that ended in the meantime stay ended: dates run on during a freeze.
    """
    return await _carry_out(
        once,
        admitted,
        lambda: freezes.lift(database, freeze_id, actor=admitted.actor, note=why.reason),
    )


async def _carry_out(
    once: OnceOnly, admitted: Authorized, work: Callable[[], suspensions.Freeze]
) -> Response:
    async def carry_out(_: UUID) -> Done:
        return Done(200, Freeze.of(await run_in_threadpool(work)).to_keep())

    return await once(admitted, carry_out)
