"""Targets that are away: who waits for them, who does not, and how they come back."""

import asyncio
import json
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text
from temporalio.client import Client

from domain.provisioning.targets import Target, TargetKind
from storage.ops import stuck_story_queries
from storage.provisioning import target_queries, targets
from tests.builders.rows import put_service
from tests.clients import network_client
from tests.fixtures.engine import until
from tests.fixtures.engine_plugin import connected, working
from tests.fixtures.number_stack import NUMBER, opened
from tests.fixtures.resend_stack import OPS, Resends
from tests.fixtures.resend_stack import opened as opened_resends

TOKEN = network_client.TOKEN.get_secret_value()

REAL, WAITING = 20, 1000
HANGS = 12
"""Seconds after which a call of the network is given up: the most that the settings allow."""
OUTAGE = pytest.mark.settings(
    VOLITUS_STEP_STUCK_AFTER="PT10M",
    VOLITUS_TARGET_PAUSE_AFTER="5",
    VOLITUS_TARGET_PAUSE_FOR="PT1S",
    VOLITUS_TARGET_RESUME_RATE="200",
    VOLITUS_TARGET_RESUME_JITTER="PT0.2S",
)


@OUTAGE
async def test_a_thousand_steps_wait_through_an_outage(resending: Resends) -> None:
    resending.network.control("PUT", "/faults", {"source": "all", "kind": "http_503"})
    asked = await asyncio.gather(*(resending.ask(each.id) for each in resending.services(REAL)))
    await until(lambda: waiting(resending) >= REAL - 1)  # one may be on its way to see
    others_wait_as_well(resending, WAITING - REAL)

    before, since = called(resending), time.monotonic()
    await until(lambda: called(resending) >= before + 2)
    # Only probes were let through, one a second.
    probes, seconds = called(resending) - before, time.monotonic() - since
    assert 2 <= probes <= seconds + 2
    assert waiting(resending) >= WAITING - 1
    assert listed(resending) == [("network", "target_failing", "stuck")]

    resending.network.control("DELETE", "/faults")
    for each in asked:
        assert (await resending.ended(each)).state == "succeeded"
    assert listed(resending) == [("network", "target_failing", "closed")]
    assert len(resending.network.applied()) == 2 * REAL
    # Waiting steps continued in the order of requests, at the resume rate.
    (planned,) = resending.rows(
        "SELECT count(*) AS n, EXTRACT(epoch FROM max(go_at) - min(go_at)) AS took FROM step"
        " WHERE process = 'test' AND go_at IS NOT NULL"
    )
    assert planned.n == WAITING - REAL
    assert (WAITING - REAL) / 200 - 0.3 < planned.took < (WAITING - REAL) / 200 + 0.3


@pytest.mark.settings(
    VOLITUS_TARGET_PAUSE_AFTER="3",
    VOLITUS_TARGET_PAUSE_FOR="PT0.5S",
    VOLITUS_TARGET_RESUME_JITTER="PT0.1S",
)
async def test_step_5_one_hopeless_step_neither_pauses_a_target_nor_keeps_it_paused(
    resending: Resends,
) -> None:
    hopeless, *good = resending.services(21)
    one_fails(resending, hopeless.id)
    (stuck_id, *others) = [await resending.ask(each.id) for each in (hopeless, *good)]
    for each in others:
        assert (await resending.ended(each)).state == "succeeded"
    await until(lambda: failed_there(resending, hopeless.id) >= 4)
    assert (await resending.stuck(stuck_id)).code == "busy"
    assert resending.events("target:paused") == []

    # Now all of it is down, and the hopeless step waits before all others.
    resending.network.fault("http_503", "all")
    again = [await resending.ask(each.id) for each in good[:4]]
    await until(lambda: listed(resending)[-1] == ("network", "target_failing", "stuck"))
    await until(lambda: waiting(resending) == 5)
    one_fails(resending, hopeless.id)
    for each in again:
        assert (await resending.ended(each)).state == "succeeded"
    await until(lambda: failed_there(resending, hopeless.id) >= 1)  # counted anew
    assert [row.state for row in resending.rows("SELECT state FROM target")] == ["available"]
    assert resending.operation(stuck_id).state == "running"


def one_fails(resends: Resends, service_id: UUID) -> None:
    of_it = {"source": "service", "subject": str(service_id)}
    resends.network.fault("http_503", **of_it)


def failed_there(resends: Resends, service_id: UUID) -> int:
    """How often this service failed since the target answered it or was resumed."""
    found = resends.rows(
        "SELECT failures FROM target_failure WHERE subject = :subject",
        subject=f"service/{service_id}",
    )
    return sum(row.failures for row in found)


