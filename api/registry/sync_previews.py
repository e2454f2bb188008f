"""POST /v1/sync/runs/{id}/preview/search: who would lose or gain what by a held run."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field

from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.http import pagination, problems
from api.http.dependencies import Store
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import Reason, RequestModel, ResponseModel, SingleLine
from storage.registry import preview_search, sync_run_queries

router = APIRouter(prefix="/v1/sync/runs", tags=["sync"], route_class=GuardedRoute)

_Operator = Annotated[Authorized, Depends(Allow(roles=(StaffRole.OPS,), acts=False))]


class PreviewEffect(StrEnum):
    """What a run would do to a grant."""

    ENDING = "ending"
    STARTING = "starting"
    SUSPENDING = "suspending"


class PreviewSearch(RequestModel):
    """Which grants to list."""

    effect: PreviewEffect = Field(description="Only grants with which this would be done.")
    words: SingleLine | None = Field(
        None,
        max_length=100,
        description="Part of the name of the person, the account or its company; the beginning of"
        " the registry code; or the customer number.",
    )


class PreviewedChange(ResponseModel):
    """A grant that the run would start, end or suspend."""

    account_id: UUID = Field(description="Id of the account.")
    account_reference: str
    account_name: str
    company_code: str | None = Field(
        description="Registry code of the account's owner. Null: a private account."
    )
    person_id: UUID
    person_name: str = Field(description="Empty: nobody named them.")
    role: str
    reason: Reason = Field(description="Why the run would do it.")


class PreviewedChangePage(ResponseModel):
    """A page of grants that a run would change."""

    items: list[PreviewedChange]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


@router.post(
    "/{run_id}/preview/search",
    operation_id="searchSyncPreview",
    responses=pagination.RESPONSES | problems.documented("not_found"),
)
def search_sync_preview(
    run_id: UUID,
    search: PreviewSearch,
    _admitted: _Operator,
    database: Store,
    page: pagination.Asked,
) -> PreviewedChangePage:
    """List who would lose or gain what by a run that is or was held: 10,000 of each at most.

    The run itself says how many there are. Names stand in the body: URLs end up in logs.
    """
    after = page.place("sync-preview", pagination.Number) or 0
    with database.reading() as connection:
        if sync_run_queries.run(connection, run_id) is None:
            raise Problem("not_found")
        found = preview_search.search(
            connection, run_id, search.effect, search.words, after=after, limit=page.limit + 1
        )
    shown, following = page.cut("sync-preview", found, lambda each: each.position)
    items = [
        PreviewedChange(
            account_id=each.account_id,
            account_reference=each.account_reference,
            account_name=each.account_name,
            company_code=each.company_code,
            person_id=each.person_id,
            person_name=each.person_name,
            role=each.role,
            reason=Reason(**each.reason),
        )
        for each in shown
    ]
    return PreviewedChangePage(items=items, next=following)
