"""Open processes are compared with Temporal, and broken ones are listed."""

import asyncio
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from prometheus_client import REGISTRY
from temporalio import workflow
from temporalio.service import RPCError
from temporalio.worker import Worker

from domain.ops.repairs import Repair
from domain.processes import ProcessType
from domain.reasons import Reason
from domain.registry.sync import PreviewedGrants, SyncPreview, SyncState
from runtime.temporal_client import connect
from services import launcher
from services.ops.workflow_health import FAILS_FROM, describe
from services.ops.workflow_repair import repair
from storage.numbers import send_requests
from storage.ops.workflow_problems import NewRepair
from storage.registry import sync_decisions, sync_runs
from storage.requests import operations
from tests.builders.lost_processes import asked_for, begun, reconcile
from tests.builders.processes import asked, lost
from tests.builders.rows import carry_out
from tests.clients.api_client import NOBODY_LISTENS
from tests.fixtures import payload_keys
from tests.fixtures.engine import until
from tests.fixtures.engine_plugin import working
from tests.fixtures.patience import PATIENCE
from tests.fixtures.resend_stack import OPS, Resends
from worker.reconcile_workflows import Reconciliation
from workflows.provisioning.service_resend import ResendStart, ServiceResend


@workflow.defn(name="ServiceResend", sandboxed=False)
class BrokenResend:
    """The process in a release whose code fails."""

    @workflow.run
    async def run(self, start: ResendStart) -> None:
        raise LookupError(f"words that nobody may see, {start.operation_id}")

    @workflow.signal
    def wake(self) -> None:
        """See ServiceResend."""


def item_of(everything: Resends, process_id: UUID) -> tuple[Any, ...] | None:
    """Return the stuck item of a process, if there is one."""
    rows = everything.rows(
        "SELECT code, detail, allowed_decisions, state, resolution, version FROM stuck"
        " WHERE process_id = :id AND kind = 'broken'",
        id=process_id,
    )
    return tuple(rows[0]) if rows else None


async def failing(everything: Resends, operation_id: UUID) -> None:
    """Wait until its workflow's code has failed often enough."""

    async def failed() -> bool:
        task = (await describe(everything.client, f"resend/{operation_id}")).pending_workflow_task
        return task.attempt >= FAILS_FROM

    await until(failed)


async def test_a_broken_process_is_listed_until_it_runs_again(idle_resends: Resends) -> None:
    everything = idle_resends
    (service,) = everything.services(1)
    ids = {name: asked_for(everything, service.id).id for name in ("waiting", "goes on", "young")}
    ids |= {name: begun(everything, service.id) for name in ("missing", "returns", "ends")}
    ids["terminated"] = await everything.ask(service.id)
    await everything.client.get_workflow_handle(f"resend/{ids['terminated']}").terminate()
    await launcher.start(everything.engine, ids["goes on"])
    everything_else = _other_processes(everything)

    assert await reconcile(everything)

    missing = ("workflow_missing", "", ["restart", "close"], "stuck", None, 1)
    terminated = ("workflow_closed", "terminated", ["restart", "close"], "stuck", None, 1)
    nothing = dict.fromkeys(("waiting", "goes on", "young"))
    lost = dict.fromkeys(("missing", "returns", "ends"), missing)
    expected = nothing | lost | {"terminated": terminated}
    assert {name: item_of(everything, id_) for name, id_ in ids.items()} == expected
    for id_, listed in everything_else.items():
        assert item_of(everything, id_) == (missing if listed else None)
    (row,) = everything.listed(ids["missing"])
    assert (row.process, row.account_id, row.workflow_id) == (
        "resend",
        service.account_id,
        f"resend/{ids['missing']}",
    )

    await launcher.start(everything.engine, ids["returns"])
    with everything.database.transaction() as session:
        operations.succeeded(session, ids["ends"], {})
    assert await reconcile(everything)

    closed = (*missing[:3], "closed", "healed", 2)
    assert item_of(everything, ids["returns"]) == closed
    assert item_of(everything, ids["ends"]) == (*missing[:3], "closed", "ended", 2)
    assert item_of(everything, ids["missing"]) == missing, "still so: no news"
    opened = [e.subject_id for e in everything.events("stuck:opened")]
    assert len(opened) == len(set(opened)) == 4 + sum(everything_else.values())
    assert len(everything.events("stuck:ended")) == 2


def _other_processes(everything: Resends) -> dict[UUID, bool]:
    """Other types that Temporal has never heard of, and whether that is a pity."""
    database = everything.database
    sms, taken_back = (lost(database, ProcessType.NUMBER_VERIFICATION) for _ in range(2))
    run, over = (lost(database, ProcessType.REGISTER_SYNC) for _ in range(2))
    refresh, unstarted = lost(database, ProcessType.REFRESH), asked(database, ProcessType.REFRESH)
    with database.transaction() as session:
        send_requests.take_back(session, taken_back, [])
        preview = SyncPreview(0, ending=PreviewedGrants(0), starting=PreviewedGrants(0))
        sync_decisions.hold(session, run, preview, Reason("a", "test"))
        sync_runs.end_run(session, over, SyncState.FINISHED)
    ended = {taken_back: False, over: False}
    return {sms: True, run: True, refresh: True, unstarted: False, **ended}


