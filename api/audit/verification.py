"""/v1/ops/events/verification: staff verify that nobody tampered with the history."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.http import problems
from api.http.dependencies import Store
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import ResponseModel
from storage.audit import chain_check

router = APIRouter(prefix="/v1/ops/events/verification", tags=["events"], route_class=GuardedRoute)

_Operator = Annotated[Authorized, Depends(Allow(roles=(StaffRole.OPS,)))]
_MOST_LINKS = 20_000


class ChainPart(ResponseModel):
    """A part of the hash chain that was recomputed, up to where it is broken."""

    checked: int = Field(description="Number of positions that are whole, from the first on.")
    head: str = Field(description="The hash of the last of these: keep a copy elsewhere.")
    broken_at: int | None = Field(description="Null: every position that was read is whole.")
    fault: str | None = Field(description="What is wrong there.")
    next: int | None = Field(description="`after` of the next part; null: this is the last.")


@router.get("", operation_id="verifyEvents", responses=problems.documented("not_found"))
def verify_events(
    _admitted: _Operator,
    database: Store,
    after: Annotated[int, Query(ge=0, le=2**63 - 1, description="`next` of the part before.")] = 0,
    limit: Annotated[int, Query(ge=1, le=_MOST_LINKS, description="Positions to read.")] = 10_000,
) -> ChainPart:
    """Recompute a part of the hash chain: repeat with `next` to verify all of it.

    Ends at the first position that is broken. Erased notes and published heads are compared by
    `volitus events verify`, which reads the whole chain. 404: no position `after`.
    """
    with database.reading() as connection:
        part = chain_check.check(connection, after=after, limit=limit)
    if part is None:
        raise Problem("not_found")
    more = part.fault is None and part.checked == limit
    return ChainPart(
        checked=part.checked,
        head=part.head,
        broken_at=part.broken_at,
        fault=part.fault,
        next=part.through if more else None,
    )
