"""/v1/delegations/{id}: one delegation: read it, accept it, give it up, take it back."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.delegations.account_delegations import OFFERED
from api.delegations.requester import Acting, Giver, Requester
from api.delegations.schemas import Delegation, EndedDelegation
from api.delegations.warnings import WARNINGS, AccessWarning, warned
from api.http import idempotency, problems
from api.http.dependencies import EngineDep, acting_person
from api.http.idempotency import Done, Once, OnceOnly
from api.http.routes import GuardedRoute
from api.http.schemas import RequestModel, ResponseModel
from api.people.look_ups import note_look_up
from domain.delegations.viewers import DelegationViewer
from domain.people.look_ups import LookUp
from services.delegations import ends, offers
from services.delegations.offers import Acceptance
from services.delegations.reads import read_seen
from services.engine import Engine
from storage.delegations.delegation_views import DelegationView

router = APIRouter(prefix="/v1/delegations", tags=["delegations"], route_class=GuardedRoute)

WHO_MAY_READ = Allow(person=True, portal=True, roles=(StaffRole.SUPPORT, StaffRole.OPS))
Reader = Annotated[Authorized, Depends(WHO_MAY_READ)]
PeopleReader = Annotated[Authorized, Depends(replace(WHO_MAY_READ, acts=True))]
_READ = problems.documented("not_found")
_ENDED = problems.together(idempotency.RESPONSES, _READ)


class AcceptanceInput(RequestModel):
    """The version that the person saw and accepts."""

    version: int = Field(ge=1, le=2**31 - 1, description="`offer.terms.version`.")


class DelegationCascade(ResponseModel):
    """Delegations and grants that would end if the delegation ended now."""

    delegation_ids: list[UUID] = Field(description="With the delegation itself, if it is open.")
    person_ids: list[UUID] = Field(description="Who would lose access that they have or await.")
    grants: int = Field(description="How many grants would end.")
    warnings: list[AccessWarning] = Field(description=WARNINGS)


@router.get("/{delegation_id}", operation_id="getDelegation", responses=_READ)
async def get_delegation(
    delegation_id: UUID, admitted: PeopleReader, engine: EngineDep
) -> Delegation:
    """Return a delegation: to its giver and receiver, to whom may view access, and to staff.

    A receiver whom staff are shown is the event `person:looked_up`.
    """
    view, viewer = await _seen(engine, admitted, delegation_id)
    seen, how = view.known_receivers, LookUp.DELEGATION
    await run_in_threadpool(note_look_up, engine.database, admitted, seen, how, view.account_id)
    return Delegation.of(view, viewer)


@router.get("/{delegation_id}/cascade", operation_id="getDelegationCascade", responses=_READ)
async def get_cascade(
    delegation_id: UUID, admitted: Reader, engine: EngineDep
) -> DelegationCascade:
    """Return what would end with this delegation, computed by the code that ends it."""
    _, viewer = await _seen(engine, admitted, delegation_id)
    preview = await ends.preview_end(engine, delegation_id, viewer.person_id)
    found = preview.ended
    return DelegationCascade(
        delegation_ids=[each.id for each in found.delegations],
        person_ids=sorted({change.person_id for change in found.grants}),
        grants=len(found.grants),
        warnings=warned(preview.warnings),
    )


async def _seen(
    engine: Engine, admitted: Authorized, delegation_id: UUID
) -> tuple[DelegationView, DelegationViewer]:
    person_id = None
    if admitted.person is not None:
        person_id = await run_in_threadpool(acting_person, engine.database, admitted)
    return await read_seen(engine, delegation_id, person_id)


@router.post(
    "/{delegation_id}/accept",
    operation_id="acceptDelegation",
    response_model=Delegation,
    responses=OFFERED,
)
async def accept_delegation(
    delegation_id: UUID, seen: AcceptanceInput, who: Giver, once: OnceOnly
) -> Response:
    """Accept what was offered to you. Access begins on its first day."""
    given = Acceptance(delegation_id, seen.version, who.person_id)
    return await who.once(
        once, lambda _: offers.accept_delegation(who.engine, who.rules, given, actor=who.actor)
    )


@router.post(
    "/{delegation_id}/decline",
    operation_id="declineDelegation",
    status_code=204,
    response_class=Response,
    responses=_READ,
)
async def decline_delegation(delegation_id: UUID, who: Acting) -> None:
    """Decline what was offered to you. To whom it was offered is forgotten."""
    await offers.decline_delegation(who.engine, delegation_id, who.person_id, actor=who.actor)


@router.post(
    "/{delegation_id}/withdraw",
    operation_id="withdrawDelegation",
    response_model=Delegation,
    responses=OFFERED,
)
async def withdraw_delegation(delegation_id: UUID, who: Acting, once: OnceOnly) -> Response:
    """Withdraw an offer that is not accepted yet."""
    return await who.once(
        once,
        lambda _: offers.withdraw_offer(who.engine, delegation_id, who.person_id, actor=who.actor),
    )


@router.post(
    "/{delegation_id}/revoke",
    operation_id="revokeDelegation",
    response_model=EndedDelegation,
    responses=_ENDED,
)
async def revoke_delegation(delegation_id: UUID, who: Acting, once: OnceOnly) -> Response:
    """Take a delegation back, with what was passed on from it: every check refuses from now on."""
    return await _end(who, once, delegation_id, ends.revoke_delegation)


@router.post(
    "/{delegation_id}/waive",
    operation_id="waiveDelegation",
    response_model=EndedDelegation,
    responses=_ENDED,
)
async def waive_delegation(delegation_id: UUID, who: Acting, once: OnceOnly) -> Response:
    """Give up what you were given, with what you passed on from it."""
    return await _end(who, once, delegation_id, ends.waive_delegation)


async def _end(
    who: Requester,
    once: Once,
    delegation_id: UUID,
    end: Callable[..., Awaitable[ends.EndedDelegation]],
) -> Response:
    async def carry_out(_: UUID) -> Done:
        done = await end(who.engine, delegation_id, who.person_id, actor=who.actor)
        warnings = warned(done.warnings)
        about = {"event_id": done.event_id, "warnings": warnings}
        shown = EndedDelegation.of(done.view, await who.viewer_of(done.view), **about)
        return Done(200, shown.to_keep())

    return await once(who.admitted, carry_out, who.person_id)
