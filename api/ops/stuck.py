"""Routes that list, count and show stuck items."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.http import pagination, problems
from api.http.dependencies import Store
from api.http.routes import GuardedRoute
from api.ops.filter_query import Which
from api.ops.group_schemas import StuckGroup, StuckGroups
from api.ops.schemas import ListedStuckItem, StuckItemDetails, StuckItemPage
from domain.ops.stuck_subjects import StuckSubject
from services.ops import stuck_story
from storage.ops import stuck_queries, stuck_subjects
from storage.ops.stuck_queries import Place

router = APIRouter(prefix="/v1/ops/stuck", tags=["stuck"], route_class=GuardedRoute)

OPERATIONS = Allow(roles=(StaffRole.OPS,))
Operator = Annotated[Authorized, Depends(OPERATIONS)]


@router.get("", operation_id="listStuckItems", responses=pagination.RESPONSES)
def list_stuck_items(
    _admitted: Operator, database: Store, page: pagination.Asked, which: Which
) -> StuckItemPage:
    """List items that are not closed. The item that is stuck longest comes first."""
    after = page.place("stuck", Place)
    with database.reading() as connection:
        items = stuck_queries.page(connection, which, after=after, limit=page.limit + 1)
        shown, following = page.cut("stuck", items, lambda item: (item.since, item.id))
        about = stuck_subjects.subjects(connection, [item.id for item in shown])
    listed = [ListedStuckItem.about(item, about.get(item.id, StuckSubject())) for item in shown]
    return StuckItemPage(items=listed, next=following)


@router.get("/groups", operation_id="countStuckItems")
def count_stuck_items(_admitted: Operator, database: Store, which: Which) -> StuckGroups:
    """Count stuck items by target, reason and kind."""
    with database.reading() as connection:
        groups = stuck_queries.groups(connection, which)
    return StuckGroups(items=[StuckGroup.of(group) for group in groups])


# An id only: other words after /stuck/ are routes of their own.
@router.get(
    "/{stuck_id:uuid}", operation_id="getStuckItem", responses=problems.documented("not_found")
)
def get_stuck_item(stuck_id: UUID, _admitted: Operator, database: Store) -> StuckItemDetails:
    """Get an item, closed or not: its process's steps, the steps that it blocks, its events."""
    with database.reading() as connection:
        return StuckItemDetails.of_story(stuck_story.read(connection, stuck_id))
