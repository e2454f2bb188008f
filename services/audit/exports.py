"""Use case of exports: staff take the events of a search out of here, which is an event itself."""

from collections.abc import Iterator, Sequence

from domain.audit import Actor, EventKind
from storage.audit import event_search, events
from storage.audit.event_queries import NamedEvent
from storage.audit.event_search import EventSearch
from storage.audit.events import NewEvent
from storage.database import Database

_BATCH = 500


class Incomplete(Exception):
    """Fewer events could be read than were counted: an export must not end as if it were whole."""


def record(database: Database, which: EventSearch, *, actor: Actor) -> int:
    """Record who exports what; return how many events there are now."""
    with database.transaction() as session:
        found = event_search.count(session.connection(), which)
        said = {
            "count": found,
            "since": which.begins.isoformat(),
            "until": which.ends.isoformat(),
            "kind": which.kind,
            "account": which.account_id,
            "subject": which.subject_id,
            "actor_kind": which.actor_kind,
            "actor": which.actor_id,
        }
        event = NewEvent(
            EventKind.EVENTS_EXPORTED,
            subject_id=which.person_id,
            person_id=which.person_id,
            after={
                name: value if isinstance(value, int) else str(value)
                for name, value in said.items()
                if value is not None
            },
        )
        events.append(session, [event], actor=actor)
    return found


def batches(database: Database, which: EventSearch, counted: int) -> Iterator[Sequence[NamedEvent]]:
    """Yield the events, the newest first, each batch read in a moment of its own.

    Raises Incomplete at the end where there are fewer than were ``counted``.
    """
    before_id, read = None, 0
    while True:
        with database.reading() as connection:
            found = event_search.search(connection, which, before_id=before_id, limit=_BATCH)
        read += len(found)
        if not found:
            break
        yield found
        before_id = found[-1].event.id
    if read < counted:
        raise Incomplete
