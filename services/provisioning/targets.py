"""Use cases of targets: operators pause and resume them.

Only the database is needed, so commands do it without settings of Temporal: a ``Database`` stands
in place of the ``Engine``. Calls block.
"""

from collections.abc import Callable

from domain.audit import Actor
from domain.provisioning.targets import Target
from storage.database import Database, Session
from storage.provisioning import target_queries, targets
from storage.provisioning.target_queries import TargetStatus


def pause_target(database: Database, target: Target, *, actor: Actor, reason: str) -> TargetStatus:
    """Let no step go to the target until an operator resumes it. Steps under way are finished.

    Repeating changes nothing: one that an operator has paused already stays as it is.
    """
    return _change(database, target, lambda s: targets.pause(s, target, actor, reason))


def resume_target(database: Database, target: Target, *, actor: Actor, reason: str) -> TargetStatus:
    """Let steps go to the target again; those that wait for it go at the resume rate.

    Repeating changes nothing: one that is available stays as it is.
    """
    return _change(database, target, lambda s: targets.resume(s, target, actor, reason))


def _change(database: Database, target: Target, change: Callable[[Session], None]) -> TargetStatus:
    with database.transaction() as session:
        change(session)
    with database.reading() as connection:
        return target_queries.one_target(connection, target)
