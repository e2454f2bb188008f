"""Writer of ``staff``: the names behind the pseudonymous ids of the history."""

from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from domain.audit import Actor, EventKind
from domain.reasons import Reason
from domain.staff import BREAK_GLASS, StaffMember
from storage.audit import event_notes, events
from storage.audit.events import NewEvent

_ACTS = text("""
INSERT INTO staff (id, name) VALUES (:id, :name)
ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, last_acted_at = clock_timestamp()
""")


def acts(session: Session, member: StaffMember) -> None:
    """Record that this member of staff acts, under this name.

    Commit it before the act: the row is then locked for a moment only, however long the act takes.
    A name that was erased is recorded again where its bearer acts again.
    """
    session.execute(_ACTS, {"id": member.id, "name": member.name})


def break_glass(session: Session, member: StaffMember, command: str, *, note: str) -> None:
    """Record that this member of staff runs a command without a sign-in."""
    reason = Reason(BREAK_GLASS, "A command was run without a sign-in", {"command": command})
    event = NewEvent(EventKind.BREAK_GLASS_USED, subject_id=UUID(member.id), reason=reason)
    event_notes.append(session, event, note, actor=member.actor)


def name_of(staff_id: str) -> str:
    """SQL that reads the name of the one with this id, an SQL expression; NULL: no member of staff.

    The actor of an event or row, ``actor ->> 'id'``, is given as it is: no client's id is a UUID
    that an HMAC with our key made.
    """
    return f"(SELECT member.name FROM staff member WHERE member.id = {staff_id})"


_ERASE = text("UPDATE staff SET name = NULL WHERE id = :id AND name IS NOT NULL RETURNING id")
_ERASED = Reason("name_erased", "The name of a member of staff is erased")


def erase_name(session: Session, staff_id: UUID, *, actor: Actor) -> bool:
    """Erase the name of this member of staff, and record that; returns whether there was one.

    The id stays.
    """
    if session.execute(_ERASE, {"id": str(staff_id)}).one_or_none() is None:
        return False
    event = NewEvent(EventKind.STAFF_NAME_ERASED, subject_id=staff_id, reason=_ERASED)
    events.append(session, [event], actor=actor)
    return True
