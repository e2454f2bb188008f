"""GET /v1/accounts/{id}/history, and who may see access to an account."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from api.audit.history import Histories, HistoryPage
from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffCaller, StaffRole
from api.http import pagination, problems
from api.http.dependencies import Store, Uses
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.sentences import AskedSentences, reader_of
from domain.access.decisions import decide
from domain.access.permissions import Permission
from domain.delegations.viewers import DelegationViewer
from services.access.uses import AccessUses
from services.delegations.authority import viewer_of
from storage.access import grant_queries
from storage.accounts import account_queries
from storage.audit import event_queries
from storage.database import Connection

router = APIRouter(prefix="/v1/accounts", tags=["accounts"], route_class=GuardedRoute)

WHO_MAY_VIEW_ACCESS = Allow(person=True, portal=True, roles=(StaffRole.SUPPORT, StaffRole.OPS))
Viewer = Annotated[Authorized, Depends(WHO_MAY_VIEW_ACCESS)]
WHO_MAY_SEE_PEOPLE = replace(WHO_MAY_VIEW_ACCESS, acts=True)
"""The same callers: staff who are shown who has access are recorded (``note_look_up``)."""
PeopleViewer = Annotated[Authorized, Depends(WHO_MAY_SEE_PEOPLE)]
_RESPONSES = pagination.RESPONSES | problems.documented("not_found")


@router.get("/{account_id}/history", operation_id="listAccountHistory", responses=_RESPONSES)
def list_account_history(
    account_id: UUID,
    admitted: Viewer,
    database: Store,
    uses: Uses,
    page: pagination.Asked,
    *,
    sentences: AskedSentences,
) -> HistoryPage:
    """List what happened to this account and to access to it, newest first.

    Requires `access:view` on the account. Anyone else gets 404. To staff it is
    the whole history; to others it begins where the account got its present owner. What is only
    proposed is in it for those who represent the account's company.
    """
    before = page.place("history", pagination.Number)
    with database.reading() as connection:
        require_view(connection, admitted, account_id)
        note_use(uses, admitted, account_id)
        found = event_queries.history(
            connection,
            account_id,
            before_id=before,
            limit=page.limit + 1,
            of_this_owner=not isinstance(admitted.caller, StaffCaller),
            proposals_too=viewer_on(connection, admitted, account_id).sees_proposals(account_id),
        )
        shown, following = page.cut("history", found, lambda each: each.event.id)
        items = Histories(admitted, sentences).shown(connection, shown)
    return HistoryPage(items=items, next=following)


def viewer_on(connection: Connection, admitted: Authorized, account_id: UUID) -> DelegationViewer:
    """Return the caller, or the person it acts for, as a viewer of delegations on an account."""
    person_id = reader_of(connection, admitted).person_id
    if person_id is None:
        return DelegationViewer(None)
    return viewer_of(connection, person_id, [account_id])


def note_use(uses: AccessUses, admitted: Authorized, account_id: UUID) -> None:
    """Note that the person, if the caller is or acts for one, uses their access to an account."""
    if admitted.person is not None:
        uses.note(admitted.person, account_id)


def require_view(connection: Connection, admitted: Authorized, account_id: UUID) -> None:
    """Raise Problem unless the caller may see who has access to this account.

    The problem is that of an account that does not exist. Staff may see every account.
    """
    if not may_view(connection, admitted, account_id):
        raise Problem("not_found")


def may_view(
    connection: Connection, admitted: Authorized, account_id: UUID, at: datetime | None = None
) -> bool:
    """Return whether the caller may see who has access to this account, or might have then."""
    if admitted.person is None:
        return account_queries.account(connection, account_id) is not None
    held = grant_queries.held(connection, admitted.person, account_id, at)
    return decide(Permission.ACCESS_VIEW, held).allowed
