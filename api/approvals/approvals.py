"""/v1/approvals: what people who represent a company together confirm, decline or take back."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from api.approvals.requester import Answerer, Confirmer, answer, shown
from api.approvals.schemas import Approval, ConfirmInput, DeclineInput
from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.http import idempotency, problems
from api.http.dependencies import EngineDep, acting_person
from api.http.idempotency import OnceOnly
from api.http.languages import negotiated
from api.http.routes import GuardedRoute
from api.parts import parts_of
from domain.approvals.confirmations import Confirming
from services.approvals import answer as use_cases
from services.approvals.reads import read_approval
from storage.approvals.approvals import Decline

router = APIRouter(prefix="/v1/approvals", tags=["approvals"], route_class=GuardedRoute)

_STAFF = (StaffRole.SUPPORT, StaffRole.OPS, StaffRole.MANDATE_OFFICER)
Reader = Annotated[Authorized, Depends(Allow(person=True, portal=True, roles=_STAFF))]

_ANSWERED = problems.together(
    idempotency.RESPONSES, problems.documented("not_found", "approval_closed")
)
_CONFIRMED = problems.together(
    _ANSWERED,
    problems.documented(
        *("act_changed", "not_counted", "signature_needed", "step_up_needed", "template_unknown")
    ),
) | {202: {"model": Approval, "description": "Confirmed; the register is being asked."}}


@router.get(
    "/{approval_id}", operation_id="getApproval", responses=problems.documented("not_found")
)
async def get_approval(
    approval_id: UUID, request: Request, admitted: Reader, engine: EngineDep
) -> Approval:
    """Return an approval: the act, who confirmed it, who is missing, and until when.

    For those who represent the company, who proposed it, and staff. Anyone else gets 404.
    """
    person_id = None
    if admitted.person is not None:
        person_id = await run_in_threadpool(acting_person, engine.database, admitted)
    zone = parts_of(request).approvals.zone
    found = await read_approval(engine, approval_id, person_id, zone)
    return shown(found, negotiated(request.headers.get("accept-language")))


@router.post(
    "/{approval_id}/confirm",
    operation_id="confirmApproval",
    response_model=Approval,
    responses=_CONFIRMED,
)
async def confirm_approval(
    approval_id: UUID, seen: ConfirmInput, who: Confirmer, once: OnceOnly
) -> Response:
    """Confirm the act by your own fresh login, as the text and digest that you were shown.

    When enough people have confirmed, the register is asked once more, and the act carried out:
    202 then says that the register is being asked. A contract whose documents are signed is
    agreed to by signing them. Repeatable.
    """

    async def confirm() -> None:
        login = who.admitted.fresh_login()
        given = Confirming(who.person_id, seen.digest, seen.template_version, seen.language, login)
        await use_cases.confirm(who.engine, approval_id, given, who.approvals, actor=who.actor)

    return await answer(who, once, approval_id, confirm)


@router.post(
    "/{approval_id}/take-back",
    operation_id="takeBackConfirmation",
    response_model=Approval,
    responses=_ANSWERED,
)
async def take_back_confirmation(approval_id: UUID, who: Answerer, once: OnceOnly) -> Response:
    """Take your own confirmation back, until the act is carried out. Repeatable."""

    async def take_back() -> None:
        await use_cases.take_back(
            who.engine, approval_id, who.person_id, who.approvals, actor=who.actor
        )

    return await answer(who, once, approval_id, take_back)


@router.post(
    "/{approval_id}/decline",
    operation_id="declineApproval",
    response_model=Approval,
    responses=_ANSWERED,
)
async def decline_approval(
    approval_id: UUID, why: DeclineInput, who: Answerer, once: OnceOnly
) -> Response:
    """Decline to confirm: the approval ends, and the others are told. Repeatable."""

    async def decline() -> None:
        declined = Decline(who.person_id, why.reason, why.message)
        await use_cases.decline(who.engine, approval_id, declined, actor=who.actor)

    return await answer(who, once, approval_id, decline)


@router.post(
    "/{approval_id}/withdraw",
    operation_id="withdrawApproval",
    response_model=Approval,
    responses=problems.together(_ANSWERED, problems.documented("not_the_proposer")),
)
async def withdraw_approval(approval_id: UUID, who: Answerer, once: OnceOnly) -> Response:
    """Withdraw what you proposed: nothing of it is carried out. Repeatable."""

    async def withdraw() -> None:
        await use_cases.withdraw(who.engine, approval_id, who.person_id, actor=who.actor)

    return await answer(who, once, approval_id, withdraw)
