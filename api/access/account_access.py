"""Who has access to an account, and what has happened to it."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field

from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.http import pagination, problems
from api.http.dependencies import At, Store
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import Actor, GrantSummary, Reason, ResponseModel, summary
from domain.access.decisions import decide
from domain.access.permissions import Permission
from storage.access import grant_queries
from storage.accounts import queries
from storage.audit import event_queries
from storage.database import Connection

router = APIRouter(prefix="/v1/accounts", tags=["accounts"], route_class=GuardedRoute)

WHO_MAY_VIEW_ACCESS = Allow(person=True, portal=True, roles=(StaffRole.SUPPORT, StaffRole.OPS))
Viewer = Annotated[Authorized, Depends(WHO_MAY_VIEW_ACCESS)]
_RESPONSES = pagination.RESPONSES | problems.documented("not_found")


class PersonAccess(GrantSummary):
    """One person with access to the account."""

    person_id: UUID
    name: str


class PersonPage(ResponseModel):
    """A page of persons."""

    items: list[PersonAccess]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


class HistoryEvent(ResponseModel):
    """One thing that happened."""

    id: int
    at: datetime
    kind: str = Field(description="`<subject>:<action>`. More may be added.")
    actor: Actor
    subject_id: UUID | None = Field(description="The grant, account or service it is about.")
    person_id: UUID | None
    person_name: str | None
    reason: Reason | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class HistoryPage(ResponseModel):
    """A page of history."""

    items: list[HistoryEvent]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


@router.get("/{account_id}/people", operation_id="listAccountPeople", responses=_RESPONSES)
def list_account_people(
    account_id: UUID, admitted: Viewer, database: Store, page: pagination.Asked, at: At = None
) -> PersonPage:
    """Who holds what on this account, why, since when and until when.

    For persons with `access:view` on it. To anyone else it is as if it did not exist.
    """
    after = page.place("people", UUID)
    with database.reading() as connection:
        require_view(connection, admitted, account_id)
        rows = grant_queries.people_of(
            connection, account_id, at=at, after=after, limit=page.limit + 1
        )
    shown, following = page.cut("people", rows, lambda row: row.person_id)
    items = [
        PersonAccess(person_id=row.person_id, name=row.name, **summary(row.grants)) for row in shown
    ]
    return PersonPage(items=items, next=following)


@router.get("/{account_id}/history", operation_id="listAccountHistory", responses=_RESPONSES)
def list_account_history(
    account_id: UUID, admitted: Viewer, database: Store, page: pagination.Asked
) -> HistoryPage:
    """What has happened to this account and to access to it, newest first.

    For persons with `access:view` on it. To anyone else it is as if it did not exist.
    """
    before = page.place("history", pagination.Number)
    with database.reading() as connection:
        require_view(connection, admitted, account_id)
        rows = event_queries.history(connection, account_id, before_id=before, limit=page.limit + 1)
    shown, following = page.cut("history", rows, lambda row: row.id)
    return HistoryPage(items=[_happened(row) for row in shown], next=following)


def require_view(connection: Connection, admitted: Authorized, account_id: UUID) -> None:
    """Raises Problem where the caller may not see who has access to this account.

    The same problem as for an account that does not exist. Staff may see every account.
    """
    if admitted.person is None:
        allowed = queries.account(connection, account_id) is not None
    else:
        held = grant_queries.held(connection, admitted.person, account_id)
        allowed = decide(Permission.ACCESS_VIEW, held).allowed
    if not allowed:
        raise Problem("not_found")


def _happened(row: Any) -> HistoryEvent:
    told = {name: getattr(row, name) for name in HistoryEvent.model_fields}
    reason = Reason.of_json(row.reason)
    return HistoryEvent(**told | {"actor": Actor(**row.actor), "reason": reason})
