"""Starting a sync and deciding about a held one: rows written and signals sent."""

from uuid import UUID, uuid4

import pytest
from temporalio.client import Client

from domain.audit import Actor, ActorKind
from domain.identifiers import CompanyKey
from domain.processes import sync_id
from domain.reasons import Reason
from domain.registry.sync import (
    PreviewedGrants,
    SyncDecision,
    SyncPreview,
    SyncSource,
    SyncState,
    company_of,
)
from runtime.temporal_client import connect
from services.engine import Engine
from services.errors import NotFound, Refused
from services.registry.decide_sync import decide_sync
from services.registry.start_sync import (
    RegisterCheck,
    check_new_customer,
    request_sync,
    start_sync,
)
from storage.database import Database
from storage.registry import sync_decisions, sync_run_queries, sync_runs
from storage.registry.sync_run_queries import SyncRun
from tests.builders.people import MARI
from tests.builders.rows import account, carry_out, put, rows
from tests.fixtures import payload_keys
from tests.fixtures.ports import free_port

PREVIEW = SyncPreview(9, ending=PreviewedGrants(5), starting=PreviewedGrants(0))
ANN = Actor(ActorKind.OPS, "ann")
FIRM = CompanyKey("EE", "10000018")


@pytest.fixture
async def cut_off(database: Database) -> Engine:
    """An engine that cannot reach Temporal."""
    address = f"127.0.0.1:{free_port()}"
    client = await connect(address, namespace="default", cipher=payload_keys.cipher(), lazy=True)
    return Engine(database, client, str(uuid4()))


@pytest.fixture
def engine(database: Database, temporal: Client) -> Engine:
    """An engine for which no worker works."""
    return Engine(database, temporal, str(uuid4()))


def held(database: Database, subject: str) -> UUID:
    with database.transaction() as session:
        run_id, _ = sync_runs.open_run(session, SyncSource.FILE, subject)
        sync_decisions.hold(
            session, run_id, PREVIEW, Reason("too_much_would_end", "Would end 5 of 9")
        )
    return run_id


async def release(engine: Engine, run_id: UUID) -> SyncRun:
    return await decide_sync(
        engine, run_id, SyncDecision.RELEASE, actor=ANN, reason="checked", decision_id=uuid4()
    )


async def test_a_run_is_stored_with_its_process_while_temporal_is_unavailable(
    cut_off: Engine,
) -> None:
    started = await start_sync(cut_off, SyncSource.CHECK, "tonight")

    assert not started
    (process,) = rows(
        cut_off.database,
        "SELECT p.type, p.workflow_id, p.started_at FROM process p JOIN sync_run USING (id)",
    )
    assert process.type == "register_sync"
    assert process.workflow_id == sync_id(SyncSource.CHECK, "tonight")
    assert process.started_at is None


async def test_the_same_request_is_one_run(engine: Engine) -> None:
    request_id = uuid4()

    first = await request_sync(engine, SyncSource.CHECK, request_id)
    second = await request_sync(engine, SyncSource.CHECK, request_id)

    assert first == second
    assert (first.source, first.state) == (SyncSource.CHECK, SyncState.RUNNING)
    handle = engine.temporal.get_workflow_handle(sync_id(first.source, first.subject))
    await handle.terminate()


async def test_a_new_company_is_checked_once_an_hour(cut_off: Engine) -> None:
    facts = account(FIRM)
    put(cut_off.database, facts)

    checks = [await check_new_customer(cut_off, facts.id) for _ in range(2)]

    assert checks == [RegisterCheck.POSTPONED] * 2
    (run,) = rows(cut_off.database, "SELECT id FROM sync_run")
    (company,) = rows(cut_off.database, "SELECT id FROM company")
    with cut_off.database.reading() as connection:
        start = sync_run_queries.to_start(connection, run.id)
    assert (start.source, company_of(start.subject)) == (SyncSource.COMPANY, company.id)


async def test_a_persons_account_needs_no_check(cut_off: Engine) -> None:
    facts = account(MARI)
    put(cut_off.database, facts)

    assert await check_new_customer(cut_off, facts.id) is None
    assert rows(cut_off.database, "SELECT FROM sync_run") == []


async def test_an_unknown_run_cannot_be_decided(engine: Engine) -> None:
    with pytest.raises(NotFound):
        await release(engine, uuid4())


async def test_a_run_that_is_not_held_cannot_be_decided(engine: Engine) -> None:
    with engine.database.transaction() as session:
        run_id, _ = sync_runs.open_run(session, SyncSource.FILE, "today")

    with pytest.raises(Refused) as refused:
        await release(engine, run_id)

    assert (refused.value.code, refused.value.detail) == ("run_not_held", "The run is running.")


async def test_a_decision_stands_where_the_workflow_is_missing(engine: Engine) -> None:
    run = await release(engine, held(engine.database, str(uuid4())))

    assert (run.state, run.decided_by, run.note) == (SyncState.RUNNING, ANN, "checked")


async def test_fault_21_a_decision_that_temporal_did_not_hear_of_wakes_its_workflow_later(
    cut_off: Engine,
) -> None:
    run_id = held(cut_off.database, "today")

    run = await release(cut_off, run_id)
    at_once = woken(cut_off.database)
    carry_out(cut_off.database, "UPDATE sync_run SET woken_at = woken_at - interval '31 seconds'")
    later, again = woken(cut_off.database), woken(cut_off.database)
    with cut_off.database.transaction() as session:
        taken = [sync_decisions.take_decision(session, run_id) for _ in range(2)]
    carry_out(cut_off.database, "UPDATE sync_run SET woken_at = woken_at - interval '1 day'")

    assert (run.state, run.preview) == (SyncState.RUNNING, PREVIEW)
    assert (at_once, later, again) == ([], [sync_id(SyncSource.FILE, "today")], [])
    assert taken == [SyncDecision.RELEASE] * 2
    assert woken(cut_off.database) == []


async def test_fault_21_a_run_that_is_held_again_needs_a_decision_of_its_own(
    cut_off: Engine,
) -> None:
    run_id = held(cut_off.database, "today")
    await release(cut_off, run_id)

    held(cut_off.database, "today")  # its workflow began anew

    with cut_off.database.transaction() as session:
        assert sync_decisions.take_decision(session, run_id) is None
        run = sync_run_queries.run(session, run_id)
    assert run is not None
    assert (run.state, run.decided_by, run.note) == (SyncState.HELD, None, None)


def woken(database: Database) -> list[str]:
    with database.transaction() as session:
        return sync_decisions.claim_to_wake(session)
