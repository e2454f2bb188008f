"""Who runs a command: recorded as a member of staff, for the history."""

import os
import pwd
from typing import Protocol

from domain.audit import Actor
from domain.staff import StaffMember
from services.audit import staff
from settings.staff import StaffSettings
from storage.database import Database


class _HasStaff(Protocol):
    @property
    def staff(self) -> StaffSettings: ...


def acting(settings: _HasStaff, database: Database, *, dry_run: bool = False) -> Actor:
    """Record that this command's user acts; returns the actor of the events that follow.

    A dry run records nothing.
    """
    member = operator(settings)
    return member.actor if dry_run else staff.acting(database, member)


def operator(settings: _HasStaff) -> StaffMember:
    """Return the member of staff that the Unix user of this command counts as."""
    return StaffMember.of_command(settings.staff.id_key(), _user())


def _user() -> str:
    uid = os.getuid()
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:  # a container may run as a user without a name
        return str(uid)
