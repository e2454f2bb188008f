"""GET /v1/ops/staff: the names behind the pseudonymous ids of the history."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Depends
from pydantic import Field

from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.http import pagination
from api.http.dependencies import Store
from api.http.routes import GuardedRoute
from api.http.schemas import ResponseModel
from storage.audit import staff_queries
from storage.audit.staff_queries import KnownStaff

router = APIRouter(prefix="/v1/ops/staff", tags=["staff"], route_class=GuardedRoute)

_Reader = Annotated[Authorized, Depends(Allow(roles=(StaffRole.SUPPORT, StaffRole.OPS)))]


class ActingStaff(ResponseModel):
    """A member of staff who has acted."""

    id: str = Field(description="Their pseudonymous id (a UUID), as in events.")
    name: str | None = Field(description="Null: it is erased.")
    first_acted_at: datetime
    last_acted_at: datetime

    @classmethod
    def of(cls, known: KnownStaff) -> Self:
        return cls(
            id=known.id,
            name=known.name,
            first_acted_at=known.first_acted_at,
            last_acted_at=known.last_acted_at,
        )


class ActingStaffPage(ResponseModel):
    """A page of staff."""

    items: list[ActingStaff]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


@router.get("", operation_id="listStaff", responses=pagination.RESPONSES)
def list_staff(_admitted: _Reader, database: Store, page: pagination.Asked) -> ActingStaffPage:
    """List the staff who have acted, those who acted last first."""
    before = page.place("staff", tuple[datetime, str])
    with database.reading() as connection:
        found = staff_queries.last_acted(connection, limit=page.limit + 1, before=before)
    shown, following = page.cut("staff", found, lambda each: (each.last_acted_at, each.id))
    return ActingStaffPage(items=[ActingStaff.of(each) for each in shown], next=following)
