"""Does something to each of several orders: one that fails never holds up the others."""

from collections.abc import Callable, Iterable
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError

from storage.database import Session

log = structlog.get_logger(__name__)


def each(session: Session, ids: Iterable[UUID], do: Callable[[UUID], bool]) -> int:
    """Do it to each order under a savepoint of its own; returns how many it was done to.

    One that fails is logged, left as it was, and tried again at the next sweep. Raises DBAPIError
    where the connection is lost.
    """
    done = 0
    for id_ in ids:
        try:
            with session.begin_nested():
                done += do(id_)
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
            log.warning("order_waits", order_id=str(id_), error=type(error).__name__)
        except Exception:
            log.exception("order_failed", order_id=str(id_))
    return done
