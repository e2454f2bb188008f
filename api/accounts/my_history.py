"""GET /v1/me/history: what concerned the calling person."""

from fastapi import APIRouter

from api.accounts.me import NOT_KNOWN, Acting
from api.audit.history import Histories, HistoryPage
from api.http import pagination
from api.http.dependencies import Store, acting_person
from api.http.routes import GuardedRoute
from api.http.sentences import AskedSentences
from storage.audit import event_queries

router = APIRouter(prefix="/v1/me", tags=["me"], route_class=GuardedRoute)


@router.get("/history", operation_id="listMyHistory", responses=pagination.RESPONSES | NOT_KNOWN)
def list_my_history(
    admitted: Acting, database: Store, page: pagination.Asked, sentences: AskedSentences
) -> HistoryPage:
    """List the events about the calling person, newest first, also after their access ended."""
    before = page.place("my-history", pagination.Number)
    person_id = acting_person(database, admitted)
    with database.reading() as connection:
        found = event_queries.of_person(
            connection, person_id, before_id=before, limit=page.limit + 1
        )
        shown, following = page.cut("my-history", found, lambda each: each.event.id)
        items = Histories(admitted, sentences).shown(connection, shown, person_id)
    return HistoryPage(items=items, next=following)
