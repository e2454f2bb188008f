"""Use case of notes: operations erase what was written beside an event."""

from domain.audit import Actor
from storage.audit import event_notes, hash_chain
from storage.database import Database


def erase_note(database: Database, position: int, *, actor: Actor) -> bool:
    """Erase the note of the event at this position of the chain; returns whether there was one.

    The erasure is an event itself. Like commands about targets it needs only the database.
    """
    hash_chain.seal_all(database)
    with database.transaction() as session:
        return event_notes.erase(session, position, actor=actor)
