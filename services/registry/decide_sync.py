"""Release or reject a held run."""

from contextlib import suppress
from uuid import UUID

from domain.audit import Actor
from domain.processes import sync_id
from domain.registry.sync import SyncDecision
from services.engine import Engine
from services.errors import NotFound, Refused
from services.ops.wake import wake
from services.temporal import TemporalUnavailable, reaching_temporal
from storage.registry import sync_decisions, sync_run_queries
from storage.registry.sync_run_queries import SyncRun


async def decide_sync(
    engine: Engine,
    run_id: UUID,
    decision: SyncDecision,
    *,
    actor: Actor,
    reason: str,
    decision_id: UUID,
) -> SyncRun:
    """Write down that a held run is released or rejected, then wake its workflow; returns its row.

    The decision is read from the database: Temporal carries neither it nor who made it. Where
    Temporal is unavailable the decision stands, and a worker wakes the workflow later.
    ``decision_id``: a repetition changes nothing. Raises NotFound, or Refused ``run_not_held``.
    """
    decided = await engine.write(
        lambda session: sync_decisions.decide(
            session, run_id, decision, actor=actor, note=reason, decision_id=decision_id
        )
    )
    run = await read_sync(engine, run_id)
    if not decided:
        raise Refused("run_not_held", f"The run is {run.state}.")
    await _wake(engine, run)
    return run


async def _wake(engine: Engine, run: SyncRun) -> None:
    with suppress(TemporalUnavailable):
        async with reaching_temporal():
            await wake(engine.temporal, sync_id(run.source, run.subject))


async def read_sync(engine: Engine, run_id: UUID) -> SyncRun:
    """Return a run. Raises NotFound."""
    run = await engine.read(lambda connection: sync_run_queries.run(connection, run_id))
    if run is None:
        raise NotFound
    return run
