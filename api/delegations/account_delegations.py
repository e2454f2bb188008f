"""/v1/accounts/{id}/delegations: give somebody access to an account, and list who was given it."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4, uuid5

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.access.account_access import PeopleViewer, note_use, require_view, viewer_on
from api.accounts.people import PersonCode
from api.auth.principals import StaffCaller
from api.delegations import refusals
from api.delegations.refusals import DelegationRefusalReason, as_problems
from api.delegations.requester import Giver
from api.delegations.schemas import Delegation, DelegationInput, DelegationPage
from api.http import idempotency, limits, pagination, problems
from api.http.dependencies import Store, Uses
from api.http.idempotency import OnceOnly
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import ResponseModel
from api.http.validation_errors import ValidationIssue
from api.people.look_ups import note_look_up
from domain.delegations import checks
from domain.delegations.refusals import DelegationRefused
from domain.identifiers import InvalidIdentifier, PersonKey
from domain.people.look_ups import LookUp
from services.approvals import propose
from services.approvals import propose_check as check
from storage.delegations import delegation_queries
from storage.delegations.delegation_views import DelegationView
from storage.delegations.offering import Offer

router = APIRouter(
    prefix="/v1/accounts/{account_id}/delegations",
    tags=["delegations"],
    route_class=GuardedRoute,
)

OFFERED = problems.together(
    problems.together(idempotency.RESPONSES, limits.RESPONSES),
    problems.documented("delegation_refused", "group_unfillable", "not_found", "step_up_needed"),
)
_WAITING = (
    "Only those of which something is to be confirmed, accepted or begun: new ones, and other terms"
    " of those in force. `ended_too` adds nothing to these."
)


class DelegationCheck(ResponseModel):
    """Answer to a check of a delegation: would it be offered, or proposed."""

    allowed: bool = Field(description="Whether it would be offered, or proposed.")
    refusals: list[DelegationRefusalReason] = Field(
        description="Empty: it would be offered, or proposed."
    )
    jointly: bool = Field(
        description="Whether others would have to confirm it before it is offered."
    )


@router.post(
    "",
    operation_id="offerDelegation",
    status_code=201,
    response_model=Delegation,
    responses=OFFERED,
)
async def offer_delegation(
    account_id: UUID, wanted: DelegationInput, who: Giver, once: OnceOnly
) -> Response:
    """Offer somebody access to this account. It begins once they accept, on its first day.

    Who represents the account's company alone, or owns the account, gives in the owner's name. Who
    was given access with the right to pass it on gives within that. The answer never tells whether
    the receiver is known.

    Who represents the company only together with others proposes it: the delegation then has the
    state `awaiting_confirmations`, and is offered once enough of them have confirmed. Proposing
    needs a fresh login, and is the proposer's own confirmation.
    """

    async def offer(id_: UUID) -> DelegationView:
        new = offer_of(id_, account_id, who.person_id, wanted)
        return await propose.offer_delegation(who.engine, who.jointly(), new, actor=who.actor)

    return await who.once(once, offer, 201)


@router.post(
    "/check",
    operation_id="checkDelegation",
    responses=limits.RESPONSES | problems.documented("group_unfillable"),
)
async def check_delegation(
    account_id: UUID, wanted: DelegationInput, who: Giver
) -> DelegationCheck:
    """Tell whether this would be offered or proposed, and if not why. Changes nothing."""
    try:
        new = offer_of(uuid4(), account_id, who.person_id, wanted)
    except DelegationRefused as refused:
        shown = refusals.shown(refused.refusals)
        return DelegationCheck(allowed=False, refusals=shown, jointly=False)
    with as_problems():
        found = await check.check_delegation(who.engine, who.jointly(), new, actor=who.actor)
    shown = refusals.shown(found.refusals)
    return DelegationCheck(allowed=not shown, refusals=shown, jointly=found.jointly)


@router.get(
    "",
    operation_id="listAccountDelegations",
    responses=pagination.RESPONSES | problems.documented("not_found"),
)
def list_account_delegations(
    account_id: UUID,
    admitted: PeopleViewer,
    database: Store,
    uses: Uses,
    page: pagination.Asked,
    *,
    ended_too: bool = False,
    waiting: Annotated[bool, Query(description=_WAITING)] = False,
) -> DelegationPage:
    """List the delegations on this account, by id: those that are open, or all.

    Requires `access:view` on the account. Anyone else gets 404. To staff it lists all that there
    were; to others those since the account got its present owner. What waits to be confirmed before
    it is offered is listed to those who represent the account's company. Each receiver whom staff
    are shown is the event `person:looked_up`.
    """
    after = page.place("account-delegations", UUID)
    with database.reading() as connection:
        require_view(connection, admitted, account_id)
        note_use(uses, admitted, account_id)
        viewer = viewer_on(connection, admitted, account_id)
        views = delegation_queries.of_account(
            connection,
            account_id,
            ended_too=ended_too and not waiting,
            waiting=waiting,
            of_this_owner=not isinstance(admitted.caller, StaffCaller),
            proposals_too=viewer.sees_proposals(account_id),
            after=after,
            limit=page.limit + 1,
        )
    shown, following = page.cut("account-delegations", views, lambda view: view.id)
    seen = [each for view in shown for each in view.known_receivers]
    note_look_up(database, admitted, seen, LookUp.DELEGATION, account_id)
    return DelegationPage.of(shown, following, viewer)


def offer_of(
    id_: UUID, account_id: UUID, giver_id: UUID, wanted: DelegationInput, *, of: UUID | None = None
) -> Offer:
    """Make the offer of a request; ``of``: the delegation to pass on.

    Its version's id is made of its own, so that it is the same when it is repeated. Raises
    DelegationRefused, or Problem for a code that is nobody's.
    """
    receiver, terms = receiver_of(wanted.receiver), wanted.terms()
    return Offer(id_, uuid5(id_, "version"), account_id, giver_id, receiver, terms, of)


def receiver_of(named: PersonCode, pointer: str = "/receiver/code") -> PersonKey:
    """Return the key of the receiver of a request, whose code is at ``pointer``.

    Raises DelegationRefused for a company, Problem for a code that is nobody's.
    """
    try:
        return checks.receiver(named.country, named.code, today=datetime.now(UTC).date())
    except InvalidIdentifier as error:
        issue = ValidationIssue(pointer, str(error))
        raise Problem("invalid", errors=[issue]) from None
