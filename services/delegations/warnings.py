"""Find what to warn of while access is taken away, in the transaction that does it."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from domain.delegations import last_manager
from domain.delegations.last_manager import Managers, WarningCode
from storage.access import representatives
from storage.access.managers import managers_left
from storage.database import Session
from storage.registry import acting

T = TypeVar("T")


def watching(
    session: Session, account_id: UUID, person_id: UUID | None, work: Callable[[], T]
) -> tuple[T, tuple[WarningCode, ...]]:
    """Do ``work``, which takes access away, and return what to warn ``person_id`` of.

    Whether others manage access is only for those who do, and for staff, who are no person here.
    """
    before = _managers(session, account_id, person_id)
    done = work()
    if person_id is not None and not before.oneself:
        return done, ()
    return done, last_manager.warnings(before, _managers(session, account_id, person_id))


def _managers(session: Session, account_id: UUID, person_id: UUID | None) -> Managers:
    persons = managers_left(session.connection(), account_id, first=person_id, limit=1)
    anybody = bool(persons) or acting.can_act(session, account_id)
    # One of several who act together takes access away alone.
    represents = person_id in representatives.of_account(session, account_id)
    return Managers(anybody, represents or person_id in persons)
