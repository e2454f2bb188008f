"""GET /v1/events/{id}: one event, with its place in the hash chain."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from api.access.account_access import may_view, viewer_on
from api.audit.history import Histories, HistoryEvent
from api.auth.authorization import Allow, Authorized
from api.auth.principals import Scope, StaffCaller, StaffRole
from api.http import problems
from api.http.dependencies import Store, acting_person
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.sentences import AskedSentences
from storage.accounts import account_queries
from storage.audit import single_event
from storage.audit.single_event import PlacedEvent
from storage.database import Connection

router = APIRouter(prefix="/v1/events", tags=["events"], route_class=GuardedRoute)

READERS = Allow(
    person=True,
    portal=True,
    scopes=(Scope.EVENTS,),
    roles=(StaffRole.SUPPORT, StaffRole.OPS),
)


class ChainedEvent(HistoryEvent):
    """One event, with its place in the hash chain. The feed has it in the form that is hashed."""

    account_id: UUID | None
    account_reference: str | None = Field(
        description="Null where there is no account, and for others than staff."
    )
    company_id: UUID | None
    position: int | None = Field(description="Null: it is not sealed yet.")
    hash: str | None = Field(description="Null: it is not sealed yet.")
    previous_hash: str | None = Field(
        description="Hash of the position before, over which `hash` is made too. Null: it is not"
        " sealed yet."
    )


@router.get("/{event_id}", operation_id="getEvent", responses=problems.documented("not_found"))
def get_event(
    event_id: Annotated[int, Path(ge=1, le=2**63 - 1)],
    admitted: Annotated[Authorized, Depends(READERS)],
    database: Store,
    sentences: AskedSentences,
) -> ChainedEvent:
    """Return an event. A person sees those of `/v1/me/history` and of the histories of accounts.

    Anyone else gets 404.
    """
    person_id = None if admitted.person is None else acting_person(database, admitted)
    with database.reading() as connection:
        found = single_event.find(connection, event_id)
        if found is None or not _sees(connection, admitted, person_id, found):
            raise Problem("not_found")
        account_id = found.named.event.account_id
        is_of_staff = isinstance(admitted.caller, StaffCaller)
        known = [account_id] if account_id and is_of_staff else []
        references = account_queries.references(connection, known)
        (shown,) = Histories(admitted, sentences).shown(connection, [found.named], person_id)
    return ChainedEvent(
        **dict(shown),
        account_id=account_id,
        account_reference=references.get(account_id) if account_id else None,
        company_id=found.named.event.company_id,
        position=found.position,
        hash=found.hash,
        previous_hash=found.previous_hash,
    )


def _sees(
    connection: Connection, admitted: Authorized, person_id: UUID | None, found: PlacedEvent
) -> bool:
    if person_id is None or found.is_about(person_id):
        return True
    event, account_id = found.named.event, found.named.event.account_id
    if account_id is None or not may_view(connection, admitted, account_id):
        return False
    sees_proposals = viewer_on(connection, admitted, account_id).sees_proposals(account_id)
    return single_event.is_in_history(connection, event, account_id, proposals_too=sees_proposals)
