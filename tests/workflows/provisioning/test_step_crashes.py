"""A worker process that is killed when the network did what it asked, and had not answered."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.stack.supervised_process import RunningProgram
from domain.provisioning import resend_settings
from tests.fixtures.engine import until
from tests.fixtures.resend_stack import Resyncs
from tests.fixtures.worker_process import notice, start, worker_process


@pytest.fixture
def worker(idle_resyncs: Resyncs, tmp_path: Path) -> Iterator[RunningProgram]:
    """A worker process that is ready."""
    with worker_process(idle_resyncs.variables, tmp_path) as process:
        yield process


async def test_killed_when_the_network_has_done_it(
    idle_resyncs: Resyncs, worker: RunningProgram
) -> None:
    resyncs = idle_resyncs
    (service,) = resyncs.services(1)
    resyncs.network.fault("delay_after", source="activation", seconds=60, times=1)
    asked = await resyncs.ask(service.id)
    await until(lambda: len(resyncs.network.applied(service=str(service.id))) == 1)
    assert resyncs.steps(asked)["configure"] == "sending"

    worker.kill()
    await notice(
        resyncs.client, resyncs.client.get_workflow_handle(resend_settings.workflow_id(asked))
    )
    start(worker)
    ended = await resyncs.ended(asked)

    keys = [each["key"] for each in resyncs.network.applied(service=str(service.id))]
    steps = resend_settings.steps_of(asked, service.id, service.account_id)
    assert keys == [step.key(1) for step in steps[1:]]
    assert (ended.state, resyncs.listed(asked)) == ("succeeded", [])
    (configured,) = resyncs.rows("SELECT tries FROM step WHERE id = :id", id=steps[1].id)
    assert configured.tries == 2  # it was asked about
