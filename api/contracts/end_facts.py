"""PUT /v1/contracts/{id}/end-facts: what the operator's systems know for the end of a contract."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from api.accounts.accounts import SYSTEMS
from api.auth.authorization import Authorized
from api.contracts.told_fields import (
    DEVICE_INSTALMENTS,
    DEVICE_VALUE,
    TERMS_CHANGED,
    Cents,
)
from api.http import problems
from api.http.dependencies import EngineDep
from api.http.routes import GuardedRoute
from api.http.schemas import RequestModel
from api.parts import parts_of
from services.contracts.end_facts import EndFacts, tell_end_facts

router = APIRouter(
    prefix="/v1/contracts/{contract_id}", tags=["contracts"], route_class=GuardedRoute
)


class EndFactsInput(RequestModel):
    """What the end of a contract goes by."""

    device_value_left_cents: Cents | None = DEVICE_VALUE
    device_instalments_left_cents: Cents | None = DEVICE_INSTALMENTS
    terms_changed_on: date | None = TERMS_CHANGED
    document_replaced_on: date | None = Field(
        None,
        description="The day on which the identity document of the contract's user was replaced:"
        " where the product's contract says `endsWithDocument`, it ends at once, on a day to come,"
        " or as soon as it is in force (`identity_changed`).",
    )


@router.put(
    "/end-facts",
    operation_id="putContractEndFacts",
    status_code=204,
    responses=problems.documented("not_found"),
)
async def put_end_facts(
    contract_id: UUID,
    told: EndFactsInput,
    admitted: Annotated[Authorized, Depends(SYSTEMS)],
    request: Request,
    engine: EngineDep,
) -> None:
    """Replace what the end of a contract goes by, also of one that was started here. Idempotent.

    A field that is left out becomes empty.
    """
    facts = EndFacts(**told.model_dump())
    zone = parts_of(request).approvals.zone
    await tell_end_facts(engine, contract_id, facts, zone, actor=admitted.actor)
