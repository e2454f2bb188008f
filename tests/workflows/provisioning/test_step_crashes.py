"""A worker process that is killed when the network did what it asked, and had not answered."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.stack.supervised_process import RunningProgram
from domain.processes import resend_id
from domain.provisioning import resend_settings
from tests.fixtures.engine import until
from tests.fixtures.resend_stack import Resends
from tests.fixtures.worker_process import notice, start, worker_process


@pytest.fixture
def worker(idle_resends: Resends, tmp_path: Path) -> Iterator[RunningProgram]:
    """A worker process that is ready."""
    with worker_process(idle_resends.variables, tmp_path) as process:
        yield process


async def test_a_worker_killed_after_the_effect_does_not_repeat_it(
    idle_resends: Resends, worker: RunningProgram
) -> None:
    resends = idle_resends
    (service,) = resends.services(1)
    resends.network.fault("delay_after", source="activation", seconds=60, times=1)
    asked = await resends.ask(service.id)
    await until(lambda: len(resends.network.applied(service=str(service.id))) == 1)
    assert resends.steps(asked)["configure"] == "sending"

    worker.kill()
    await notice(resends.client, resends.client.get_workflow_handle(resend_id(asked)))
    start(worker)
    ended = await resends.ended(asked)

    keys = [each["key"] for each in resends.network.applied(service=str(service.id))]
    steps = resend_settings.steps_of(asked, service.id, service.account_id)
    assert keys == [step.key(1) for step in steps[1:]]
    assert (ended.state, resends.listed(asked)) == ("succeeded", [])
    (configured,) = resends.rows("SELECT attempts FROM step WHERE id = :id", id=steps[1].id)
    assert configured.attempts == 1  # it was asked about, and not sent again
