"""Look several accounts up for staff: one event, with whoever looked."""

from collections.abc import Sequence
from uuid import UUID

from domain.audit import Actor, EventKind
from storage.accounts import account_search
from storage.accounts.account_search import FoundAccount
from storage.audit import events
from storage.audit.events import NewEvent
from storage.database import Database


def several(
    database: Database, named: Sequence[UUID | str], *, actor: Actor
) -> list[FoundAccount | None]:
    """Return the account of each id or customer number, in their order; None: there is none."""
    with database.transaction() as session:
        found = account_search.each(session.connection(), named)
        looked = NewEvent(EventKind.ACCOUNTS_LOOKED_UP, after={"count": len(named)})
        events.append(session, [looked], actor=actor)
    return found
