"""/v1/accounts/{id}/review: everyone with access, and what is decided about it."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.access.account_access import PeopleViewer, Viewer, note_use
from api.access.service_labels import labels, sight_of
from api.auth.authorization import Authorized
from api.auth.principals import StaffCaller
from api.delegations.requester import Acting, Giver
from api.http import idempotency, pagination, problems
from api.http.dependencies import Store, Uses
from api.http.idempotency import Done, OnceOnly
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.people.look_ups import note_look_up
from api.reviews.refusals import as_refused
from api.reviews.schemas import (
    AccessBar,
    AccessBarPage,
    AccessReview,
    Departure,
    ReviewDecisionsInput,
    ReviewedAccess,
    ReviewOutcome,
)
from domain.access.bars import Bar
from domain.delegations.basis import BasisKind
from domain.people.look_ups import LookUp
from services.reviews import decide
from services.reviews.authority import reviews_as
from storage.access import bar_queries
from storage.accounts import account_queries
from storage.database import Connection
from storage.delegations import departure_queries
from storage.numbers import proved_numbers
from storage.parties import people
from storage.reviews import review_queries
from storage.reviews.deciding import Reviewer
from storage.reviews.review_queries import Place

router = APIRouter(prefix="/v1/accounts/{account_id}", tags=["reviews"], route_class=GuardedRoute)

_READ = problems.documented("not_found")
_LIST = pagination.RESPONSES | _READ
_DECIDED = problems.together(
    idempotency.RESPONSES, problems.documented("not_found", "review_refused")
)
_LIFTED = problems.documented("not_found", "needs_joint_approval")
_BARS = 100


@router.get("/review", operation_id="reviewAccountAccess", responses=_LIST)
def review_account_access(
    account_id: UUID, admitted: PeopleViewer, database: Store, uses: Uses, page: pagination.Asked
) -> AccessReview:
    """List everyone with access to this account, whatever its origin: one item for each grant.

    For who manages access in the owner's name: a representative of the company, alone or together
    with others, or the owner. Anyone else gets 404. Each person whom staff are shown is the event
    `person:looked_up`.
    """
    after = page.place("review", Place)
    with database.reading() as connection:
        alone = _require(connection, admitted, account_id) is not BasisKind.JOINT
        note_use(uses, admitted, account_id)
        rows = review_queries.page_of(
            connection,
            account_id,
            after=after,
            limit=page.limit + 1,
            suspended_too=isinstance(admitted.caller, StaffCaller),
        )
        first = after is None
        departures = _departures(connection, account_id) if first else []
        bars = _bars(connection, account_id) if first else []
        shown, following = page.cut("review", rows, lambda row: (row.person_id, row.grant.id))
        grants = [row.grant for row in shown]
        sights = {account_id: sight_of(connection, admitted, account_id)}
        services = labels(connection, sights, grants)
        numbers = proved_numbers.of_grants(connection, [grant.id for grant in grants])
    seen = [row.person_id for row in shown]
    note_look_up(database, admitted, seen, LookUp.ACCOUNT, account_id)
    return AccessReview(
        departures=departures,
        bars=[AccessBar.of(bar) for bar in bars[:_BARS]],
        more_bars=len(bars) > _BARS,
        items=[
            ReviewedAccess.of(row, services, numbers.get(row.grant.id), alone=alone)
            for row in shown
        ],
        next=following,
    )


def _departures(connection: Connection, account_id: UUID) -> list[Departure]:
    found = departure_queries.open_on(connection, account_id)
    givers = {each.giver_id: people.find(connection, each.giver_id) for each in found}
    names = {id_: giver.name for id_, giver in givers.items() if giver is not None}
    return [Departure.of(each, names.get(each.giver_id, "")) for each in found]


def _bars(connection: Connection, account_id: UUID) -> list[Bar]:
    return [*bar_queries.open_on(connection, account_id, after=None, limit=_BARS + 1)]


@router.post(
    "/review/decisions",
    operation_id="decideAccountReview",
    response_model=ReviewOutcome,
    responses=_DECIDED,
)
async def decide_account_review(
    account_id: UUID, wanted: ReviewDecisionsInput, who: Acting, once: OnceOnly
) -> Response:
    """Confirm, shorten or end access: all of the decisions, or none. True at commit.

    Access by a proved number is ended with a bar: numbers that the person proves give no access to
    this account until the bar is lifted. What the operator's systems gave stays ended until they
    give it anew. Who acts only together with others shortens and ends alone, and does not confirm:
    `needs_joint_approval`; see `proposeKeeping`.
    """

    async def carry_out(_: UUID) -> Done:
        by = Reviewer(account_id, who.person_id, who.actor, who.rules)
        decisions = [each.decided() for each in wanted.decisions]
        with as_refused("/decisions/{number}/{field}"):
            done = await decide.decide_review(who.engine, by, decisions)
        return Done(200, ReviewOutcome.of(done).to_keep())

    return await once(who.admitted, carry_out, who.person_id)


@router.get("/bars", operation_id="listAccountBars", responses=_LIST)
def list_account_bars(
    account_id: UUID, admitted: Viewer, database: Store, page: pagination.Asked
) -> AccessBarPage:
    """List the bars in force on this account. For whom the review is."""
    after = page.place("bars", UUID)
    with database.reading() as connection:
        _require(connection, admitted, account_id)
        rows = bar_queries.open_on(connection, account_id, after=after, limit=page.limit + 1)
    shown, following = page.cut("bars", rows, lambda bar: bar.id)
    return AccessBarPage(items=[AccessBar.of(bar) for bar in shown], next=following)


@router.post(
    "/bars/{bar_id}/lift",
    operation_id="liftAccountBar",
    status_code=204,
    response_class=Response,
    responses=_LIFTED,
)
async def lift_account_bar(account_id: UUID, bar_id: UUID, who: Giver) -> None:
    """Lift a bar: numbers that its person proves from now on give access again. Repeatable.

    For who decides alone. Who acts only together with others gets `needs_joint_approval`.
    """
    await decide.lift_bar(who.engine, account_id, bar_id, who.person_id, actor=who.actor)


def _require(connection: Connection, admitted: Authorized, account_id: UUID) -> BasisKind | None:
    """Return on what authority the caller reviews access to the account; None: as staff.

    Raises Problem where they may not.
    """
    person = admitted.person
    if person is None:
        authority, allowed = None, account_queries.account(connection, account_id) is not None
    else:
        authority = reviews_as(connection, account_id, person)
        allowed = authority is not None
    if not allowed:
        raise Problem("not_found")
    return authority
