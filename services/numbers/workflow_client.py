"""The workflow of a number verification, as the API speaks to it.

Waiting is bounded: who asks gets an answer within seconds, whatever the gateway does.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from temporalio.client import (
    Client,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError

from services.temporal import StartWorkflow, TemporalUnavailable, reaching_temporal
from workflows.numbers.number_verification import (
    NumberVerification,
    VerificationStart,
    number_verification_id,
)

log = structlog.get_logger(__name__)

_PATIENCE = 2.5


class NumberWorkflow:
    """Starts it, tells it, waits for it."""

    def __init__(self, client: Client, task_queue: str, life: timedelta) -> None:
        self._client = client
        self._task_queue = task_queue
        self._start = StartWorkflow(client, task_queue)
        self._life = life

    async def start(self, verification_id: UUID) -> None:
        """Once, however often it is asked to. Raises TemporalUnavailable."""
        begin, id_ = self._begin(verification_id), number_verification_id(verification_id)
        await self._start(NumberVerification.run, begin, id_)

    async def carry_on(self, verification_id: UUID, signal: str, *arguments: Any) -> bool:
        """Tell the workflow of an open verification, or start one where there is none.

        There is none where Temporal was away when it should have begun. Whether it was told.
        """
        try:
            async with reaching_temporal():
                await self._client.start_workflow(
                    NumberVerification.run,
                    self._begin(verification_id),
                    id=number_verification_id(verification_id),
                    task_queue=self._task_queue,
                    id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                    start_signal=signal,
                    start_signal_args=arguments,
                )
        except TemporalUnavailable:
            return False
        return True

    async def close(self, verification_id: UUID) -> None:
        """Tell it that the verification has ended, if it can be told: else it looks in time."""
        handle = self._client.get_workflow_handle(number_verification_id(verification_id))
        with suppress(TemporalUnavailable):
            async with reaching_temporal():
                await handle.signal(NumberVerification.close)

    async def wait(self, verification_id: UUID, update: str, *arguments: Any) -> None:
        """Wait a while for it to get there. That it did not is no error."""
        handle = self._client.get_workflow_handle(number_verification_id(verification_id))
        try:
            async with asyncio.timeout(_PATIENCE):
                await handle.execute_update(update, args=arguments)
        except (
            TimeoutError,
            RPCError,
            WorkflowUpdateFailedError,
            # What the client makes of our time-out.
            WorkflowUpdateRPCTimeoutOrCancelledError,
        ) as error:
            log.info("not_waited_for", update=update, error=type(error).__name__)

    def _begin(self, verification_id: UUID) -> VerificationStart:
        return VerificationStart(verification_id=verification_id, life=self._life)
