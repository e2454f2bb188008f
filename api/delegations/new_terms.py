"""/v1/delegations/{id}: other terms of a delegation, and giving a part of it on."""

from uuid import UUID, uuid4

from fastapi import APIRouter, Response
from pydantic import Field

from api.delegations import refusals
from api.delegations.account_delegations import OFFERED, offer_of
from api.delegations.refusals import DelegationRefusalReason, as_problems
from api.delegations.requester import Acting, Giver
from api.delegations.schemas import Delegation, DelegationInput, TermsInput
from api.http import limits, problems
from api.http.idempotency import OnceOnly
from api.http.routes import GuardedRoute
from api.http.schemas import ResponseModel
from domain.access.permissions import Permission
from domain.delegations.changes import ChangeWay
from services.approvals import propose
from services.approvals.change_check import check_change
from services.delegations import ends, offers
from services.delegations.ends import Narrowing
from services.delegations.reads import read_delegation
from services.errors import NotFound
from storage.delegations.delegation_views import DelegationView
from storage.delegations.offering import Renewal

router = APIRouter(prefix="/v1/delegations", tags=["delegations"], route_class=GuardedRoute)


class DelegationChangeCheck(ResponseModel):
    """Answer to a check of other terms: how they would come to count, and what goes with them."""

    allowed: bool = Field(description="Whether the change would be made.")
    refusals: list[DelegationRefusalReason] = Field(description="Empty: it is allowed.")
    way: ChangeWay = Field(
        description="How they come to count. `at_once`: they give nothing more, `changeDelegation`"
        " does it. `accepted`: once the receiver accepts them; `confirmed`: once others confirm"
        " them and then the receiver accepts; `renewDelegation` does both."
    )
    permissions: list[Permission] = Field(description="What they would give.")
    delegation_ids: list[UUID] = Field(
        description="What was passed on from it that would give less, or end. Of `at_once`."
    )
    person_ids: list[UUID] = Field(description="To whom that was passed on.")


@router.post(
    "/{delegation_id}/change",
    operation_id="changeDelegation",
    response_model=Delegation,
    responses=OFFERED,
)
async def change_delegation(
    delegation_id: UUID, wanted: TermsInput, who: Acting, once: OnceOnly
) -> Response:
    """Shorten a delegation, or take some of it away. It counts at once, also for what hangs on it.

    To give more or for longer, renew it.
    """

    async def change(_: UUID) -> DelegationView:
        narrowing = Narrowing(delegation_id, wanted.terms(), who.person_id)
        return await ends.narrow_delegation(who.engine, who.rules, narrowing, actor=who.actor)

    return await who.once(once, change)


@router.post(
    "/{delegation_id}/change/check",
    operation_id="checkDelegationChange",
    responses=limits.RESPONSES | problems.documented("group_unfillable", "not_found"),
)
async def check_delegation_change(
    delegation_id: UUID, wanted: TermsInput, who: Giver
) -> DelegationChangeCheck:
    """Tell how other terms of a delegation would come to count. Changes nothing.

    It is computed by the code that changes it.
    """
    with as_problems():
        terms = wanted.terms()
        renewal = Renewal(delegation_id, uuid4(), who.person_id, terms)
        found = await check_change(who.engine, who.jointly(), renewal, actor=who.actor)
    return DelegationChangeCheck(
        allowed=not found.refusals,
        refusals=refusals.shown(found.refusals),
        way=found.way,
        permissions=sorted(terms.permissions),
        delegation_ids=sorted(found.delegation_ids),
        person_ids=sorted(found.person_ids),
    )


@router.post(
    "/{delegation_id}/renew",
    operation_id="renewDelegation",
    response_model=Delegation,
    responses=OFFERED,
)
async def renew_delegation(
    delegation_id: UUID, wanted: TermsInput, who: Giver, once: OnceOnly
) -> Response:
    """Offer other terms of a delegation, such as another year. They count once accepted."""

    async def renew(id_: UUID) -> DelegationView:
        renewal = Renewal(delegation_id, id_, who.person_id, wanted.terms())
        return await propose.renew_delegation(who.engine, who.jointly(), renewal, actor=who.actor)

    return await who.once(once, renew)


@router.post(
    "/{delegation_id}/pass-on",
    operation_id="passOnDelegation",
    status_code=201,
    response_model=Delegation,
    responses=OFFERED,
)
async def pass_on_delegation(
    delegation_id: UUID, wanted: DelegationInput, who: Giver, once: OnceOnly
) -> Response:
    """Offer somebody a part of what you were given, within its permissions, services and days."""

    async def pass_on(id_: UUID) -> DelegationView:
        parent = await read_delegation(who.engine, delegation_id)
        if parent.receiver_id != who.person_id:
            raise NotFound
        new = offer_of(id_, parent.account_id, who.person_id, wanted, of=delegation_id)
        return await offers.offer_delegation(who.engine, who.rules, new, actor=who.actor)

    return await who.once(once, pass_on, 201)
