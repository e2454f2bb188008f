"""/v1/ops/contract-proposals: ends of contracts that the register gives cause for."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.contracts.end_schemas import ContractEndPreview
from api.http import idempotency, pagination, problems
from api.http.dependencies import EngineDep
from api.http.idempotency import Done, OnceOnly
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import ReasonInput, ResponseModel
from api.ops.stuck import Operator
from api.parts import parts_of
from domain.contracts.proposals import ProposalState
from domain.contracts.reasons import EndReason
from domain.contracts.states import ContractState
from services.contracts import proposals
from services.contracts.ends import PreviewChanged
from services.contracts.proposals import Decided
from storage.contracts.proposals import Proposal

router = APIRouter(
    prefix="/v1/ops/contract-proposals", tags=["contracts"], route_class=GuardedRoute
)
Reader = Annotated[Authorized, Depends(Allow(roles=(StaffRole.SUPPORT, StaffRole.OPS)))]
Place = tuple[datetime, UUID]
_SEEN = problems.documented("contract_not_in_force", "not_found", "proposal_decided")
_REJECTED = problems.together(idempotency.RESPONSES, _SEEN)
_ACCEPTED = problems.together(_REJECTED, problems.documented("preview_changed"))


class ProposalsState(StrEnum):
    """Which proposals to list."""

    OPEN = "open"
    ALL = "all"


class ContractProposal(ResponseModel):
    """A proposal to end a contract, because of what the register says of its company."""

    id: UUID
    contract_id: UUID
    account_id: UUID
    company_id: UUID
    product: str
    contract_state: ContractState = Field(description="State of the contract.")
    state: ProposalState
    reason: EndReason = Field(description="What the register says of the company.")
    register_state_id: UUID = Field(description="The state of the register that gave cause.")
    opened_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, found: Proposal) -> Self:
        """Return a proposal as it is answered."""
        return cls(
            id=found.id,
            contract_id=found.contract_id,
            account_id=found.account_id,
            company_id=found.company_id,
            product=found.product,
            contract_state=found.contract_state,
            state=found.state,
            reason=found.reason,
            register_state_id=found.proof,
            opened_at=found.opened_at,
            ended_at=found.ended_at,
        )


class ContractProposalPage(ResponseModel):
    """A page of proposals."""

    items: list[ContractProposal]
    next: str | None


class AcceptProposal(ReasonInput):
    """The end of a contract, as you were shown it."""

    preview: str = Field(pattern="^[0-9a-f]{64}$", description="`digest` of the preview.")


@router.get("", operation_id="listContractProposals", responses=pagination.RESPONSES)
async def list_contract_proposals(
    _admitted: Reader,
    *,
    engine: EngineDep,
    page: pagination.Asked,
    state: ProposalsState = ProposalsState.OPEN,
) -> ContractProposalPage:
    """List contracts whose end is proposed, the newest first.

    Their company is deleted, bankrupt or in liquidation, says the register. Nothing ends by that
    alone.
    """
    name = f"contract-proposals-{state}"
    found = await proposals.list_proposals(
        engine,
        only_open=state is ProposalsState.OPEN,
        before=page.place(name, Place),
        limit=page.limit + 1,
    )
    shown, following = page.cut(name, found, lambda each: (each.opened_at, each.id))
    return ContractProposalPage(items=[ContractProposal.of(each) for each in shown], next=following)


@router.get("/{proposal_id}/preview", operation_id="previewContractProposal", responses=_SEEN)
async def preview_contract_proposal(
    proposal_id: UUID, _admitted: Reader, *, request: Request, engine: EngineDep
) -> ContractEndPreview:
    """Return what accepting a proposal brings about, computed by the code that ends contracts."""
    zone = parts_of(request).approvals.zone
    return ContractEndPreview.of(await proposals.preview(engine, proposal_id, zone))


@router.post(
    "/{proposal_id}/accept",
    operation_id="acceptContractProposal",
    response_model=ContractProposal,
    responses=_ACCEPTED,
)
async def accept_contract_proposal(
    proposal_id: UUID,
    seen: AcceptProposal,
    admitted: Operator,
    *,
    request: Request,
    engine: EngineDep,
    once: OnceOnly,
) -> Response:
    """End the contract as its preview said. The end can be called off until its moment."""
    zone, by = parts_of(request).approvals.zone, Decided(admitted.actor, seen.reason)

    async def carry_out(_: UUID) -> Done:
        try:
            found = await proposals.accept(engine, proposal_id, zone, by, digest=seen.preview)
        except PreviewChanged as changed:
            new = ContractEndPreview.of(changed.preview).to_keep()
            raise Problem("preview_changed", preview=new) from None
        return Done(200, ContractProposal.of(found).to_keep())

    return await once(admitted, carry_out)


@router.post(
    "/{proposal_id}/reject",
    operation_id="rejectContractProposal",
    response_model=ContractProposal,
    responses=_REJECTED,
)
async def reject_contract_proposal(
    proposal_id: UUID, why: ReasonInput, admitted: Operator, engine: EngineDep, once: OnceOnly
) -> Response:
    """Keep the contract. It is proposed anew only once the register has said otherwise."""
    by = Decided(admitted.actor, why.reason)

    async def carry_out(_: UUID) -> Done:
        return Done(
            200, ContractProposal.of(await proposals.reject(engine, proposal_id, by)).to_keep()
        )

    return await once(admitted, carry_out)
