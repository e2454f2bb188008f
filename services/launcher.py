"""Starting a process from what the database says of it: the first time, or once more."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from sqlalchemy import Row
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from activities.ops.bulk_retry import BulkRetryStart
from activities.registry.refresh_person import RefreshRequest
from activities.registry.sync_runs import SyncRequest
from domain.provisioning import resend_settings
from storage.ops import bulk_retries
from workflows.numbers.number_verification import (
    NumberVerification,
    VerificationStart,
    number_verification_id,
)
from workflows.ops.bulk_retry import BulkRetry
from workflows.provisioning.service_resend import ResendStart, ServiceResend
from workflows.registry.person_refresh import PersonRefresh, person_refresh_id
from workflows.registry.register_sync import RegisterSync, sync_id

Start = tuple[Callable[..., Awaitable[Any]], Any, str]
"""What to run, with what, under which id."""


def _resend(row: Row[Any]) -> Start:
    start = ResendStart(operation_id=row.id, service_id=row.subject_id, account_id=row.account_id)
    return ServiceResend.run, start, resend_settings.workflow_id(row.id)


def _bulk_retry(row: Row[Any]) -> Start:
    return BulkRetry.run, BulkRetryStart(operation_id=row.id), f"{bulk_retries.KIND}/{row.id}"


OPERATIONS: dict[str, Callable[[Row[Any]], Start]] = {
    bulk_retries.KIND: _bulk_retry,
    resend_settings.PROCESS: _resend,
}
"""How the workflow of each kind of operation is started from its row."""


def _refresh(row: Row[Any]) -> Start:
    request = RefreshRequest(person_id=row.person_id, operation_id=row.id)
    return PersonRefresh.run, request, person_refresh_id(row.id)


def _verification(row: Row[Any]) -> Start:
    begin = VerificationStart(verification_id=row.id, life=row.life_left)
    return NumberVerification.run, begin, number_verification_id(row.id)


def _sync(row: Row[Any]) -> Start:
    request = SyncRequest(
        source=row.source, subject=row.subject, company_ids=tuple(row.company_ids)
    )
    return RegisterSync.run, request, sync_id(row.source, row.subject)


PROCESSES: dict[str, Callable[[Row[Any]], Start]] = {
    **OPERATIONS,
    "number_verification": _verification,
    "refresh": _refresh,
    "register_sync": _sync,
}
"""How the workflow of every kind of process is started from its row, see storage.open_processes."""


async def restart(client: Client, task_queue: str, process: str, row: Row[Any]) -> None:
    """Start a process's workflow once more, from where the database says it is.

    One that runs is left as it is.
    """
    run, asked, id_ = PROCESSES[process](row)
    handle = await client.start_workflow(
        run,
        asked,
        id=id_,
        task_queue=task_queue,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )
    if process == "number_verification":  # what its earlier workflow was told
        await handle.signal(NumberVerification.send, row.sends)
        if row.proven_at is not None:
            await handle.signal(NumberVerification.prove)


async def start_operation(client: Client, task_queue: str, row: Row[Any]) -> None:
    """Start the workflow of this operation, once however often it is asked to."""
    run, asked, id_ = OPERATIONS[row.kind](row)
    with suppress(WorkflowAlreadyStartedError):
        await client.start_workflow(
            run,
            asked,
            id=id_,
            task_queue=task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
