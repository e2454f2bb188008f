"""/v1/contracts/{id}/end: preview the end of a contract, set it, and call it off."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.contracts.account_contracts import Reader
from api.contracts.contracts import Confirmer
from api.contracts.end_schemas import (
    ContractEndPreview,
    CustomerEndReason,
    EndContract,
    EndDay,
    wanted_end,
)
from api.contracts.schemas import Contract
from api.delegations.refusals import as_problems
from api.delegations.requester import Requester
from api.http import idempotency, problems
from api.http.dependencies import EngineDep, acting_person
from api.http.idempotency import Done, OnceOnly
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.parts import parts_of
from services.contracts import ends
from services.contracts.call_off import call_off
from services.contracts.ends import SeenEnd
from services.contracts.reads import read_contract
from services.contracts.together import Together

router = APIRouter(
    prefix="/v1/contracts/{contract_id}", tags=["contracts"], route_class=GuardedRoute
)
_PREVIEWED = problems.documented(
    *("contract_ending", "contract_not_in_force", "end_not_possible", "not_found", "not_permitted")
)
_PROPOSED = {202: {"model": Contract, "description": "Proposed; others are to confirm it as well."}}
_ENDED = (
    problems.together(
        problems.together(idempotency.RESPONSES, _PREVIEWED),
        problems.documented(
            *("already_proposed", "approval_closed", "group_unfillable", "needs_joint_approval"),
            *("not_counted", "preview_changed", "step_up_needed", "template_unknown"),
            "too_many_requests",
        ),
    )
    | _PROPOSED
)
CALLED_OFF = problems.together(
    idempotency.RESPONSES,
    problems.documented(
        *("contract_not_in_force", "end_from_outside", "end_reached", "needs_joint_approval"),
        *("not_found", "not_permitted"),
    ),
)
_CALLED_OFF = (
    problems.together(
        CALLED_OFF,
        problems.documented(
            *("already_proposed", "approval_closed", "group_unfillable", "not_counted"),
            *("step_up_needed", "too_many_requests"),
        ),
    )
    | _PROPOSED
)


@router.get("/end-preview", operation_id="previewContractEnd", responses=_PREVIEWED)
async def preview_contract_end(
    contract_id: UUID,
    admitted: Reader,
    *,
    request: Request,
    engine: EngineDep,
    reason: CustomerEndReason = CustomerEndReason.CUSTOMER,
    on: Annotated[
        EndDay | None,
        Query(description="The day on whose beginning it is to end. Left out: the earliest."),
    ] = None,
) -> ContractEndPreview:
    """Return what ending a contract brings about, computed by the code that ends it.

    For those who may end it, alone or together, and staff. What else ends is what would end if it
    were now.
    """
    person_id = None
    if admitted.person is not None:
        person_id = await run_in_threadpool(acting_person, engine.database, admitted)
    zone = parts_of(request).approvals.zone
    wanted = wanted_end(reason, on)
    return ContractEndPreview.of(
        await ends.preview_end(engine, contract_id, person_id, wanted, zone)
    )


@router.post("/end", operation_id="endContract", response_model=Contract, responses=_ENDED)
async def end_contract(
    contract_id: UUID, seen: EndContract, who: Confirmer, once: OnceOnly
) -> Response:
    """Set the end of a contract by your own fresh login, as its preview said.

    With `contract:end` on its account, or as the user of the Mobiil-ID. Where something else would
    end by now, or it would cost something else, the answer is `preview_changed` with the new
    `preview`. It can be called off until its moment. Repeatable.

    Who represents the owner only together with others opens an approval, which the others confirm:
    202, with its `Location`. The end is set when they have, if it is still as previewed: name a day
    (`on`) that leaves them the time.
    """
    as_seen = (wanted_end(seen.reason, seen.on), seen.preview, seen.template_version)
    wanted = SeenEnd(contract_id, who.person_id, *as_seen)

    async def carry_out(id_: UUID) -> Done:
        try:
            with as_problems():
                how = who.jointly()
                approval_id = await ends.end(who.engine, how, id_, wanted, actor=who.actor)
        except ends.PreviewChanged as changed:
            new = ContractEndPreview.of(changed.preview).to_keep()
            raise Problem("preview_changed", preview=new) from None
        return await _done(who, contract_id, approval_id)

    return await once(who.admitted, carry_out, who.person_id)


@router.post(
    "/end/cancel",
    operation_id="cancelContractEnd",
    response_model=Contract,
    responses=_CALLED_OFF,
)
async def cancel_contract_end(contract_id: UUID, who: Confirmer, once: OnceOnly) -> Response:
    """Call the end of a contract off by your own fresh login, before its moment. Repeatable.

    It is what it was before. For those who may end it, and only an end that their side set: the
    user of a Mobiil-ID, the owner, or the owner of its number. One that the operator, another
    operator or a court set is called off by staff only (`end_from_outside`), and stays where your
    own end was called off beside it.

    Who represents the owner only together with others opens an approval, or confirms it: 202, with
    its `Location`.
    """

    async def carry_out(id_: UUID) -> Done:
        about = (who.engine, contract_id, who.person_id)
        with as_problems():
            jointly = Together(who.jointly(), id_)
            approval_id = await call_off(*about, actor=who.actor, jointly=jointly)
        return await _done(who, contract_id, approval_id)

    return await once(who.admitted, carry_out, who.person_id)


async def _done(who: Requester, contract_id: UUID, approval_id: UUID | None) -> Done:
    """Answer with the contract as it is; 202 where others are to confirm it."""
    shown = await read_contract(who.engine, contract_id, who.person_id)
    body = Contract.of(shown, who.language).to_keep()
    if approval_id is None:
        return Done(200, body)
    return Done(202, body, {"Location": f"/v1/approvals/{approval_id}"})
