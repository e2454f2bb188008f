"""Starting processes: one that cannot be started keeps none of the others waiting."""

from uuid import uuid4

import pytest
from temporalio.client import WorkflowExecutionStatus

from domain.processes import resend_id
from storage.provisioning import resends
from tests.builders.rows import carry_out
from tests.fixtures.resend_stack import OPS, Resends
from worker.start_processes import ProcessStarter


@pytest.mark.parametrize(
    "why",
    [
        pytest.param("UPDATE operation SET account_id = NULL", id="its row says too little"),
        pytest.param("DELETE FROM operation", id="its row is gone"),
        pytest.param(
            "UPDATE process SET workflow_id = repeat('x', 2000)", id="temporal refuses its id"
        ),
    ],
)
async def test_a_process_that_cannot_be_started_delays_no_other(
    idle_resends: Resends, why: str
) -> None:
    all_of_it = idle_resends
    (service,) = all_of_it.services(1)
    cannot, asked = uuid4(), uuid4()
    with all_of_it.database.transaction() as session:
        resends.request(session, cannot, service.id, OPS, "It cannot be started")
    carry_out(all_of_it.database, why)
    with all_of_it.database.transaction() as session:
        resends.request(session, asked, service.id, OPS, "Temporal was away when it was asked for")
    carry_out(all_of_it.database, "UPDATE process SET asked_at = asked_at - interval '6 seconds'")
    for _ in range(2):  # starting it again is no harm
        await ProcessStarter(all_of_it.engine).check()
    handle = all_of_it.client.get_workflow_handle(resend_id(asked))
    assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