async def test_reconciliation_runs_periodically_and_skips_young_processes(
    idle_resends: Resends,
) -> None:
    (service,) = idle_resends.services(1)
    young, old = begun(idle_resends, service.id), begun(idle_resends, service.id)
    for id_, age in ((old, "1 minute"), (young, "-1 hour")):  # young for as long as this takes
        carry_out(
            idle_resends.database,
            f"UPDATE process SET asked_at = now() - interval '{age}' WHERE id = :id",
            id=id_,
        )
    often = timedelta(milliseconds=50)
    comparison = Reconciliation(idle_resends.engine, every=often, rate=1000)
    async with comparison.running():
        await until(lambda: item_of(idle_resends, old) is not None)
        await until(lambda: (sample("volitus_reconciliation_age_seconds") or 9) < 1)
    assert item_of(idle_resends, young) is None
    found = sample("volitus_reconciliation_findings_total", reason="workflow_missing")
    assert found is not None
    assert found >= 1
    assert sample("volitus_reconciled_total") >= 1


_PLACES = "SELECT id, checked_at FROM process ORDER BY id"


def sample(name: str, **labels: str) -> Any:
    return REGISTRY.get_sample_value(name, labels)


async def test_without_temporal_no_process_is_judged(idle_resends: Resends) -> None:
    (service,) = idle_resends.services(1)
    listed = begun(idle_resends, service.id)
    await reconcile(idle_resends)
    unlisted = begun(idle_resends, service.id)
    before, places = item_of(idle_resends, listed), idle_resends.rows(_PLACES)
    away = await connect(
        NOBODY_LISTENS, namespace="default", cipher=payload_keys.cipher(), lazy=True
    )
    address = idle_resends.client.service_client.config.target_host
    elsewhere = await connect(address, namespace="nowhere", cipher=payload_keys.cipher())
    for client, error in ((away, RuntimeError), (elsewhere, RPCError)):
        with pytest.raises(error):
            await reconcile(idle_resends, client)
        assert (item_of(idle_resends, listed), item_of(idle_resends, unlisted)) == (before, None)
    assert idle_resends.rows(_PLACES) == places, "their turn is as it was"


async def test_workers_share_the_processes_and_none_is_compared_twice(
    idle_resends: Resends,
) -> None:
    ids = {lost(idle_resends.database, ProcessType.REFRESH) for _ in range(30)}
    minute = timedelta(minutes=1)
    carry_out(idle_resends.database, "UPDATE process SET asked_at = now() - interval '2 minutes'")
    workers = [Reconciliation(idle_resends.engine, every=minute, rate=12) for _ in range(3)]

    compared = await asyncio.gather(*(worker.check() for worker in workers))

    assert sorted(compared) == [6, 12, 12]
    assert {e.reason["facts"]["process_id"] for e in idle_resends.events("stuck:opened")} == {
        str(id_) for id_ in ids
    }
    assert len(idle_resends.events("stuck:opened")) == len(ids)
    assert [await worker.check() for worker in workers] == [0, 0, 0], "not again within a minute"


async def test_the_rate_is_kept_and_the_longest_unchecked_come_first(idle_resends: Resends) -> None:
    ids = [lost(idle_resends.database, ProcessType.REFRESH) for _ in range(9)]
    for age, id_ in enumerate(ids):
        carry_out(
            idle_resends.database,
            "UPDATE process SET asked_at = now() - (:age + 60) * interval '1 minute'"
            " WHERE id = :id",
            age=age,
            id=id_,
        )
    comparison = Reconciliation(idle_resends.engine, every=timedelta(minutes=1), rate=4)
    begun_at = time.monotonic()
    async with comparison.running():
        await until(lambda: len(idle_resends.events("stuck:opened")) == len(ids))
    assert time.monotonic() - begun_at > 2, "nine at four a second"
    opened = [UUID(e.reason["facts"]["process_id"]) for e in idle_resends.events("stuck:opened")]
    seconds = [opened[:4], opened[4:8], opened[8:]]
    oldest_first = list(reversed(ids))
    assert [set(second) for second in seconds] == [
        set(oldest_first[:4]),
        set(oldest_first[4:8]),
        set(oldest_first[8:]),
    ]


async def test_failing_workflow_code_is_listed_and_continues_after_a_reset(
    idle_resends: Resends,
) -> None:
    everything = idle_resends
    (service,) = everything.services(1)
    asked = asked_for(everything, service.id).id
    queue = everything.settings.task_queue
    await everything.client.start_workflow(
        ServiceResend.run,
        ResendStart(operation_id=asked, service_id=service.id, account_id=service.account_id),
        id=f"resend/{asked}",
        task_queue=queue,
        # The SDK reports the first failure only; after this time-out Temporal tries again.
        task_timeout=timedelta(seconds=1),
    )
    async with Worker(everything.client, task_queue=queue, workflows=[BrokenResend]):
        await failing(everything, asked)
    await reconcile(everything)
    listed = item_of(everything, asked)
    assert listed == (
        "workflow_failing",
        "workflow_worker_unhandled_failure LookupError",
        ["reset", "close"],
        "stuck",
        None,
        1,
    )
    (row,) = everything.listed(asked)
    assert row.attempts >= FAILS_FROM
    assert row.first_failed_at <= row.since
    async with working(everything.settings, everything.client):
        new = NewRepair(Repair.RESET, row.version, OPS, "it is mended")
        fixed = await repair(everything.engine, row.id, new)
        assert (fixed.state, fixed.resolution) == ("closed", "repaired")
        assert (await everything.ended(asked)).state == "succeeded"
        async with asyncio.timeout(PATIENCE):
            await everything.client.get_workflow_handle(f"resend/{asked}").result()
    assert len(everything.network.applied(service=str(service.id))) == 2
    (decided,) = everything.events("stuck:decided")
    assert (decided.actor, decided.reason["code"]) == (OPS.as_json(), "reset")
    assert (decided.before["state"], decided.after["state"]) == ("stuck", "retrying")