async def test_step_5_one_networks_pause_does_not_hold_up_another(
    database_url: str, temporal: Client, tmp_path: Path
) -> None:
    with network_client.running() as fixed:
        named = [
            {"name": "fixed", "url": fixed.activation_url, "token": TOKEN, "idempotency_keys": True}
        ]
        changes = {"VOLITUS_NETWORKS": json.dumps(named)}
        async with opened_resends(database_url, temporal, tmp_path, **changes) as resends:
            mobile, router, lost = resends.services(3)
            put_service(
                resends.database, replace(router, network="fixed"), replace(lost, network="gone")
            )
            with resends.database.transaction() as session:
                targets.pause(session, Target.of(TargetKind.NETWORK), OPS, "maintenance")
            asked = [await resends.ask(each.id) for each in (mobile, router, lost)]
            async with working(resends.settings, temporal):
                assert (await resends.ended(asked[1])).state == "succeeded"
                assert len(fixed.applied()) == 2
                unknown = await resends.stuck(asked[2])
                await until(lambda: waiting(resends) == 1)
                shown = listed_targets(resends)
                here = (called(resends), resends.operation(asked[0]).waits_for)
    assert here == (0, "network")
    assert (unknown.target, unknown.code, unknown.detail) == (
        "gone",
        "unreachable",
        "VOLITUS_NETWORKS does not name it",
    )
    # Also the one that no setting names, for something is stuck there.
    assert shown == {"billing", "fixed", "gone", "network", "sim_swap", "sms"}


def listed_targets(resends: Resends) -> set[str]:
    with resends.database.reading() as connection:
        return {each.name for each in target_queries.every_target(connection)}


@OUTAGE
async def test_an_operator_pauses_and_resumes(resending: Resends) -> None:
    with resending.database.transaction() as session:
        targets.pause(session, Target.of(TargetKind.NETWORK), OPS, "maintenance")
    asked = [await resending.ask(each.id) for each in resending.services(3)]
    await until(lambda: waiting(resending) == 3)
    assert (called(resending), resending.operation(asked[0]).waits_for) == (0, "network")
    with resending.database.transaction() as session:
        targets.resume(session, Target.of(TargetKind.NETWORK), OPS, "over")
    for each in asked:
        assert (await resending.ended(each)).state == "succeeded"
    assert listed(resending) == [("network", "target_paused", "closed")]


async def test_one_targets_outage_does_not_delay_other_targets(
    database_url: str, temporal: Client, tmp_path: Path
) -> None:
    """The network hangs and has taken all its slots; numbers are verified in that very time."""
    with ExitStack() as stack:
        network = stack.enter_context(network_client.running())
        changes = {
            "VOLITUS_NETWORK_URL": network.activation_url,
            "VOLITUS_NETWORK_TIMEOUT": f"PT{HANGS}S",
            "VOLITUS_TARGET_SLOTS": "2",
        }
        database = stack.enter_context(connected(database_url))
        async with (
            opened(database_url, temporal, tmp_path / "data", **changes) as numbers,
            working(numbers.settings, temporal),
        ):
            network.control("PUT", "/faults", {"source": "service", "kind": "timeout"})
            resends = Resends(numbers.settings, database, temporal, network)
            numbers.office_has(NUMBER)
            given_up = time.monotonic() + HANGS
            asked = [await resends.ask(each.id) for each in resends.services(4)]
            await until(lambda: called(resends) == 2)

            for _ in range(2):
                verification = await numbers.asked()
                await numbers.bring_newest(verification)
                await numbers.over(verification)
                assert (await numbers.shown(verification))["state"] == "verified"

            # The same two calls still hang, and no other has begun; later, they are repeated.
            assert called(resends) == 2 or time.monotonic() > given_up
            assert {resends.operation(each).state for each in asked} <= {"pending", "running"}
            stack.close()  # its calls end, and so can the worker


def others_wait_as_well(resends: Resends, number: int) -> None:
    """Steps of processes that nobody runs here: they wait, and cannot be woken."""
    with resends.database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO step (id, process, process_id, workflow_id, target, target_kind,"
                " action, state, waits_for, woken_at)"
                " SELECT gen_random_uuid(), 'test', gen_random_uuid(), 'test/' || n,"
                " 'network', 'network', 'do', 'asked', 'target', now() + interval '1 day'"
                " FROM generate_series(1, :number) n"
            ),
            {"number": number},
        )


def waiting(resends: Resends) -> int:
    with resends.database.reading() as connection:
        return stuck_story_queries.waiting_for(connection, TargetKind.NETWORK)


def called(resends: Resends) -> int:
    return sum(resends.network.requests().values())


def listed(resends: Resends) -> list[tuple[str, str, str]]:
    """All that is or was stuck."""
    found = resends.rows("SELECT * FROM stuck ORDER BY since")
    return [(row.target, row.code, row.state) for row in found]
