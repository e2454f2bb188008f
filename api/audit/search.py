"""/v1/ops/events: staff search the history, and verify that nobody tampered with it."""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.audit.history import Histories, HistoryEvent
from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.http import pagination, problems
from api.http.dependencies import Store
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import AnyMoment, ResponseModel
from api.http.sentences import AskedSentences
from api.http.validation_errors import ValidationIssue
from api.people.look_ups import note_look_up
from domain.audit import EventKind
from domain.people.look_ups import LookUp
from storage.audit import chain_check, event_search
from storage.audit.event_search import EventSearch

router = APIRouter(prefix="/v1/ops/events", tags=["events"], route_class=GuardedRoute)

_SEARCHERS = Allow(roles=(StaffRole.SUPPORT, StaffRole.OPS), acts=True)
_Searcher = Annotated[Authorized, Depends(_SEARCHERS)]
_Operator = Annotated[Authorized, Depends(Allow(roles=(StaffRole.OPS,)))]
_LONGEST = timedelta(days=31)
_MOST_LINKS = 20_000


class FoundEvent(HistoryEvent):
    """One event of the history, with the account it is about."""

    account_id: UUID | None
    company_id: UUID | None


class FoundEventPage(ResponseModel):
    """A page of events."""

    items: list[FoundEvent]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


class ChainPart(ResponseModel):
    """A part of the hash chain that was recomputed, up to where it is broken."""

    checked: int = Field(description="Number of positions that are whole, from the first on.")
    head: str = Field(description="The hash of the last of these: keep a copy elsewhere.")
    broken_at: int | None = Field(description="Null: every position that was read is whole.")
    fault: str | None = Field(description="What is wrong there.")
    next: int | None = Field(description="`after` of the next part; null: this is the last.")


def _which(
    *,
    kind: EventKind | None = None,
    account_id: UUID | None = None,
    person_id: UUID | None = None,
    subject_id: UUID | None = None,
    actor: Annotated[
        UUID | None, Query(description="Id of the person, or pseudonymous id of the staff.")
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
    return EventSearch(begins, ends, kind, account_id, person_id, subject_id, named)


@router.get("", operation_id="searchEvents", responses=pagination.RESPONSES)
def search_events(
    admitted: _Searcher,
    database: Store,
    page: pagination.Asked,
    which: Annotated[EventSearch, Depends(_which)],
    sentences: AskedSentences,
) -> FoundEventPage:
    """Search the history, newest first: what happened, to whom, by whom, and when.

    A month at most, unless one account, person or subject is named. To export everything with its
    hashes, follow `GET /v1/events`. With `person_id`, the first page is the event
    `person:looked_up`.
    """
    before = page.place("event-search", pagination.Number)
    if which.person_id is not None and before is None:
        note_look_up(database, admitted, [which.person_id], LookUp.HISTORY)
    with database.reading() as connection:
        found = event_search.search(connection, which, before_id=before, limit=page.limit + 1)
        shown, following = page.cut("event-search", found, lambda each: each.event.id)
        events = Histories(admitted, sentences).shown(connection, shown)
    items = [
        FoundEvent(
            **dict(event), account_id=each.event.account_id, company_id=each.event.company_id
        )
        for event, each in zip(events, shown, strict=True)
    ]
    return FoundEventPage(items=items, next=following)


@router.get(
    "/verification", operation_id="verifyEvents", responses=problems.documented("not_found")
)
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
