"""/v1/accounts/{id}/people and /history: access to an account, and its history."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field

from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffCaller, StaffRole
from api.http import pagination, problems
from api.http.dependencies import At, Store
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import After, Before, GrantSummary, NamedActor, Reason, ResponseModel, summary
from domain import audit
from domain.access.decisions import decide
from domain.access.permissions import Permission
from domain.audit import ActorKind, EventKind
from storage.access import grant_list_queries, grant_queries
from storage.accounts import account_queries
from storage.audit import event_queries
from storage.audit.event_queries import NamedEvent
from storage.database import Connection

router = APIRouter(prefix="/v1/accounts", tags=["accounts"], route_class=GuardedRoute)

WHO_MAY_VIEW_ACCESS = Allow(person=True, portal=True, roles=(StaffRole.SUPPORT, StaffRole.OPS))
Viewer = Annotated[Authorized, Depends(WHO_MAY_VIEW_ACCESS)]
_RESPONSES = pagination.RESPONSES | problems.documented("not_found")


class PersonAccess(GrantSummary):
    """One person with access to the account."""

    person_id: UUID
    name: str | None = Field(
        description="null: of a past moment, where neither the person has access now nor the"
        " caller had `access:view` then."
    )
    suspended: bool = Field(
        description="The person or the account is frozen, so the access is not in force. Such"
        " persons are listed for staff only."
    )


class PersonPage(ResponseModel):
    """A page of persons."""

    items: list[PersonAccess]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


class HistoryEvent(ResponseModel):
    """One event of an account's history."""

    id: int
    at: datetime
    kind: EventKind = Field(description="`<subject>:<action>`. More may be added.")
    actor: NamedActor
    subject_id: UUID | None = Field(description="The grant, account or service it concerns.")
    person_id: UUID | None
    person_name: str | None
    reason: Reason | None
    note: str | None = Field(
        description="What an operator wrote. Null: nobody did, it is erased, or the caller is no"
        " staff."
    )
    before: Before
    after: After


class HistoryPage(ResponseModel):
    """A page of history."""

    items: list[HistoryEvent]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


@router.get("/{account_id}/people", operation_id="listAccountPeople", responses=_RESPONSES)
def list_account_people(
    account_id: UUID, admitted: Viewer, database: Store, page: pagination.Asked, at: At = None
) -> PersonPage:
    """List the persons with access to this account, with their grants.

    Requires `access:view` on the account. Anyone else gets 404.
    """
    after = page.place("people", UUID)
    with database.reading() as connection:
        require_view(connection, admitted, account_id)
        saw_all = at is None or _may_view(connection, admitted, account_id, at)
        rows = grant_list_queries.people_of(
            connection,
            account_id,
            at=at,
            after=after,
            limit=page.limit + 1,
            suspended_too=isinstance(admitted.caller, StaffCaller),
        )
    shown, following = page.cut("people", rows, lambda row: row.person_id)
    items = [
        PersonAccess(
            person_id=row.person_id,
            name=row.name if saw_all or row.has_access else None,
            suspended=row.suspended,
            **summary(row.grants),
        )
        for row in shown
    ]
    return PersonPage(items=items, next=following)


@router.get("/{account_id}/history", operation_id="listAccountHistory", responses=_RESPONSES)
def list_account_history(
    account_id: UUID, admitted: Viewer, database: Store, page: pagination.Asked
) -> HistoryPage:
    """List what happened to this account and to access to it, newest first.

    Requires `access:view` on the account. Anyone else gets 404. To staff it is
    the whole history; to others it begins where the account got its present owner.
    """
    before = page.place("history", pagination.Number)
    with database.reading() as connection:
        require_view(connection, admitted, account_id)
        found = event_queries.history(
            connection,
            account_id,
            before_id=before,
            limit=page.limit + 1,
            of_this_owner=not isinstance(admitted.caller, StaffCaller),
        )
    shown, following = page.cut("history", found, lambda each: each.event.id)
    return HistoryPage(items=[_history_event(each, admitted) for each in shown], next=following)


def require_view(connection: Connection, admitted: Authorized, account_id: UUID) -> None:
    """Raise Problem unless the caller may see who has access to this account.

    The problem is that of an account that does not exist. Staff may see every account.
    """
    if not _may_view(connection, admitted, account_id):
        raise Problem("not_found")


def _may_view(
    connection: Connection, admitted: Authorized, account_id: UUID, at: datetime | None = None
) -> bool:
    """Return whether the caller may see who has access to this account, or might have then."""
    if admitted.person is None:
        return account_queries.account(connection, account_id) is not None
    held = grant_queries.held(connection, admitted.person, account_id, at)
    return decide(Permission.ACCESS_VIEW, held).allowed


def _history_event(found: NamedEvent, admitted: Authorized) -> HistoryEvent:
    event = found.event
    is_staff = isinstance(admitted.caller, StaffCaller)
    actor = NamedActor.of(audit.Actor.from_json(event.actor, found.staff_name))
    if actor.kind is ActorKind.OPS and not is_staff:
        actor = NamedActor(kind=actor.kind, id="operator")
    return HistoryEvent(
        id=event.id,
        at=event.at,
        kind=EventKind(event.kind),
        actor=actor,
        subject_id=event.subject_id,
        person_id=event.person_id,
        person_name=found.person_name,
        reason=Reason.of_json(event.reason),
        note=found.note if is_staff else None,
        before=event.before,
        after=event.after,
    )
