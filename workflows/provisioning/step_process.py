"""A process that has effects outside: its steps, one after the other, and their undoing.

What is done is known to the database, so running a process again from the start (a reset, a
restart, a new run) finds its steps done and goes on where it was.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, cast

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.provisioning.effect import Kind, Outcome
    from domain.provisioning.steps import Decision, Step
    from domain.provisioning.targets import Target

Doing = Callable[[Any, Step], Outcome]
"""An activity that carries out one step."""

STEP = workflow.ActivityConfig(
    start_to_close_timeout=timedelta(seconds=30),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30)
    ),
)


class Aborted(Exception):
    """An operator decided that the process ends, and what it did is undone."""


def queue_of(task_queue: str, target: Target) -> str:
    """Each target has a task queue, and so slots, of its own: none waits for another's outage."""
    return f"{task_queue}-{target}"


class GaveUp(Exception):
    """It took longer than the process can wait."""


class Process:
    """What a process that has steps inherits. A step that cannot go on waits here."""

    def __init__(self) -> None:
        self._looks = 0
        self._undoing: list[tuple[Target, Doing, Step]] = []
        self.stuck: set[str] = set()
        """Actions that wait for a decision."""

    @workflow.signal
    def look(self) -> None:
        """Something that a step waits for may have come: look again."""
        self._looks += 1

    async def carry_out(
        self,
        target: Target,
        do: Doing,
        step: Step,
        *,
        undo: Doing | None = None,
        until: datetime | None = None,
        config: workflow.ActivityConfig = STEP,
    ) -> Kind:
        """Returns once it is done, skipped, or refused where the process knows what follows.

        Raises Aborted where an operator decided so: then ``undo_all`` is owed. Raises GaveUp where
        it is ``until`` then, and what becomes of the step is the process's to say.
        """
        if undo is not None:  # before it is tried: an attempt may have half worked
            self._undoing.append((target, undo, step))
        while True:
            looks = self._looks
            outcome = await self._attempt(target, do, step, {**config, **_within(until)})
            self._note(step, outcome)
            match outcome.kind:
                case Kind.WAITING | Kind.STUCK:
                    await self._until_looked_for(looks, _sooner(outcome.look_again, until), step)
                case Kind.ABORTED:
                    raise Aborted
                case _:
                    return outcome.kind

    async def undo_all(self) -> None:
        """Take back what was done, the newest first. Undoing can get stuck like anything else."""
        while self._undoing:
            target, undo, step = self._undoing[-1]
            await self.carry_out(target, undo, undoing(step))
            self._undoing.pop()

    async def _attempt(
        self, target: Target, do: Doing, step: Step, config: workflow.ActivityConfig
    ) -> Outcome:
        where: workflow.ActivityConfig = {
            **config,
            "task_queue": queue_of(workflow.info().task_queue, target),
            "summary": step.action,
        }
        try:
            outcome: Outcome = await workflow.execute_activity_method(
                cast("Any", do), step, **where
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            raise GaveUp from error  # its time is over: attempts themselves are not counted
        return outcome

    def _note(self, step: Step, outcome: Outcome) -> None:
        waits = outcome.kind in {Kind.WAITING, Kind.STUCK}
        workflow.set_current_details(f"`{step.action}`: {outcome.kind}" if waits else "")
        if outcome.kind is Kind.STUCK:
            self.stuck.add(step.action)
        else:
            self.stuck.discard(step.action)

    async def _until_looked_for(self, looks: int, after: timedelta | None, step: Step) -> None:
        """Wait to be woken, and look by itself now and then: a word can get lost."""
        if workflow.info().is_continue_as_new_suggested():
            workflow.continue_as_new(args=self.asked())
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: self._looks > looks,
                timeout=after,
                timeout_summary=f"until {step.action} is looked at again",
            )

    def asked(self) -> list[Any]:
        """What the process was started with, for a new run of it."""
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
    """The step that takes this one back, in this one's place in the order."""
    return Step(
        process=step.process,
        process_id=step.process_id,
        action=f"undo-{step.action}",
        account_id=step.account_id,
        resource=step.resource,
        may=(Decision.RETRY, Decision.SKIP),
        undoes=step.action,
    )
