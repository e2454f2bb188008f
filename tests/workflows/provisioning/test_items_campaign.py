"""A campaign over processes of several items: whatever fails, effects once, undone once.

Drawn from a seed: processes on four services that they share, some of them urgent, cancelled,
aborted or failed; a network that loses answers, fails and refuses; a worker process that is killed;
workflows that are ended and start again from their rows.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from temporalio.client import Client

from dev.stack.supervised_process import Program, RunningProgram
from tests.builders.items_schedule import schedule_of
from tests.builders.items_worker import WorkerPlace
from tests.clients import network_client
from tests.fixtures.engine_plugin import connected
from tests.fixtures.items_campaign import Campaign
from tests.fixtures.items_stack import Items

PROFILES = {
    "keys": {"name": "async"},
    "standard": {"name": "standard", "in_progress": "operatingStatus"},
}


@pytest.fixture
def campaign(
    request: pytest.FixtureRequest,
    processes: None,
    database_url: str,
    temporal: Client,
    tmp_path: Path,
) -> Iterator[Callable[[str], Campaign]]:
    """Start everything that a campaign at a network of this dialect needs."""
    with (
        ExitStack() as stack,
        network_client.running() as network,
        connected(database_url) as database,
    ):
        items = Items(database, temporal, network)

        def started(dialect: str) -> Campaign:
            network.behave(**PROFILES[dialect])
            place = WorkerPlace(
                database_url=database_url,
                temporal_address=temporal.service_client.config.target_host,
                task_queue=items.queue,
                network_url=network.activation_url,
                network_token=network_client.TOKEN.get_secret_value(),
                has_keys=dialect == "keys",
            )
            command = [sys.executable, "-m", "tests.builders.items_worker", place.model_dump_json()]
            worker = RunningProgram(Program("worker", command, tmp_path / "worker.log"))
            stack.callback(worker.kill)
            worker.start()
            return Campaign(items, worker, has_keys=place.has_keys)

        yield started


CASES = [
    pytest.param(dialect, seed, marks=[pytest.mark.long] * (seed > 1), id=f"{dialect} {seed}")
    for dialect in PROFILES
    for seed in range(1, 11)
]


@pytest.mark.parametrize(("dialect", "seed"), CASES)
async def test_step_3_each_effect_happens_once_and_is_undone_once_whatever_fails(
    campaign: Callable[[str], Campaign], dialect: str, seed: int, long_run: bool
) -> None:
    """No undo overwrites what came later, cancels end as they were answered, nothing is left."""
    schedule = schedule_of(seed, dialect, processes=8 if long_run else 6)
    ended = await campaign(dialect).run(schedule)
    assert ended.violations() == [], f"{dialect}, seed {seed}"
