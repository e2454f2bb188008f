"""The feed: everything that happened, in the order of the chain, for programs that follow it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field

from api.auth.authorization import Allow, Authorized
from api.auth.principals import Scope, StaffRole
from api.http import pagination
from api.http.dependencies import Store
from api.http.routes import GuardedRoute
from api.http.schemas import ResponseModel
from storage.audit import event_queries, hash_chain

router = APIRouter(prefix="/v1/events", tags=["events"], route_class=GuardedRoute)

FOLLOWERS = Allow(scopes=(Scope.EVENTS,), roles=(StaffRole.OPS,))


class FeedEvent(ResponseModel):
    """One line of the history, with its place in the chain.

    The hash is over the hash before it, a line feed, and this line without `position` and `hash`
    as JSON with sorted keys and no spaces: whoever follows the feed can check the chain.
    """

    position: int
    id: int
    at: str = Field(json_schema_extra={"format": "date-time"})
    kind: str = Field(description="`<subject>:<action>`. More may be added.")
    actor: dict[str, Any] = Field(description="`kind`, `id`, and the sync `run` if there was one.")
    subject_id: UUID | None
    account_id: UUID | None
    company_id: UUID | None
    person_id: UUID | None
    reason: dict[str, Any] | None = Field(description="`code`, `text` and, if any, `facts`.")
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    hash: str


class FeedPage(ResponseModel):
    """A page of the feed."""

    items: list[FeedEvent]
    next: str = Field(description="`after` for next time, also when nothing is newer now.")


@router.get("", operation_id="listEvents", responses=pagination.RESPONSES)
def list_events(
    _admitted: Annotated[Authorized, Depends(FOLLOWERS)], database: Store, page: pagination.Asked
) -> FeedPage:
    """Everything that happened, oldest first. Ask again with `next` to go on following.

    At least once, and in order for each account. An empty page: nothing is newer than `after`.
    """
    after = page.place("events", pagination.Number) or 0
    hash_chain.seal_all(database)
    with database.reading() as connection:
        rows = event_queries.feed(connection, after=after, limit=page.limit)
    last = rows[-1].position if rows else after
    lines = [
        FeedEvent(**hash_chain.line(row), position=row.position, hash=row.hash) for row in rows
    ]
    return FeedPage(items=lines, next=page.lead_on("events", last))
