"""Base of every process that has steps: carries them out one after the other, and undoes them.

The database records what is done. So a process that runs again from the start (a reset, a restart,
a new run) finds its steps done and continues where it was.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, cast

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.provisioning.effect import Outcome, OutcomeKind
    from domain.provisioning.steps import Decision, Step
    from domain.provisioning.targets import TargetKind
    from workflows.task_queues import on_queue

StepActivity = Callable[[Any, Step], Outcome]
"""An activity that carries out one step."""

STEP = workflow.ActivityConfig(
    start_to_close_timeout=timedelta(seconds=30),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30)
    ),
)
"""Options of a step's activity, unless its process says otherwise."""


class Aborted(Exception):
    """An operator aborted the process: what it did must be undone."""


class GaveUp(Exception):
    """The step took longer than the process can wait."""


class StepProcess:
    """Base class of workflows that have steps. A step that cannot be carried out yet waits here."""

    def __init__(self) -> None:
        self._wakes = 0
        self._to_undo: list[tuple[TargetKind, StepActivity, Step]] = []
        self.stuck: set[str] = set()
        """Actions of steps that wait for a decision."""

    @workflow.signal
    def wake(self) -> None:
        """Wake the process: what one of its steps waits for may have come."""
        self._wakes += 1

    async def carry_out(
        self,
        kind: TargetKind,
        do: StepActivity,
        step: Step,
        *,
        undo: StepActivity | None = None,
        until: datetime | None = None,
        config: workflow.ActivityConfig = STEP,
    ) -> OutcomeKind:
        """Carry out a step; returns DONE, SKIPPED, or REFUSED where ``step.refusal_ends``.

        ``undo`` takes it back if the process is aborted. Raises Aborted where an operator decided
        so: call ``undo_all`` then. Raises GaveUp at ``until``: what becomes of the step then is the
        process's to say.
        """
        if undo is not None:  # before it is tried: an attempt may have half worked
            self._to_undo.append((kind, undo, step))
        while True:
            wakes = self._wakes
            outcome = await self._attempt(kind, do, step, {**config, **_within(until)})
            self._show(step, outcome)
            match outcome.kind:
                case OutcomeKind.WAITING | OutcomeKind.STUCK:
                    await self._until_woken(wakes, _sooner(outcome.check_after, until), step)
                case OutcomeKind.ABORTED:
                    raise Aborted
                case _:
                    return outcome.kind

    async def undo_all(self) -> None:
        """Undo what was done, the newest first. Undoing can get stuck like any other step."""
        while self._to_undo:
            kind, undo, step = self._to_undo[-1]
            await self.carry_out(kind, undo, undoing(step))
            self._to_undo.pop()

    async def _attempt(
        self, kind: TargetKind, do: StepActivity, step: Step, config: workflow.ActivityConfig
    ) -> Outcome:
        where = on_queue(kind, config | {"summary": step.action})
        try:
            outcome: Outcome = await workflow.execute_activity_method(
                cast("Any", do), step, **where
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            raise GaveUp from error  # out of time: the number of attempts is not limited
        return outcome

    def _show(self, step: Step, outcome: Outcome) -> None:
        """Show in Temporal's UI what the process waits for."""
        waits = outcome.kind in {OutcomeKind.WAITING, OutcomeKind.STUCK}
        workflow.set_current_details(f"`{step.action}`: {outcome.kind}" if waits else "")
        if outcome.kind is OutcomeKind.STUCK:
            self.stuck.add(step.action)
        else:
            self.stuck.discard(step.action)

    async def _until_woken(self, wakes: int, after: timedelta | None, step: Step) -> None:
        """Wait for a signal or for ``after``, whichever comes first: a signal can get lost."""
        if workflow.info().is_continue_as_new_suggested():
            workflow.continue_as_new(args=self.asked())
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: self._wakes > wakes,
                timeout=after,
                timeout_summary=f"until {step.action} is checked again",
            )

    def asked(self) -> list[Any]:
        """Return the arguments that the workflow was started with, for a new run of it."""
        raise NotImplementedError


def _within(until: datetime | None) -> workflow.ActivityConfig:
    if until is None:
        return {}
    left = until - workflow.now()
    if left <= timedelta():
        raise GaveUp
    return {"schedule_to_close_timeout": left}


def _sooner(after: timedelta | None, until: datetime | None) -> timedelta | None:
    if until is None:
        return after
    left = max(until - workflow.now(), timedelta())
    return left if after is None else min(after, left)


def undoing(step: Step) -> Step:
    """The step that undoes this one, in this one's place in the order."""
    return Step(
        process=step.process,
        process_id=step.process_id,
        action=f"undo-{step.action}",
        account_id=step.account_id,
        resource=step.resource,
        destination=step.destination,
        allowed_decisions=(Decision.RETRY, Decision.SKIP),
        undoes=step.action,
    )
