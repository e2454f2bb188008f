"""Targets that are away: who waits for them, who does not, and how they come back."""

import asyncio
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import text
from temporalio.client import Client

from domain.provisioning.steps import Target
from storage.ops import stuck_queries
from storage.provisioning import targets
from tests.clients import network_client
from tests.fixtures.engine import until
from tests.fixtures.engine_plugin import connected, working
from tests.fixtures.number_stack import NUMBER, opened
from tests.fixtures.resend_stack import OPS, Resyncs

REAL, WAITING = 20, 1000
OUTAGE = pytest.mark.settings(
    VOLITUS_STEP_STUCK_AFTER="PT10M",
    VOLITUS_TARGET_PAUSE_AFTER="5",
    VOLITUS_TARGET_PAUSE_FOR="PT1S",
    VOLITUS_TARGET_RESUME_RATE="200",
    VOLITUS_TARGET_RESUME_JITTER="PT0.2S",
)


@OUTAGE
async def test_an_outage_with_a_thousand_steps_that_wait(resyncing: Resyncs) -> None:
    resyncing.network.control("PUT", "/faults", {"source": "all", "kind": "http_503"})
    asked = await asyncio.gather(*(resyncing.ask(each.id) for each in resyncing.services(REAL)))
    await until(lambda: waiting(resyncing) >= REAL - 1)  # one may be on its way to see
    others_wait_as_well(resyncing, WAITING - REAL)

    before, failed = called(resyncing), failures(resyncing)
    await until(lambda: failures(resyncing) >= failed + 2)
    # Only those were let through that look whether it works again.
    assert called(resyncing) - before in {2, 3, 4}
    assert waiting(resyncing) >= WAITING - 1
    assert listed(resyncing) == [("network", "target_failing", "stuck")]

    resyncing.network.control("DELETE", "/faults")
    for each in asked:
        assert (await resyncing.ended(each)).state == "succeeded"
    assert listed(resyncing) == [("network", "target_failing", "closed")]
    assert len(resyncing.network.applied()) == 2 * REAL
    # Those whose turn came had it in the order asked, so many a second.
    (planned,) = resyncing.rows(
        "SELECT count(*) AS n, EXTRACT(epoch FROM max(go_at) - min(go_at)) AS took FROM step"
        " WHERE process = 'test' AND go_at IS NOT NULL"
    )
    assert planned.n == WAITING - REAL
    assert (WAITING - REAL) / 200 - 0.3 < planned.took < (WAITING - REAL) / 200 + 0.3


@OUTAGE
async def test_an_operator_pauses_and_resumes(resyncing: Resyncs) -> None:
    with resyncing.database.transaction() as session:
        targets.pause(session, Target.NETWORK, OPS, "maintenance")
    asked = [await resyncing.ask(each.id) for each in resyncing.services(3)]
    await until(lambda: waiting(resyncing) == 3)
    assert (called(resyncing), resyncing.operation(asked[0]).waits_for) == (0, "network")
    with resyncing.database.transaction() as session:
        targets.resume(session, Target.NETWORK, OPS, "over")
    for each in asked:
        assert (await resyncing.ended(each)).state == "succeeded"
    assert listed(resyncing) == [("network", "target_paused", "closed")]


async def test_one_targets_outage_keeps_nobody_elses_work_waiting(
    database_url: str, temporal: Client, tmp_path: Path
) -> None:
    """The network hangs and has taken all its slots; numbers are verified in that very time."""
    with ExitStack() as stack:
        network = stack.enter_context(network_client.running())
        changes = {
            "VOLITUS_NETWORK_URL": network.activation_url,
            "VOLITUS_NETWORK_TIMEOUT": "PT12S",
            "VOLITUS_TARGET_SLOTS": "2",
        }
        database = stack.enter_context(connected(database_url))
        async with (
            opened(database_url, temporal, tmp_path / "data", **changes) as numbers,
            working(numbers.settings, temporal),
        ):
            network.control("PUT", "/faults", {"source": "service", "kind": "timeout"})
            resyncs = Resyncs(numbers.settings, database, temporal, network)
            numbers.office_has(NUMBER)
            asked = [await resyncs.ask(each.id) for each in resyncs.services(4)]
            await until(lambda: called(resyncs) == 2)

            for _ in range(2):
                verification = await numbers.asked()
                await numbers.bring(verification, numbers.codes()[-1])
                await numbers.over(verification)
                assert (await numbers.shown(verification))["state"] == "verified"

            # The same two calls hang still, and nobody else's has begun.
            assert called(resyncs) == 2
            assert {resyncs.operation(each).state for each in asked} <= {"pending", "running"}
            stack.close()  # its calls end, and so can the worker


def others_wait_as_well(resyncs: Resyncs, number: int) -> None:
    """Steps of processes that nobody runs here: they wait, and cannot be woken."""
    with resyncs.database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO step (id, process, process_id, workflow_id, target, action, state,"
                " waits_for, woken_at) SELECT gen_random_uuid(), 'test', gen_random_uuid(),"
                " 'test/' || n, 'network', 'do', 'asked', 'target', now() + interval '1 day'"
                " FROM generate_series(1, :number) n"
            ),
            {"number": number},
        )


def waiting(resyncs: Resyncs) -> int:
    with resyncs.database.reading() as connection:
        return stuck_queries.waiting_for(connection, Target.NETWORK)


def called(resyncs: Resyncs) -> int:
    return sum(resyncs.network.requests().values())


def failures(resyncs: Resyncs) -> int:
    (row,) = resyncs.rows("SELECT failures FROM target WHERE name = 'network'")
    found: int = row.failures
    return found


def listed(resyncs: Resyncs) -> list[tuple[str, str, str]]:
    """All that is or was stuck."""
    found = resyncs.rows("SELECT * FROM stuck ORDER BY since")
    return [(row.target, row.code, row.state) for row in found]
