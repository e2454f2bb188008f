"""Who runs a command: a member of staff who signed in, with the roles that the API asks for."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from api.auth.principals import StaffRole
from cli.break_glass import BrokenGlass, broken_glass
from cli.connections import open_database
from cli.console import Failure
from cli.session.current import current
from cli.session.verification import verified
from domain.audit import Actor
from domain.staff import StaffMember, staff_id
from services.audit import staff
from settings.commands import OperatorCommandSettings
from settings.process_bases import StaffProcessSettings
from storage.database import Database

READERS = (StaffRole.SUPPORT, StaffRole.OPS)
"""Roles that may read about customers."""
EVERYONE = (*READERS, StaffRole.MANDATE_OFFICER)


class SignedIn(StrEnum):
    """Why an act needs somebody who is signed in, and is not done with ``--break-glass``."""

    TOGETHER = "This takes two members of staff, each signed in"
    OFFICER = "A mandate officer who is signed in says this"
    ERASING = "Somebody who is signed in erases: else a use of --break-glass could be hidden"


@dataclass(frozen=True, slots=True)
class Operator:
    """The member of staff who runs a command, and the database."""

    database: Database
    member: StaffMember
    roles: frozenset[StaffRole] = frozenset()
    """Empty with ``--break-glass``: nobody has said which they have."""

    def acting(self, *, dry_run: bool = False) -> Actor:
        """Record that they act; returns the actor of the events that follow.

        A dry run records nothing.
        """
        return self.member.actor if dry_run else staff.acting(self.database, self.member)


@contextmanager
def operating(
    settings: OperatorCommandSettings, *roles: StaffRole, only: SignedIn | None = None
) -> Iterator[Operator]:
    """Open the database for a member of staff with one of these roles.

    ``only`` somebody who is signed in, for this reason: nobody does it with ``--break-glass``. The
    sign-in is checked first. Raises Failure.
    """
    glass, has = broken_glass(), frozenset[StaffRole]()
    if glass is None:
        member, has = _signed_in(settings, roles)
    elif only is not None:
        raise Failure(f"{only}: it cannot be done with --break-glass. Run `volitus login` first.")
    else:
        member = StaffMember.behind_broken_glass(settings.staff.id_key(), glass.user)
    with open_database(settings) as database:
        if glass is not None:
            _record(database, member, glass)
        yield Operator(database, member, has)


@contextmanager
def reading(settings: OperatorCommandSettings, *roles: StaffRole) -> Iterator[Database]:
    """Open the database for a member of staff who only reads. Raises Failure."""
    with operating(settings, *roles) as operator:
        yield operator.database


def _signed_in(
    settings: StaffProcessSettings, roles: tuple[StaffRole, ...]
) -> tuple[StaffMember, frozenset[StaffRole]]:
    caller = verified(settings, current(settings).access_token)
    if caller.roles.isdisjoint(roles):
        raise Failure(
            f"This needs the role {' or '.join(roles)}, which {caller.name} does not have: "
            "ask for it at the identity provider, or `volitus login` as somebody who has it."
        )
    id_ = staff_id(settings.staff.id_key(), caller.issuer, caller.subject)
    return StaffMember(id_, caller.name), caller.roles


def _record(database: Database, member: StaffMember, glass: BrokenGlass) -> None:
    staff.break_glass(database, member, glass.command, note=glass.note)
