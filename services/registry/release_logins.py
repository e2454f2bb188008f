"""Release all held runs that logins opened: each holds back one company's answer."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from domain.audit import Actor
from domain.registry.sync import SyncDecision
from services.engine import Engine
from services.errors import Refused
from services.registry.decide_sync import decide_sync
from storage.registry import held_login_queries
from storage.registry.held_login_queries import HeldLogins

_AT_ONCE = 100
"""Runs of one call: a caller over HTTP waits for them."""


@dataclass(frozen=True, slots=True)
class Released:
    """Number of runs that were released, and of those that are still held."""

    released: int
    left: int


async def held_logins(engine: Engine) -> HeldLogins:
    """Count the held runs that logins opened, and what they would do."""
    return await engine.read(held_login_queries.preview)


async def release_logins(
    engine: Engine, *, actor: Actor, reason: str, max_endings: int, decision_id: UUID
) -> Released:
    """Release up to a hundred held runs that logins opened, the longest waiting first.

    Each is recorded as a decision of its own; repeat while some are ``left``. Raises Refused
    ``more_would_end`` where all of them would end or suspend more than ``max_endings`` grants:
    nothing is released then.
    """
    found = await held_logins(engine)
    if found.ending > max_endings:
        raise Refused("more_would_end", f"{found.ending} grants would end or be suspended.")
    ids = await engine.read(lambda connection: held_login_queries.ids(connection, limit=_AT_ONCE))
    released = 0
    for run_id in ids:
        try:
            await decide_sync(
                engine,
                run_id,
                SyncDecision.RELEASE,
                actor=actor,
                reason=reason,
                decision_id=uuid5(decision_id, str(run_id)),
            )
        except Refused:  # someone else decided first
            continue
        released += 1
    return Released(released, (await held_logins(engine)).runs)
