"""Starting processes: one that cannot be started keeps none of the others waiting."""

from uuid import uuid4

from temporalio.client import WorkflowExecutionStatus

from domain.processes import resend_id
from domain.provisioning import resend_settings
from storage.provisioning import resends
from storage.requests import operations
from tests.builders.rows import carry_out
from tests.fixtures.resend_stack import OPS, Resends
from worker.start_processes import ProcessStarter


async def test_a_process_that_cannot_be_started_delays_no_other(idle_resends: Resends) -> None:
    all_of_it = idle_resends
    (service,) = all_of_it.services(1)
    of_nothing, asked = uuid4(), uuid4()
    with all_of_it.database.transaction() as session:
        operations.request(session, of_nothing, resend_settings.PROCESS, None)
        resends.request(session, asked, service.id, OPS, "Temporal was away when it was asked for")
    carry_out(all_of_it.database, "UPDATE process SET asked_at = asked_at - interval '6 seconds'")
    for _ in range(2):  # starting it again is no harm
        await ProcessStarter(all_of_it.engine).check()
    handle = all_of_it.client.get_workflow_handle(resend_id(asked))
    assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
