"""/v1/accounts/{id}/review/keep: propose that delegations stay whose giver has left."""

from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.approvals.requester import proposed
from api.approvals.schemas import Approval
from api.delegations.refusals import as_problems
from api.delegations.requester import Giver
from api.http import idempotency, problems
from api.http.idempotency import Done, OnceOnly
from api.http.routes import GuardedRoute
from api.http.schemas import RequestModel
from api.reviews.refusals import as_refused
from services.approvals import propose_decisions
from services.approvals.propose_decisions import Keeping

router = APIRouter(prefix="/v1/accounts/{account_id}", tags=["approvals"], route_class=GuardedRoute)


class KeepInput(RequestModel):
    """Delegations to keep."""

    delegation_ids: list[UUID] = Field(
        min_length=1,
        max_length=100,
        description="Ids of the delegations to keep.",
    )


_PROPOSED = problems.together(
    idempotency.RESPONSES,
    problems.documented(
        "not_found", "review_refused", "group_unfillable", "step_up_needed", "too_many_requests"
    ),
)


@router.post(
    "/review/keep",
    operation_id="proposeKeeping",
    status_code=202,
    response_model=Approval,
    responses=_PROPOSED,
)
async def propose_keeping(
    account_id: UUID, wanted: KeepInput, who: Giver, once: OnceOnly
) -> Response:
    """Propose, to those you represent the company with, that these delegations stay.

    For joint representatives, by a fresh login: it is also your own confirmation. Whoever
    represents the company alone decides in the review itself, and gets 404 here.
    """

    async def propose(id_: UUID) -> Done:
        keeping = Keeping(account_id, who.person_id, wanted.delegation_ids)
        with as_problems(), as_refused("/delegation_ids/{number}"):
            approval_id = await propose_decisions.propose_keeping(
                who.engine, who.jointly(), id_, keeping, actor=who.actor
            )
        return await proposed(who, approval_id)

    return await once(who.admitted, propose, who.person_id)
