"""Base of every process that has steps: carries out each, and waits where it cannot be.

The database records what is done. So a process that runs again from the start (a reset, a restart,
a new run) finds its steps done and continues where it was.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, cast

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.provisioning.effect import Outcome, OutcomeKind
    from domain.provisioning.steps import Step
    from domain.provisioning.targets import TargetKind
    from domain.provisioning.undoing import UndoReason
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
    """The step's item is to be undone: nothing more of it is carried out."""

    def __init__(self, reason: UndoReason) -> None:
        super().__init__(reason)
        self.reason = reason


class GaveUp(Exception):
    """The step took longer than the process can wait."""


class StepProcess:
    """Base class of workflows that have steps. A step that cannot be carried out yet waits here."""

    def __init__(self) -> None:
        self._wakes: Counter[str] = Counter()
        self._all_woken = 0
        self._waiting: dict[str, Outcome] = {}
        self._in_flight = 0
        self.stuck: set[str] = set()
        """Actions of steps that wait for a decision."""

    @workflow.signal
    def wake(self, actions: list[str] | None = None) -> None:
        """Wake these steps: what they wait for may have come. None: every step."""
        if actions is None:
            self._all_woken += 1
        else:
            self._wakes.update(actions)

    async def carry_out(
        self,
        kind: TargetKind,
        do: StepActivity,
        step: Step,
        *,
        until: datetime | None = None,
        config: workflow.ActivityConfig = STEP,
    ) -> OutcomeKind:
        """Carry out a step; returns DONE, SKIPPED, or REFUSED where ``step.refusal_ends``.

        Raises Aborted where the step's item is to be undone. Raises GaveUp at ``until``: what
        becomes of the step then is the process's to say.
        """
        while True:
            wakes = self._woken(step)
            outcome = await self._attempt(kind, do, step, {**config, **_within(until)})
            self._show(step, outcome)
            match outcome.kind:
                case OutcomeKind.WAITING | OutcomeKind.STUCK:
                    await self._until_woken(wakes, _sooner(outcome.check_after, until), step)
                case OutcomeKind.ABORTED:
                    raise Aborted(outcome.undo_reason or UndoReason.ABORTED)
                case _:
                    return outcome.kind

    @property
    def is_parked(self) -> bool:
        """Return whether nothing of the process is on its way: a new run may take over."""
        return self._in_flight == 0 and workflow.all_handlers_finished()

    async def _attempt(
        self, kind: TargetKind, do: StepActivity, step: Step, config: workflow.ActivityConfig
    ) -> Outcome:
        where = on_queue(kind, config | {"summary": step.action})
        self._in_flight += 1
        try:
            outcome: Outcome = await workflow.execute_activity_method(
                cast("Any", do), step, **where
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            raise GaveUp from error  # out of time: the number of attempts is not limited
        finally:
            self._in_flight -= 1
        return outcome

    def _show(self, step: Step, outcome: Outcome) -> None:
        """Show in Temporal's UI what the process waits for."""
        self._waiting.pop(step.action, None)
        self.stuck.discard(step.action)
        if outcome.kind in {OutcomeKind.WAITING, OutcomeKind.STUCK}:
            self._waiting[step.action] = outcome
        if outcome.kind is OutcomeKind.STUCK:
            self.stuck.add(step.action)
        lines = (f"`{action}`: {each.kind}" for action, each in self._waiting.items())
        workflow.set_current_details("\n\n".join(lines))

    def _woken(self, step: Step) -> int:
        return self._wakes[step.action] + self._all_woken

    async def _until_woken(self, wakes: int, after: timedelta | None, step: Step) -> None:
        """Wait for a signal or for ``after``, whichever comes first: a signal can get lost."""
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: self._woken(step) > wakes,
                timeout=after,
                timeout_summary=f"until {step.action} is checked again",
            )


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
