"""A signature: ask the person's phone, wait for it, prove it, and let it count."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.contracts.ask_signer import AskSignerActivities, ContractSigningInput
    from activities.contracts.keep_signature import KeepSignatureActivities
    from activities.contracts.prove_signature import ProveSignatureActivities
    from domain.task_queues import SigningQueue
    from workflows.task_queues import on_queue

_QUICK = workflow.ActivityConfig(start_to_close_timeout=timedelta(seconds=30))


def _tried_for(patience: timedelta, attempt: timedelta) -> workflow.ActivityConfig:
    return workflow.ActivityConfig(
        start_to_close_timeout=attempt,
        schedule_to_close_timeout=patience,
        heartbeat_timeout=timedelta(seconds=15),
        retry_policy=RetryPolicy(
            initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=5)
        ),
    )


# Smart-ID may wait for minutes until the person has chosen one of several accounts.
_ASKED = _tried_for(timedelta(minutes=8), timedelta(minutes=7))
# The services forget a session after five minutes.
_COLLECTED = _tried_for(timedelta(minutes=8), timedelta(minutes=7))
# Nobody waits at a phone any more; the sooner it is proven, the more it proves.
_PROVEN = workflow.ActivityConfig(
    start_to_close_timeout=timedelta(minutes=1),
    schedule_to_close_timeout=timedelta(minutes=15),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30)
    ),
)


@workflow.defn(name="ContractSigning")
class ContractSigning:
    """Have one person sign one contract."""

    @workflow.run
    async def run(self, start: ContractSigningInput) -> None:
        """Return when the signature is kept, or the signing has failed."""
        try:
            goes_on = await self._asked(start)
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            end = KeepSignatureActivities.end_signing
            goes_on = await workflow.execute_activity_method(end, start, **_QUICK)
        if goes_on and await self._proven(start):
            await workflow.execute_activity_method(KeepSignatureActivities.keep, start, **_QUICK)

    async def _asked(self, start: ContractSigningInput) -> bool:
        ask, collect = AskSignerActivities.ask, AskSignerActivities.collect
        queue = SigningQueue.SIGNING
        if not await workflow.execute_activity_method(ask, start, **on_queue(queue, _ASKED)):
            return False
        return await workflow.execute_activity_method(collect, start, **on_queue(queue, _COLLECTED))

    async def _proven(self, start: ContractSigningInput) -> bool:
        """Prove the signature. One that nothing proves for long stays at level B."""
        prove = ProveSignatureActivities.prove
        try:
            return await workflow.execute_activity_method(
                prove, start, **on_queue(SigningQueue.SIGNING, _PROVEN)
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            return True
