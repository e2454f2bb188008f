"""POST /v1/ops/events/export: staff take the events of a search out of here."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse

from api.audit.history import Histories
from api.audit.search import as_found, which_events
from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.http.dependencies import Store
from api.http.problems import Responses
from api.http.routes import GuardedRoute
from api.http.sentences import AskedSentences
from services.audit import exports
from storage.audit.event_search import EventSearch
from storage.database import Database

router = APIRouter(prefix="/v1/ops/events/export", tags=["events"], route_class=GuardedRoute)

_Exporter = Annotated[Authorized, Depends(Allow(roles=(StaffRole.OPS,)))]
_LINES = "application/jsonl"
_ANSWER: Responses = {
    200: {
        "description": "A line of JSON for each event, as `searchEvents` has it.",
        "content": {_LINES: {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post("", operation_id="exportEvents", response_class=StreamingResponse, responses=_ANSWER)
def export_events(
    admitted: _Exporter,
    database: Store,
    which: Annotated[EventSearch, Depends(which_events)],
    sentences: AskedSentences,
) -> StreamingResponse:
    """Return every event of a search, newest first, however many there are.

    Takes what `searchEvents` takes. That somebody did it is the event `events:exported`, which says
    how many there are; with `person_id`, that person sees it. An answer that breaks off, as a
    transfer that is not complete, is not all of them.
    """
    counted = exports.record(database, which, actor=admitted.actor)
    lines = _lines(database, which, counted, Histories(admitted, sentences))
    return StreamingResponse(lines, media_type=_LINES)


def _lines(
    database: Database, which: EventSearch, counted: int, histories: Histories
) -> Iterator[str]:
    for found in exports.batches(database, which, counted):
        with database.reading() as connection:
            shown = as_found(connection, histories, found)
        yield "".join(f"{each.model_dump_json()}\n" for each in shown)
