"""Operations mend a process whose own workflow does not go on, from a shell."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

from domain.ops.repairs import Finding
from domain.ops.stuck_reasons import StuckReason
from storage.ops import workflow_problems
from storage.processes import process_queries, processes
from storage.provisioning import resends
from tests.builders.staff import OPERATOR
from tests.builders.stuck_rows import put_stuck
from tests.clients.cli_runner import Volitus
from tests.fixtures.resend_stack import OPS, Resends

WHY = ("--reason", "Temporal lost it")


def never_begun(resending: Resends) -> tuple[UUID, str]:
    """A resend that the database says runs, and of which Temporal knows nothing: listed."""
    (service,) = resending.services(1)
    operation = uuid4()
    with resending.database.transaction() as session:
        resends.request(session, operation, service.id, OPS, "a test")
    # As the reconciliation finds it; started, so no worker starts it.
    with resending.database.transaction() as session:
        processes.started(session, [operation])
        process = process_queries.read(session, operation)
        assert process is not None
        assert workflow_problems.report(session, process, Finding(StuckReason.WORKFLOW_MISSING))
    (row,) = resending.listed(operation)
    return operation, str(row.id)


async def test_a_process_missing_in_temporal_is_restarted(
    volitus: Volitus, resending: Resends
) -> None:
    console = volitus.with_settings(
        VOLITUS_TEMPORAL_ADDRESS=resending.settings.temporal.address,
        VOLITUS_TASK_QUEUE=resending.settings.task_queue,
    )

    async def ops(*words: object) -> Any:
        return await asyncio.to_thread(console, "ops", *words)

    operation, id_ = never_begun(resending)
    name = id_[:8]

    story = await ops("show", name)
    dry = await ops("repair", name, "restart", *WHY, "--dry-run")
    away = await asyncio.to_thread(volitus, "ops", "repair", name, "restart", *WHY)
    wrong = await ops("repair", name, "reset", *WHY)
    (untouched,) = resending.listed(operation)
    restart = ("ops", "repair", name, "restart", *WHY, "--json")
    fixed = await asyncio.to_thread(console.apart, *restart)

    assert (await resending.ended(operation)).state == "succeeded"
    advice = (
        f"Available commands: `volitus ops repair {name} restart --reason '…'`, "
        f"`volitus ops repair {name} close --reason '…'`\n"
    )
    assert story.err == advice
    assert dry.code == 0
    assert dry.err == (
        "Would restart the process: its workflow is started again, and does not repeat what is "
        "done. Nothing was changed.\n"
    )
    assert away.code == 1
    assert away.err.splitlines()[-1].startswith("Temporal is unavailable at ")
    assert (wrong.code, wrong.err) == (1, f"Item {name} does not allow reset. {advice}")
    assert (untouched.state, untouched.version, untouched.decision) == ("stuck", 1, None)
    assert (fixed.code, fixed.json["resolution"]) == (0, "repaired")
    (event,) = resending.events("stuck:decided")
    assert (event.actor["id"], event.note) == (OPERATOR, WHY[1])


def test_only_broken_processes_are_repaired(volitus: Volitus, database: Any) -> None:
    (id_,) = put_stuck(database, 1)

    result = volitus("ops", "repair", id_, "close", *WHY)

    assert result.code == 1
    assert result.err.startswith(
        f"Item {str(id_)[:8]} is not a broken process. The step is retried"
    )
