"""Use cases of staff: who acts is recorded first, with a name that can be erased."""

from uuid import UUID

from domain.audit import Actor
from domain.staff import StaffMember
from storage.audit import staff
from storage.database import Database


def acting(database: Database, member: StaffMember) -> Actor:
    """Record that this member of staff acts; returns the actor of the events that follow."""
    with database.transaction() as session:
        staff.acts(session, member)
    return member.actor


def break_glass(database: Database, member: StaffMember, command: str, *, note: str) -> None:
    """Record that a command is run without a sign-in; that raises an alert (ops/alerts.yml).

    ``note``: reason, user and host. It stands beside the history, where it can be erased;
    ``command`` is the program's own word.
    """
    with database.transaction() as session:
        staff.acts(session, member)
        staff.break_glass(session, member, command, note=note)


def erase_name(database: Database, staff_id: UUID, *, actor: Actor) -> bool:
    """Erase the name of a member of staff; returns whether there was one.

    The erasure is an event itself. What they did stays in the history, by their id.
    """
    with database.transaction() as session:
        return staff.erase_name(session, staff_id, actor=actor)
