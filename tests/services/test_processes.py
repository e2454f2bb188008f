"""Every type of process: started from its row, closed, and forgotten, by what the catalog says."""

from datetime import timedelta
from uuid import UUID

import pytest
from temporalio.client import WorkflowExecutionStatus

from domain.audit import Actor, ActorKind
from domain.processes import ProcessType
from domain.reasons import Reason
from runtime.temporal_client import connect
from services import launcher, retention
from services.engine import Engine
from storage.processes import process_queries, processes
from storage.processes.process_queries import Process
from tests.builders.processes import asked, lost
from tests.builders.rows import carry_out
from tests.clients.api_client import NOBODY_LISTENS
from tests.fixtures import payload_keys
from tests.fixtures.resend_stack import Resends
from worker.start_processes import ProcessStarter
from workflows.catalog import CATALOG, KEPT_FOR, STARTS_AFTER

EVERY_TYPE = pytest.mark.parametrize("type_", ProcessType)
CLOSED, OPS = Reason("closed_by_operations", "A test"), Actor(ActorKind.OPS, "ann")
OWN_ROWS = ("process", "operation", "verification")


def read(engine: Engine, id_: UUID) -> Process:
    with engine.database.reading() as connection:
        process = process_queries.read(connection, id_)
    assert process is not None
    return process


async def status(engine: Engine, process: Process) -> WorkflowExecutionStatus | None:
    handle = engine.temporal.get_workflow_handle(process.workflow_id)
    return (await handle.describe()).status


def test_the_catalog_has_every_type_and_its_retention() -> None:
    assert set(CATALOG) == set(KEPT_FOR) == set(ProcessType)
    assert all(kept_for > timedelta() for kept_for in KEPT_FOR.values())
    assert len({definition.workflow for definition in CATALOG.values()}) == len(CATALOG)


@EVERY_TYPE
async def test_a_process_is_started_once_from_its_row(
    idle_resends: Resends, type_: ProcessType
) -> None:
    engine = idle_resends.engine
    id_ = asked(engine.database, type_)

    assert await launcher.start(engine, id_)

    process = read(engine, id_)
    assert process.started_at is not None
    assert await status(engine, process) is WorkflowExecutionStatus.RUNNING
    handle = engine.temporal.get_workflow_handle(process.workflow_id)
    first = (await handle.describe()).run_id
    await handle.terminate()
    assert await launcher.start(engine, id_), "it was started"
    assert (await handle.describe()).run_id == first, "not started once more"
    await launcher.restart(engine, process)
    assert await status(engine, process) is WorkflowExecutionStatus.RUNNING


@EVERY_TYPE
async def test_a_process_requested_without_temporal_is_started_by_a_worker(
    idle_resends: Resends, type_: ProcessType
) -> None:
    engine = idle_resends.engine
    nobody = await connect(
        NOBODY_LISTENS, namespace="default", cipher=payload_keys.cipher(), lazy=True
    )
    id_ = asked(engine.database, type_)
    assert not await launcher.start(Engine(engine.database, nobody, engine.task_queue), id_)
    assert read(engine, id_).started_at is None
    after = STARTS_AFTER[type_]

    for time in (after - timedelta(seconds=2), timedelta(seconds=3)):
        assert read(engine, id_).started_at is None, "it may be starting"
        carry_out(engine.database, "UPDATE process SET asked_at = asked_at - :time", time=time)
        await ProcessStarter(engine).check()

    process = read(engine, id_)
    assert process.started_at is not None
    assert await status(engine, process) is WorkflowExecutionStatus.RUNNING


@EVERY_TYPE
def test_a_closed_process_is_deleted_with_its_rows_after_its_retention(
    idle_resends: Resends, type_: ProcessType
) -> None:
    engine = idle_resends.engine
    database = engine.database
    id_ = lost(database, type_)
    for _ in range(2):  # again: changes nothing
        with database.transaction() as session:
            CATALOG[type_].close(session, id_, CLOSED, OPS)
    assert not read(engine, id_).is_open
    end = "UPDATE process SET ended_at = now() - CAST(:kept AS interval) + CAST(:left AS interval)"
    for left, kept in ((timedelta(minutes=1), True), (-timedelta(minutes=1), False)):
        carry_out(database, end, kept=KEPT_FOR[type_], left=left)
        retention.tidy(database)
        found = [
            table
            for table in OWN_ROWS
            if idle_resends.rows(f"SELECT FROM {table} WHERE id = :id", id=id_)
        ]
        assert bool(found) == kept, found


async def test_a_process_that_has_ended_is_not_started(idle_resends: Resends) -> None:
    engine = idle_resends.engine
    id_ = asked(engine.database, ProcessType.REFRESH)
    with engine.database.transaction() as session:
        CATALOG[ProcessType.REFRESH].close(session, id_, CLOSED, OPS)

    assert await launcher.start(engine, id_), "nothing is left to start"

    assert read(engine, id_).started_at is None
    with engine.database.transaction() as session:
        assert processes.claim_unstarted(session, STARTS_AFTER) == []
