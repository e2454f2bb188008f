"""/v1/access-requests: ask for access to somebody's account, and answer who asks."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from api.access_requests.inputs import AccessRequestInput, ApprovalInput, Policy
from api.access_requests.schemas import AccessRequest
from api.accounts.me import NOT_KNOWN
from api.accounts.me import Acting as Reader
from api.approvals.requester import proposed
from api.approvals.schemas import Approval
from api.delegations.account_delegations import OFFERED
from api.delegations.refusals import as_problems
from api.delegations.requester import Acting, Giver
from api.delegations.schemas import Delegation
from api.http import problems
from api.http.dependencies import EngineDep, acting_person
from api.http.idempotency import Done, OnceOnly
from api.http.routes import GuardedRoute
from services.access_requests import requests
from services.access_requests.requests import WantedApproval
from services.approvals.propose_decisions import propose_approval
from storage.access_requests.asking import Asking

router = APIRouter(prefix="/v1/access-requests", tags=["access requests"], route_class=GuardedRoute)

_ASKED = problems.together(OFFERED, problems.documented("too_many_open_requests"))
_ANSWERED = problems.together(OFFERED, problems.documented("access_request_closed"))
_APPROVED = problems.together(
    _ANSWERED, problems.documented("already_proposed", "group_unfillable", "step_up_needed")
) | {202: {"model": Approval, "description": "Proposed to those who are to confirm it."}}


def _done(view: Any, status: int = 200) -> Done:
    headers = {"Location": f"/v1/access-requests/{view.id}"} if status == 201 else {}
    return Done(status, AccessRequest.of(view).to_keep(), headers)


@router.post(
    "",
    operation_id="askForAccess",
    status_code=201,
    response_model=AccessRequest,
    responses=_ASKED,
)
async def ask_for_access(
    wanted: AccessRequestInput, who: Giver, policy: Policy, once: OnceOnly
) -> Response:
    """Ask for access to the accounts of a company, or to the account with a customer number.

    Everyone who could give it is told, with your name and message. You are not told who they are,
    nor whether there is such an account: where there is none, the request lapses like any other.
    What they approve of it counts at once, since you asked for it by your own login.
    """

    async def ask(id_: UUID) -> Done:
        with as_problems():
            asked = (wanted.asked_of(), wanted.wish(), wanted.message)
            asking = Asking(id_, who.person_id, *asked)
            return _done(
                await requests.ask_for_access(who.engine, policy, asking, actor=who.actor), 201
            )

    return await once(who.admitted, ask, who.person_id)


@router.get("/{request_id}", operation_id="getAccessRequest", responses=NOT_KNOWN)
async def get_access_request(
    request_id: UUID, admitted: Reader, engine: EngineDep
) -> AccessRequest:
    """Return a request of the calling person. Anyone else gets 404."""
    person_id = await run_in_threadpool(acting_person, engine.database, admitted)
    return AccessRequest.of(await requests.read_own(engine, request_id, person_id))


@router.post(
    "/{request_id}/withdraw",
    operation_id="withdrawAccessRequest",
    response_model=AccessRequest,
    responses=_ANSWERED,
)
async def withdraw_access_request(request_id: UUID, who: Acting, once: OnceOnly) -> Response:
    """Take your request back, while nobody has answered it."""

    async def withdraw(_: UUID) -> Done:
        done = requests.withdraw_request(who.engine, request_id, who.person_id, actor=who.actor)
        return _done(await done)

    return await once(who.admitted, withdraw, who.person_id)


@router.post(
    "/{request_id}/approve",
    operation_id="approveAccessRequest",
    status_code=201,
    response_model=Delegation,
    responses=_APPROVED,
)
async def approve_access_request(
    request_id: UUID, given: ApprovalInput, who: Giver, policy: Policy, once: OnceOnly
) -> Response:
    """Give the applicant what they ask for on this account, or a part of it. It counts at once.

    It is a delegation as any other, on the same authority and within the same limits. Where you
    represent the company only together with others, 202 answers the approval that they are to
    confirm; proposing needs a fresh login, and is your own confirmation.
    """

    async def approve(id_: UUID) -> Done:
        with as_problems():
            wanted = WantedApproval(request_id, given.account_id, who.person_id, given.approval())
            approval_id = await propose_approval(
                who.engine, who.jointly(), id_, wanted, actor=who.actor
            )
            if approval_id is not None:
                return await proposed(who, approval_id)
            view = await requests.approve_request(who.engine, policy, id_, wanted, actor=who.actor)
        return await who.done(view, 201)

    return await once(who.admitted, approve, who.person_id)


@router.post(
    "/{request_id}/decline",
    operation_id="declineAccessRequest",
    status_code=204,
    response_class=Response,
    responses=problems.documented("not_found", "access_request_closed", "delegation_refused"),
)
async def decline_access_request(request_id: UUID, who: Acting) -> None:
    """Give nothing of what is asked for. The applicant learns that, and not who declined."""
    with as_problems():
        await requests.decline_request(who.engine, request_id, who.person_id, actor=who.actor)
