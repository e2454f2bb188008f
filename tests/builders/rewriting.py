"""Rewrite the history as whoever owns the tables can: every hash is recomputed."""

from sqlalchemy import Connection, text

from domain.audit import GENESIS, chained
from storage.audit.chain_links import line, stream
from storage.database import Database
from tests.builders.rows import behind_its_back, owner_of

_OFF = "ALTER TABLE {} DISABLE TRIGGER USER"
_ON = "ALTER TABLE {} ENABLE TRIGGER USER"
_HASH = text("UPDATE event_seal SET hash = :hash WHERE position = :position")


def rewrite(database: Database, position: int, change: str) -> None:
    """As the owner of the tables: change the event of a position, recompute all that follows."""
    with owner_of(database) as connection:
        _rewrite(connection, position, change)


def cut_off(database: Database, after: int) -> None:
    """Remove the events after this position, as if they had never happened."""
    late = f"(SELECT event_id FROM event_seal WHERE position > {after})"
    behind_its_back(
        database,
        f"DELETE FROM event_note WHERE event_id IN {late}",
        f"DELETE FROM event WHERE id IN {late}",
        f"DELETE FROM event_seal WHERE position > {after}",
    )


def _rewrite(connection: Connection, position: int, change: str) -> None:
    for table in ("event", "event_seal"):
        connection.execute(text(_OFF.format(table)))
    connection.execute(
        text(
            f"UPDATE event SET {change} WHERE id ="
            " (SELECT event_id FROM event_seal WHERE position = :position)"
        ),
        {"position": position},
    )
    last = GENESIS
    links = list(stream(connection))
    connection.execution_options(stream_results=False, yield_per=None)
    for link in links:
        assert link.event is not None
        last = chained(last, line(link.event))
        connection.execute(_HASH, {"hash": last, "position": link.position})
    for table in ("event", "event_seal"):
        connection.execute(text(_ON.format(table)))
