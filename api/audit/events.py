"""The event feed: the whole history in the order of the hash chain, for programs."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field

from api.auth.authorization import Allow, Authorized
from api.auth.principals import Scope, StaffRole
from api.http import pagination
from api.http.dependencies import Store
from api.http.routes import GuardedRoute
from api.http.schemas import Actor, After, Before, Reason, ResponseModel
from domain.audit import EventKind
from storage.audit import chain_links, event_queries, hash_chain

router = APIRouter(prefix="/v1/events", tags=["events"], route_class=GuardedRoute)

FOLLOWERS = Allow(scopes=(Scope.EVENTS,), roles=(StaffRole.OPS,))


class FeedReason(Reason):
    """A reason as it is chained."""

    note_digest: str | None = Field(
        None,
        description="HMAC-SHA-256 of the text that an operator wrote, which is not in the feed.",
    )


class FeedEvent(ResponseModel):
    """One event, with its position in the hash chain.

    The hash is SHA-256 over the previous hash, a line feed, and this object without `position` and
    `hash` as JSON with sorted keys and no spaces: a follower can verify the chain.
    """

    position: int
    id: int = Field(description="Id of the event. They grow, with gaps.")
    at: str = Field(
        json_schema_extra={"format": "date-time"},
        description="When the event was written.",
    )
    kind: EventKind = Field(description="`<subject>:<action>`. More may be added.")
    actor: Actor
    subject_id: UUID | None
    account_id: UUID | None
    company_id: UUID | None
    person_id: UUID | None
    reason: FeedReason | None = Field(description="Why it happened. Null: nothing was said.")
    before: Before
    after: After
    hash: str = Field(description="SHA-256 of the event and the hash before it, in hexadecimal.")


class FeedPage(ResponseModel):
    """A page of the feed."""

    items: list[FeedEvent]
    next: str = Field(description="`after` of the next request, also where nothing is newer yet.")


# Only what is stored, for the hash is over that: an absent `run` or `facts` stays absent.
@router.get(
    "",
    operation_id="listEvents",
    responses=pagination.RESPONSES,
    response_model_exclude_unset=True,
)
def list_events(
    _admitted: Annotated[Authorized, Depends(FOLLOWERS)], database: Store, page: pagination.Asked
) -> FeedPage:
    """List all events, oldest first. Repeat with `next` to follow the feed.

    Each event appears at least once, and those of one account in order. An empty page means that
    nothing is newer than `after`.
    """
    after = page.place("events", pagination.Number) or 0
    hash_chain.seal_all(database)
    with database.reading() as connection:
        found = event_queries.feed(connection, after=after, limit=page.limit)
    last = found[-1].position if found else after
    items = [
        FeedEvent(**chain_links.line(each.event), position=each.position, hash=each.hash)
        for each in found
    ]
    return FeedPage(items=items, next=page.lead_on("events", last))
