"""/v1/delegations/{id}: other terms of a delegation, and giving a part of it on."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.delegations.account_delegations import OFFERED, offer_of
from api.delegations.requester import Acting, Giver
from api.delegations.schemas import Delegation, DelegationInput, TermsInput
from api.http.idempotency import OnceOnly
from api.http.routes import GuardedRoute
from services.approvals import propose
from services.delegations import ends, offers
from services.delegations.ends import Narrowing
from services.delegations.reads import read_delegation
from services.errors import NotFound
from storage.delegations.delegation_views import DelegationView
from storage.delegations.offering import Renewal

router = APIRouter(prefix="/v1/delegations", tags=["delegations"], route_class=GuardedRoute)


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
