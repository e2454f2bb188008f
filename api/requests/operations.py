"""/v1/operations: progress and result of requests that take time."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffCaller, StaffRole
from api.http import idempotency, problems
from api.http.dependencies import EngineDep, Store, acting_person
from api.http.grant_schemas import ServiceLabel
from api.http.idempotency import Done, OnceOnly
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import Reason, ReasonInput, ResponseModel
from api.requests.results import RESULTS, Result
from domain import accounts
from domain.operations import OperationState
from domain.processes import ProcessType, WaitsFor
from domain.provisioning.undoing import CancelResult, UndoReason
from services.ops import cancel_operation as use_case
from storage.accounts import service_queries
from storage.requests import operation_queries

router = APIRouter(prefix="/v1/operations", tags=["operations"], route_class=GuardedRoute)

OPERATIONS = Allow(roles=(StaffRole.OPS,))
ITS_PERSON_OR_STAFF = Allow(person=True, portal=True, roles=(StaffRole.SUPPORT, StaffRole.OPS))
RETRY_AFTER = "1"


class OperationProgress(ResponseModel):
    """Numbers of items done and in total."""

    done: int = Field(description="Number of items that are done.")
    total: int | None = Field(description="Null: not known before the end.")


class Operation(ResponseModel):
    """A request that takes time."""

    id: UUID
    kind: ProcessType = Field(description="What is being done: the type of its process.")
    state: OperationState
    account_id: UUID | None = Field(description="The account it concerns, if it is one.")
    subject_id: UUID | None = Field(description="The service it concerns, if it is one.")
    service: ServiceLabel | None = Field(
        description="This service, as it is now. For staff; null in answers to a POST."
    )
    progress: OperationProgress | None = Field(description="Null: it is not counted in items.")
    waits_for: WaitsFor | None = Field(description="What it waits for, while it runs.")
    result: Result | None = Field(
        description="Its result, once it has ended. The form depends on `kind`."
    )
    error: Reason | None = Field(description="Why it failed or was cancelled.")
    undo_reason: UndoReason | None = Field(
        description="While it runs: why what it did is being undone, such as `cancelled`. Then it"
        " ends as `cancelled`. Null: it is not."
    )
    verification_code: str | None = Field(
        description="While a phone asks for a signature: the code that it must show, for the person"
        " to compare. Null: no phone asks."
    )
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(
        cls,
        operation: operation_queries.Operation,
        service: accounts.ServiceLabel | None = None,
        **more: Any,
    ) -> Self:
        """The operation, and what a model that extends this one adds."""
        progress, result = operation.progress, operation.result
        return cls(
            id=operation.id,
            kind=operation.kind,
            state=operation.state,
            account_id=operation.account_id,
            subject_id=operation.subject_id,
            service=ServiceLabel.of(service),
            progress=OperationProgress(done=progress.done, total=progress.total)
            if progress
            else None,
            waits_for=operation.waits_for,
            result=RESULTS[operation.kind](**result) if result is not None else None,
            error=Reason.of(operation.error) if operation.error else None,
            undo_reason=operation.undo_reason,
            verification_code=operation.verification_code,
            created_at=operation.created_at,
            updated_at=operation.updated_at,
            **more,
        )


class CancelledItem(ResponseModel):
    """What became of an item of a process that was cancelled."""

    item: str = Field(description="Empty: the process is one item.")
    result: CancelResult = Field(
        description="`cancelled`: nothing more of it is sent, and what was sent is found out and"
        " undone; `assessing`: the same, unless it turns out to be past its point of no return;"
        " `past_point_of_no_return`: it is carried out to its end; `over`: nothing of it is"
        " left to carry out, or it is undone already."
    )


class CancelledOperation(Operation):
    """An operation that was cancelled."""

    items: list[CancelledItem] = Field(
        description="Items of a `resend`, and what became of each. Empty: it is of another kind."
    )


@router.get(
    "/{operation_id}", operation_id="getOperation", responses=problems.documented("not_found")
)
def get_operation(
    operation_id: UUID,
    admitted: Annotated[Authorized, Depends(ITS_PERSON_OR_STAFF)],
    database: Store,
    response: Response,
) -> Operation:
    """Return an operation. While it runs, `Retry-After` says when to ask again, in seconds."""
    with database.reading() as connection:
        found = operation_queries.read(connection, operation_id)
        staff = isinstance(admitted.caller, StaffCaller)
        about = found.subject_id if found and staff else None
        service = service_queries.service(connection, about) if about else None
    if found is None or not (staff or found.person_id == acting_person(database, admitted)):
        raise Problem("not_found")
    if not found.state.has_ended:
        response.headers["Retry-After"] = RETRY_AFTER
    return Operation.of(found, service.label() if service else None)


@router.post(
    "/{operation_id}/cancel",
    operation_id="cancelOperation",
    response_model=CancelledOperation,
    responses=problems.together(
        idempotency.RESPONSES, problems.documented("not_found", "not_cancellable")
    ),
)
async def cancel_operation(
    operation_id: UUID,
    why: ReasonInput,
    admitted: Annotated[Authorized, Depends(OPERATIONS)],
    *,
    engine: EngineDep,
    once: OnceOnly,
) -> Response:
    """Cancel a bulk retry, an extract or a resend. Other kinds, and those that have ended: 409.

    A bulk retry ends at once; items it has not reached stay as they are. Of an extract nothing
    more is read, and what was is deleted. Of a resend nothing more is sent; what was sent is found
    out, then what was done is undone, the newest first, and it ends as `cancelled`
    (`resend_cancelled`). Until then `undo_reason` is `cancelled`. One that is cancelled already is
    shown as it is. Accepted also while Temporal is unavailable.
    """

    async def cancel(_: UUID) -> Done:
        done = await use_case.cancel_operation(
            engine, operation_id, actor=admitted.actor, reason=why.reason
        )
        items = [
            CancelledItem(item=item, result=result) for item, result in sorted(done.items.items())
        ]
        return Done(200, CancelledOperation.of(done.operation, items=items).to_keep())

    return await once(admitted, cancel)
