"""Operations: what takes time, how far it is, what came of it."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import Field
from sqlalchemy import Row
from starlette.concurrency import run_in_threadpool

from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffCaller, StaffRole
from api.http import idempotency, problems
from api.http.dependencies import Store, acting_person
from api.http.idempotency import Done, OnceOnly
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import ReasonInput, ResponseModel
from domain.audit import Actor
from storage.database import Database
from storage.ops import bulk_retries
from storage.ops.bulk_retries import NotCancellable
from storage.requests import operations

router = APIRouter(prefix="/v1/operations", tags=["operations"], route_class=GuardedRoute)

OPERATIONS = Allow(roles=(StaffRole.OPS,))
ITS_PERSON_OR_STAFF = Allow(person=True, portal=True, roles=(StaffRole.SUPPORT, StaffRole.OPS))
UNDER_WAY = frozenset({"pending", "running"})
RETRY_AFTER = "1"


class Operation(ResponseModel):
    """Something that takes time."""

    id: UUID
    kind: str
    state: str = Field(description="`pending`, `running`, `succeeded`, `failed` or `cancelled`.")
    account_id: UUID | None = Field(description="Whom it is about, where it is one account.")
    subject_id: UUID | None = Field(description="What it is about: a service.")
    progress: dict[str, Any] | None = Field(
        description="`done` of `total`, where it can be counted."
    )
    waits_for: str | None = Field(description="What it waits for, while it runs.")
    result: dict[str, Any] | None = Field(description="What came of it, once it has ended.")
    error: dict[str, Any] | None = Field(
        description="A problem, once it failed; why, where it was cancelled."
    )
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: Any) -> Self:
        """From a row with these columns."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


@router.get(
    "/{operation_id}", operation_id="getOperation", responses=problems.documented("not_found")
)
def get_operation(
    operation_id: UUID,
    admitted: Annotated[Authorized, Depends(ITS_PERSON_OR_STAFF)],
    database: Store,
    response: Response,
) -> Operation:
    """How far it is. Ask again after `Retry-After` seconds, while there is such a header."""
    with database.reading() as connection:
        row = operations.read(connection, operation_id)
    staff = isinstance(admitted.caller, StaffCaller)
    if row is None or not (staff or row.person_id == acting_person(database, admitted)):
        raise Problem("not_found")
    if row.state in UNDER_WAY:
        response.headers["Retry-After"] = RETRY_AFTER
    return Operation.of(row)


@router.post(
    "/{operation_id}/cancel",
    operation_id="cancelOperation",
    response_model=Operation,
    responses=problems.together(
        idempotency.RESPONSES, problems.documented("not_found", "not_cancellable")
    ),
)
async def cancel_operation(
    operation_id: UUID,
    why: ReasonInput,
    admitted: Annotated[Authorized, Depends(OPERATIONS)],
    *,
    database: Store,
    once: OnceOnly,
) -> Response:
    """End a retry in bulk: what it has not reached stays as it is. Other kinds cannot be ended."""

    async def cancel(_: UUID) -> Done:
        row = await run_in_threadpool(
            _cancelled, database, operation_id, admitted.actor, why.reason
        )
        return Done(200, Operation.of(row).model_dump(mode="json"))

    return await once(admitted, cancel)


def _cancelled(database: Database, operation_id: UUID, actor: Actor, why: str) -> Row[Any]:
    try:
        with database.transaction() as session:
            return bulk_retries.cancel(session, operation_id, actor, why)
    except LookupError:
        raise Problem("not_found") from None
    except NotCancellable:
        raise Problem("not_cancellable") from None
