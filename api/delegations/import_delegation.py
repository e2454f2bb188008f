"""PUT /v1/delegations/{id}: the operator's systems import delegations that exist already."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from api.accounts.accounts import SYSTEMS
from api.accounts.people import PersonCode
from api.auth.authorization import Authorized
from api.delegations.account_delegations import receiver_of
from api.delegations.refusals import as_problems
from api.delegations.schemas import Delegation, PassableInput
from api.http import problems
from api.http.problems import Responses
from api.http.routes import GuardedRoute
from api.http.schemas import SingleLine
from api.parts import parts_of
from domain.delegations.imported import EARLIEST, ImportedDelegation
from domain.delegations.viewers import DelegationViewer
from domain.identity import LONGEST_NAME
from services.delegations import imports

router = APIRouter(prefix="/v1/delegations", tags=["delegations"], route_class=GuardedRoute)


class ImportedReceiver(PersonCode):
    """A person, as the operator has them."""

    name: SingleLine = Field(
        "",
        max_length=LONGEST_NAME,
        description="Shown until a register or the person's own login gives a name.",
    )


class ImportedDelegationInput(PassableInput):
    """A delegation as the operator has it: who may do what on an account, on which days."""

    account_id: UUID
    receiver: ImportedReceiver = Field(description="The person who has the access.")
    from_day: date = Field(
        ge=EARLIEST,
        description="The first day, in the time zone of the installation. May have passed: access"
        " begins with the import at the earliest.",
    )
    through_day: date | None = Field(
        None,
        description="The last day, inclusive; at most five years from today. Left out: the one that"
        " it has here, else as long from today as the installation's setting says.",
    )

    def record(self, id_: UUID) -> ImportedDelegation:
        """Return the record. Raises DelegationRefused, or Problem for a code that is nobody's."""
        role, permissions = self.given()
        return ImportedDelegation(
            id_,
            self.account_id,
            receiver_of(self.receiver),
            role,
            permissions,
            frozenset(self.service_ids),
            self.from_day,
            self.through_day,
            self.may_pass_on,
            self.receiver.name,
        )


_RESPONSES: Responses = {
    200: {"description": "The delegation exists and is up to date."},
    201: {"description": "The delegation was created.", "model": Delegation},
    **problems.documented("account_unknown", "delegation_refused"),
}


@router.put("/{delegation_id}", operation_id="putDelegation", responses=_RESPONSES)
async def put_delegation(
    delegation_id: UUID,
    delegation: ImportedDelegationInput,
    admitted: Annotated[Authorized, Depends(SYSTEMS)],
    request: Request,
    response: Response,
) -> Delegation:
    """Import a delegation, or other terms of one that was imported. Idempotent.

    It is in force at once, without an acceptance, and the receiver is told. What people did here
    counts for more: one that ended does not come back, one that a person gave here is not changed,
    and one that people changed here is not given more than they left.
    """
    parts = parts_of(request)
    with as_problems():
        record = delegation.record(delegation_id)
        put = await imports.put_delegation(parts.engine, parts.offers, record, actor=admitted.actor)
    if put.created:
        response.status_code = 201
    shown = Delegation.of(put.view, DelegationViewer(None))
    # Whoever sends a personal code does not learn the name that goes with it.
    nameless = shown.receiver.model_copy(update={"name": None})
    return shown.model_copy(update={"receiver": nameless})
