"""Advisory locks of PostgreSQL: for what has no row to lock. The only place that makes their keys.

A key is the 64-bit hash of purpose and subject, so locks of different purposes do not meet but by
a collision, and a collision only makes one caller wait.

``lock`` and ``try_lock`` hold until the transaction ends: the usual kind. A session lock holds
until it is released or its connection ends, also where no transaction is open. It needs a
connection that belongs to the holder alone, straight to PostgreSQL or through a pooler in session
mode (docs/deployment.md).

Row locks that a grant depends on are taken in this order, each kind by id: companies, persons,
services, accounts, grants, delegations. What decides from an account's row that a grant starts
locks that row until the grant is committed.
"""

from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from storage.database import Connection, Session


class Purpose(StrEnum):
    """Purpose of a lock; part of its key. May be renamed only while no process runs."""

    BANK_STATEMENT = "bank_statement"
    DRIFT_CHECK = "drift_check"
    MIGRATION = "migration"
    CATALOGUE = "catalogue"
    EVENT_SEALING = "event_sealing"
    EXTRACT = "extract"
    FREEZE = "freeze"
    REGISTER_ENDING = "register_ending"
    REGISTER_QUERY = "register_query"
    STEP_ORDER = "step_order"
    NUMBER_BLOCK = "number_block"
    NUMBER_VERIFICATION = "number_verification"
    PERSON_REFRESH = "person_refresh"


_KEY = "hashtextextended(:name, 0)"
_LOCK = text(f"SELECT pg_advisory_xact_lock({_KEY})")
# In the order of their keys, so that callers who want the same locks never wait for each other.
_LOCK_ALL = text("""
SELECT pg_advisory_xact_lock(key) FROM (
    SELECT DISTINCT hashtextextended(name, 0) AS key FROM unnest(CAST(:names AS text[])) name
    ORDER BY key
) keys
""")
_TRY_LOCK = text(f"SELECT pg_try_advisory_xact_lock({_KEY})")
_SESSION_LOCK = text(f"SELECT pg_advisory_lock({_KEY})")
_TRY_SESSION_LOCK = text(f"SELECT pg_try_advisory_lock({_KEY})")
_RELEASE = text(f"SELECT pg_advisory_unlock({_KEY})")


def lock(session: Session, purpose: Purpose, subject: str = "") -> None:
    """Wait for the lock and hold it until the transaction ends."""
    session.execute(_LOCK, _named(purpose, subject))


def lock_all(session: Session, purpose: Purpose, subjects: Collection[str]) -> None:
    """Wait for the locks of all subjects and hold them until the transaction ends."""
    if subjects:
        names = [_named(purpose, subject)["name"] for subject in subjects]
        session.execute(_LOCK_ALL, {"names": names})


def try_lock(session: Session, purpose: Purpose, subject: str = "") -> bool:
    """Take the lock until the transaction ends, unless another transaction has it."""
    return bool(session.execute(_TRY_LOCK, _named(purpose, subject)).scalar_one())


def session_lock(
    connection: Connection,
    purpose: Purpose,
    subject: str = "",
    *,
    patience: timedelta | None = None,
) -> None:
    """Wait for the lock and hold it until ``release``.

    Raises OperationalError after ``patience``; None waits without end.
    """
    if patience is None:
        connection.execute(_SESSION_LOCK, _named(purpose, subject))
        return
    milliseconds = int(patience.total_seconds() * 1000)
    connection.execute(text(f"SET lock_timeout = {milliseconds}"))
    try:
        connection.execute(_SESSION_LOCK, _named(purpose, subject))
    finally:
        connection.execute(text("RESET lock_timeout"))


def try_session_lock(connection: Connection, purpose: Purpose, subject: str = "") -> bool:
    """Take the lock until ``release``, unless another session has it."""
    return bool(connection.execute(_TRY_SESSION_LOCK, _named(purpose, subject)).scalar_one())


def release(connection: Connection, purpose: Purpose, subject: str = "") -> None:
    """Release a session lock.

    Raises SQLAlchemyError where that fails; the connection is ended then, and the lock with it.
    """
    try:
        connection.execute(_RELEASE, _named(purpose, subject))
    except SQLAlchemyError:
        connection.invalidate()
        raise


def _named(purpose: Purpose, subject: str) -> dict[str, str]:
    return {"name": f"{purpose}/{subject}"}
