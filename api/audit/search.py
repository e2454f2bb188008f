"""GET /v1/ops/events: staff search the history."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.audit.history import Histories, HistoryEvent
from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.http import pagination
from api.http.dependencies import Store
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import AnyMoment, ResponseModel
from api.http.sentences import AskedSentences
from api.http.validation_errors import ValidationIssue
from api.people.look_ups import note_look_up
from domain.audit import ActorKind, EventKind
from domain.people.look_ups import LookUp
from storage.accounts import account_queries
from storage.audit import event_search
from storage.audit.event_queries import NamedEvent
from storage.audit.event_search import EventSearch
from storage.database import Connection

router = APIRouter(prefix="/v1/ops/events", tags=["events"], route_class=GuardedRoute)

_SEARCHERS = Allow(roles=(StaffRole.SUPPORT, StaffRole.OPS), acts=True)
_Searcher = Annotated[Authorized, Depends(_SEARCHERS)]
_LONGEST = timedelta(days=31, hours=1)
"""31 days, one of which may have 25 hours."""


class FoundEvent(HistoryEvent):
    """One event of the history, with the account it is about."""

    account_id: UUID | None
    account_reference: str | None
    company_id: UUID | None


class FoundEventPage(ResponseModel):
    """A page of events."""

    items: list[FoundEvent]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


def which_events(
    *,
    kind: EventKind | None = None,
    account_id: UUID | None = None,
    person_id: UUID | None = None,
    subject_id: UUID | None = None,
    actor_kind: ActorKind | None = None,
    actor: Annotated[
        UUID | None,
        Query(description="Who acted, or for whom a portal did: a person, or a member of staff."),
    ] = None,
    since: Annotated[
        AnyMoment | None, Query(description="Left out: 31 days before `before`.")
    ] = None,
    before: Annotated[AnyMoment | None, Query(description="Left out: now.")] = None,
) -> EventSearch:
    """Return the search. Raises Problem where it would read more than a month of everything."""
    ends = before or datetime.now(UTC) + timedelta(minutes=1)
    begins = since or ends - _LONGEST
    if account_id is None and person_id is None and subject_id is None and ends - begins > _LONGEST:
        text = "31 days at most, unless one account, person or subject is named"
        raise Problem("invalid", errors=[ValidationIssue("since", text)])
    named = None if actor is None else str(actor)
    return EventSearch(begins, ends, kind, account_id, person_id, subject_id, actor_kind, named)


@router.get("", operation_id="searchEvents", responses=pagination.RESPONSES)
def search_events(
    admitted: _Searcher,
    database: Store,
    page: pagination.Asked,
    which: Annotated[EventSearch, Depends(which_events)],
    sentences: AskedSentences,
) -> FoundEventPage:
    """Search the history, newest first: what happened, to whom, by whom, and when.

    31 days at most, unless one account, person or subject is named. For everything with its
    hashes, follow `GET /v1/events`. With `person_id`, the first page is the event
    `person:looked_up`.
    """
    before = page.place("event-search", pagination.Number)
    if which.person_id is not None and before is None:
        note_look_up(database, admitted, [which.person_id], LookUp.HISTORY)
    with database.reading() as connection:
        found = event_search.search(connection, which, before_id=before, limit=page.limit + 1)
        shown, following = page.cut("event-search", found, lambda each: each.event.id)
        items = as_found(connection, Histories(admitted, sentences), shown)
    return FoundEventPage(items=items, next=following)


def as_found(
    connection: Connection, histories: Histories, found: Sequence[NamedEvent]
) -> list[FoundEvent]:
    """Return what was found as the caller may see it."""
    accounts = {id_ for each in found if (id_ := each.event.account_id)}
    references = account_queries.references(connection, accounts)
    return [
        FoundEvent(
            **dict(shown),
            account_id=(account_id := each.event.account_id),
            account_reference=references.get(account_id) if account_id else None,
            company_id=each.event.company_id,
        )
        for shown, each in zip(histories.shown(connection, found), found, strict=True)
    ]
