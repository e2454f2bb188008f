"""Use cases of operations: keep a contract's documents for a legal claim, and let them go."""

from collections.abc import Callable
from uuid import UUID

from domain.audit import Actor
from services.errors import NotFound, Refused
from storage.contracts import rows
from storage.database import Database, Session
from storage.documents import documents, keeping


def hold(database: Database, contract_id: UUID, *, actor: Actor, note: str) -> int:
    """Keep the documents of a contract until ``release``, whatever their time; returns how many.

    Also those that are made later. Repeatable. Raises NotFound, or Refused: ``no_documents``.
    """
    return _in_one(database, lambda session: _hold(session, contract_id, actor, note))


def release(database: Database, contract_id: UUID, *, actor: Actor, note: str) -> int:
    """End a legal hold; returns the number of documents. Those whose time is over are erased soon.

    Repeatable. Raises NotFound.
    """

    def write(session: Session) -> int:
        _lock(session, contract_id)
        return keeping.set_legal_hold(session, contract_id, hold=False, actor=actor, note=note)

    return _in_one(database, write)


def _hold(session: Session, contract_id: UUID, actor: Actor, note: str) -> int:
    _lock(session, contract_id)
    kept = documents.of_subject(session.connection(), contract_id)
    if all(each.erased_at is not None for each in kept):
        raise Refused("no_documents")
    return keeping.set_legal_hold(session, contract_id, hold=True, actor=actor, note=note)


def _lock(session: Session, contract_id: UUID) -> None:
    if rows.lock(session, contract_id) is None:
        raise NotFound


def _in_one(database: Database, write: Callable[[Session], int]) -> int:
    with database.transaction() as session:
        return write(session)
