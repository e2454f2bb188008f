"""Use cases of freezes: an operator freezes a person or an account, and two lift it.

A frozen person still logs in; whatever needs access is refused, because none is in force. Only the
database is needed, so commands do it too: a ``Database`` stands in place of the ``Engine``. Calls
block.
"""

from collections.abc import Callable
from uuid import UUID

from domain.access.suspensions import Freeze, FreezeReason, Subject, obstacle_to_lifting
from domain.audit import Actor
from domain.messages.notices import NoticeKind
from services.errors import NotFound, Refused
from storage.access import suspension_queries, suspensions
from storage.accounts import account_queries
from storage.approvals import wakeups
from storage.database import Connection, Database, Session
from storage.messages import freeze_notices
from storage.parties import people

DETAILS = {
    "freeze_lifted": "It was lifted before.",
    "lift_not_requested": "A member of staff asks to lift it first.",
    "second_person_needed": "The one who asked to lift it cannot lift it: another one must.",
}


def freeze(
    database: Database, subject: Subject, code: FreezeReason, *, actor: Actor, note: str
) -> Freeze:
    """Freeze a person or an account: every check refuses from the commit on.

    Repeating changes nothing: what is frozen stays as it is, and its freeze is returned. Raises
    NotFound where there is no such person or account.
    """
    with database.reading() as connection:
        if not _exists(connection, subject):
            raise NotFound
    with database.transaction() as session:
        persons = freeze_notices.concerned(session, subject)
        id_ = suspensions.freeze(session, subject, code, actor=actor, note=note)
        told = (NoticeKind.ACCESS_SUSPENDED, id_, subject, persons)
        freeze_notices.tell(session, *told, actor=actor)
    return read_freeze(database, id_)


def request_lift(database: Database, freeze_id: UUID, *, actor: Actor, note: str) -> Freeze:
    """Ask to lift a freeze. Another member of staff than this one then lifts it.

    Repeating changes nothing: the first who asked has asked. Raises NotFound, or Refused
    ``freeze_lifted``.
    """

    def ask(session: Session, found: Freeze) -> None:
        if found.lifted_at is not None:
            raise _refused("freeze_lifted")
        if found.lift_requested_by is None:
            suspensions.request_lift(session, found, actor=actor, note=note)

    return _change(database, freeze_id, ask)


def withdraw_lift(database: Database, freeze_id: UUID, *, actor: Actor, note: str) -> Freeze:
    """Take back the request to lift a freeze, one's own or another's: nobody can lift it then.

    Repeating changes nothing. Raises NotFound, or Refused ``freeze_lifted``.
    """

    def withdraw(session: Session, found: Freeze) -> None:
        if found.lifted_at is not None:
            raise _refused("freeze_lifted")
        if found.lift_requested_by is not None:
            suspensions.withdraw_lift(session, found, actor=actor, note=note)

    return _change(database, freeze_id, withdraw)


def lift(database: Database, freeze_id: UUID, *, actor: Actor, note: str) -> Freeze:
    """Lift a freeze that another member of staff asked to lift: access is in force at once.

    Repeating changes nothing. Raises NotFound, or Refused ``freeze_lifted`` (by somebody else),
    ``lift_not_requested`` or ``second_person_needed``.
    """

    def confirm(session: Session, found: Freeze) -> None:
        if found.lifted_by is not None and found.lifted_by.id == actor.id:
            return
        obstacle = obstacle_to_lifting(found, actor)
        if obstacle is not None:
            raise _refused(obstacle)
        suspensions.lift(session, found, actor=actor, note=note)
        persons = freeze_notices.concerned(session, found.subject)
        told = (NoticeKind.ACCESS_RESTORED, found.id, found.subject, persons)
        freeze_notices.tell(session, *told, actor=actor)
        wakeups.touch_subject(session, found.subject.id)

    return _change(database, freeze_id, confirm)


def read_freeze(database: Database, freeze_id: UUID) -> Freeze:
    """Return a freeze. Raises NotFound."""
    with database.reading() as connection:
        found = suspension_queries.freeze(connection, freeze_id)
    if found is None:
        raise NotFound
    return found


def _exists(connection: Connection, subject: Subject) -> bool:
    if subject.person_id is not None:
        return people.find(connection, subject.person_id) is not None
    return account_queries.account(connection, subject.id) is not None


def _change(
    database: Database, freeze_id: UUID, change: Callable[[Session, Freeze], None]
) -> Freeze:
    with database.transaction() as session:
        found = suspensions.locked(session, freeze_id)
        if found is None:
            raise NotFound
        change(session, found)
    return read_freeze(database, freeze_id)


def _refused(code: str) -> Refused:
    return Refused(code, DETAILS[code])
