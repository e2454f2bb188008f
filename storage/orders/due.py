"""Orders whose time has come: begun, or cancelled where they cannot begin any more."""

from sqlalchemy import text

from storage.database import Connection, Session
from storage.orders import beginning, ending, one_by_one, refreshing

_DUE = text(f"""
SELECT o.id FROM service_order o
WHERE {beginning.READY} ORDER BY o.requested_start_at NULLS FIRST, o.id LIMIT :limit
FOR UPDATE SKIP LOCKED
""")
_AGE = text(f"""
SELECT COALESCE(EXTRACT(EPOCH FROM max(clock_timestamp()
    - GREATEST(o.requested_start_at, o.ordered_at, o.confirmed_at))), 0)
FROM service_order o WHERE {beginning.READY}
""")
_IS_HOPELESS = f"""o.began_at IS NULL AND o.{beginning.OPEN}
    AND EXISTS (SELECT FROM unnest(o.depends_on) AS named(id)
        LEFT JOIN service_order d ON d.id = named.id
        WHERE d.id IS NULL OR NOT d.{beginning.OPEN} AND d.state <> 'completed')"""
_HOPELESS = text(f"""
SELECT o.id FROM service_order o
WHERE {_IS_HOPELESS} ORDER BY o.id LIMIT :limit FOR UPDATE SKIP LOCKED
""")
_AGE_OF_HOPELESS = text(f"""
SELECT COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - min(o.ordered_at)), 0)
FROM service_order o WHERE {_IS_HOPELESS}
""")


def begin(session: Session, *, limit: int = 100) -> int:
    """Begin orders that wait for nothing any more; returns how many were begun or cancelled.

    A worker starts their processes.
    """
    due = session.execute(_DUE, {"limit": limit}).scalars().all()
    return one_by_one.each(session, due, lambda id_: ending.begin(session, id_, refreshing.ENGINE))


def age(connection: Connection) -> float:
    """Return the seconds since the oldest order that could begin became due; 0: none is."""
    return float(connection.execute(_AGE).scalar_one())


def cancel_hopeless(session: Session, *, limit: int = 100) -> int:
    """Cancel orders that depend on one that ended without being completed; returns how many."""
    found = session.execute(_HOPELESS, {"limit": limit}).scalars().all()
    why, actor = ending.DEPENDENCY_ENDED, refreshing.ENGINE
    return one_by_one.each(
        session, found, lambda id_: ending.cancel_unbegun(session, id_, why, actor)
    )


def age_of_hopeless(connection: Connection) -> float:
    """Return the seconds since the oldest order was placed that cannot begin any more."""
    return float(connection.execute(_AGE_OF_HOPELESS).scalar_one())
