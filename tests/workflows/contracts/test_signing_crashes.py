"""contract.6: workers that die while somebody signs; nobody's phone is asked twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.stack.supervised_process import RunningProgram
from domain.contracts.states import ContractState
from domain.operations import OperationState
from domain.processes import ProcessType, workflow_id
from tests.fixtures.engine import until
from tests.fixtures.signing_stack import Signing
from tests.fixtures.worker_process import notice, start, worker_process


@pytest.fixture
def worker(idle_signing: Signing, tmp_path: Path) -> Iterator[RunningProgram]:
    """A worker process that is ready."""
    with worker_process(idle_signing.ordering.variables, tmp_path) as process:
        yield process


async def test_contract_6_a_worker_that_dies_while_the_phone_asks_loses_no_signature(
    idle_signing: Signing, worker: RunningProgram
) -> None:
    signing, phones = idle_signing, idle_signing.services.mobile_id
    phones.by_hand()
    contract_id = await signing.offered()
    signing_id = await signing.sign(signing.wanted(contract_id))
    await signing.code(signing_id)
    worker.kill()
    (asked,) = [each for each in phones.log() if each["kind"] == "signature"]
    phones.press(asked["id"], "confirm")

    client = signing.ordering.client
    handle = client.get_workflow_handle(workflow_id(ProcessType.CONTRACT_SIGN, signing_id))
    start(worker)
    await notice(client, handle)

    assert (await signing.ended(signing_id)).state is OperationState.SUCCEEDED
    assert len([each for each in phones.log() if each["kind"] == "signature"]) == 1
    await until(lambda: signing.contract(contract_id).state is ContractState.ACTIVE)


async def test_contract_6_a_worker_that_dies_while_it_asks_fails_the_signing(
    idle_signing: Signing, worker: RunningProgram
) -> None:
    signing, phones = idle_signing, idle_signing.services.mobile_id
    contract_id = await signing.offered()
    phones.fault("sign", "delay", seconds=600)
    signing_id = await signing.sign(signing.wanted(contract_id))
    await until(lambda: signing.state(signing_id) == "asking")
    worker.kill()
    phones.control("DELETE", "/faults")

    client = signing.ordering.client
    handle = client.get_workflow_handle(workflow_id(ProcessType.CONTRACT_SIGN, signing_id))
    start(worker)
    await notice(client, handle)
    operation = await signing.ended(signing_id)

    assert operation.error is not None
    assert operation.error.code == "signing_service_unavailable"
    await signing.signed(signing.wanted(contract_id))
