"""Staff who are shown persons: each is an event, whichever route shows them."""

from collections.abc import Iterable
from uuid import UUID

from api.auth.authorization import Authorized
from api.auth.principals import StaffCaller
from domain.people.look_ups import LookUp
from services.people import look_up
from storage.database import Database


def note_look_up(
    database: Database,
    admitted: Authorized,
    persons: Iterable[UUID],
    how: LookUp,
    account_id: UUID | None = None,
) -> None:
    """Record that a member of staff is shown these persons. Nothing for other callers.

    The route allows staff with ``acts=True``: whoever looked is recorded by name.
    """
    if isinstance(admitted.caller, StaffCaller) and (shown := set(persons)):
        look_up.note(database, shown, how, actor=admitted.actor, account_id=account_id)
