"""Use case of staff: whoever acts is recorded first, with a name for other staff."""

from domain.audit import Actor
from domain.staff import StaffMember
from storage.audit import staff
from storage.database import Database


def acting(database: Database, member: StaffMember) -> Actor:
    """Record that this member of staff acts; returns the actor of the events that follow."""
    with database.transaction() as session:
        staff.acts(session, member)
    return member.actor
