"""Use cases of targets: operators pause and resume them.

Only the database is needed, so commands do it without settings of Temporal: a ``Database`` stands
in place of the ``Engine``. Calls block.
"""

from collections.abc import Callable

from domain.audit import Actor
from domain.provisioning.targets import Target
from services.errors import NotFound, Refused
from storage.database import Connection, Database, Session
from storage.provisioning import target_queries, targets
from storage.provisioning.target_queries import TargetStatus


def pause_target(
    database: Database, name: str, *, actor: Actor, reason: str, version: int | None = None
) -> TargetStatus:
    """Let no step go to the target until an operator resumes it. Steps under way are finished.

    Repeating changes nothing: one that an operator has paused already stays as it is. ``version``:
    the one that the operator decides about. Raises NotFound, or Refused ``target_changed``.
    """
    return _change(
        database, name, version, lambda s, target: targets.pause(s, target, actor, reason)
    )


def resume_target(
    database: Database, name: str, *, actor: Actor, reason: str, version: int | None = None
) -> TargetStatus:
    """Let steps go to the target again; those that wait for it go at the resume rate.

    Repeating changes nothing: one that is available stays as it is. ``version``: the one that the
    operator decides about. Raises NotFound, or Refused ``target_changed``.
    """
    return _change(
        database, name, version, lambda s, target: targets.resume(s, target, actor, reason)
    )


def read_target(connection: Connection, name: str) -> TargetStatus:
    """Status of the target with this name. Raises NotFound."""
    status = target_queries.one_target(connection, name)
    if status is None:
        raise NotFound
    return status


def _change(
    database: Database,
    name: str,
    version: int | None,
    change: Callable[[Session, Target], None],
) -> TargetStatus:
    with database.transaction() as session:
        target = target_queries.find(session.connection(), name)
        if target is None:
            raise NotFound
        if version is not None and targets.lock(session, target) != version:
            raise Refused("target_changed")
        change(session, target)
        # What only a pause kept in the list is shown as it is now.
        return read_target(session.connection(), name)
