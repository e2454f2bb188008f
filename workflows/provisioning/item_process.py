"""Base of processes that consist of items: carries them out side by side, and undoes them.

What is to be undone, and in which order, is read from the rows, newest completion first.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.provisioning.effect import OutcomeKind
    from activities.provisioning.undo_items import UndoActivities, UndoRequest
    from domain.provisioning.plans import Before, PlannedItem, order
    from domain.provisioning.steps import Decision, Stage, Step
    from domain.provisioning.targets import TargetKind

    # Loaded once instead of for every workflow: nothing in it changes.
    from workflows.provisioning.step_process import Aborted, StepActivity, StepProcess

_QUICK = workflow.ActivityConfig(start_to_close_timeout=timedelta(seconds=10))


@dataclass(frozen=True, slots=True)
class ItemStep:
    """A step of an item, and the activities that carry it out and undo it."""

    step: Step
    kind: TargetKind
    do: StepActivity
    undo: StepActivity | None = None
    """None: there is nothing to undo. Where there is one, ``step.can_undo`` says so."""

    def __post_init__(self) -> None:
        if self.step.can_undo is not (self.undo is not None):
            raise ValueError(f"can it be undone? {self.step.action}")


@dataclass(frozen=True, slots=True)
class Item:
    """A part of a process: its steps are carried out one after the other."""

    name: str
    steps: Sequence[ItemStep]
    after: frozenset[str] = frozenset()
    """Names of the items that must be done first."""

    def planned(self) -> PlannedItem:
        """The item as far as the order depends on it."""
        resources = (each.step.resource for each in self.steps)
        return PlannedItem(
            self.name,
            frozenset(filter(None, resources)),
            self.after,
            [each.step.stage for each in self.steps],
        )


class ItemResult(StrEnum):
    """What became of an item."""

    DONE = "done"
    UNDONE = "undone"
    NOT_BEGUN = "not_begun"
    """An item that it comes after was not done."""


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    """The end of an item."""

    result: ItemResult
    skipped_steps: tuple[str, ...] = ()
    """Actions of the steps that operators decided to do without."""


class ItemProcess(StepProcess):
    """Base class of workflows whose steps belong to items that can be undone.

    All steps are added when the process is requested (``step_order.add_all``). The activity that
    ends the process asks ``undoing.is_left`` in the same transaction, and where something is to be
    undone, ends nothing: then ``undo`` comes first.
    """

    def __init__(self, process_id: UUID) -> None:
        super().__init__()
        self._process_id = process_id
        self._outcomes: dict[str, ItemOutcome] = {}
        self._undoable: dict[str, ItemStep] = {}
        self._is_listing = 0
        self._has_others = False

    def asked(self) -> list[Any]:
        """Return the arguments that the workflow was started with, for a new run of it."""
        raise NotImplementedError

    def is_history_long(self) -> bool:
        """Return whether a new run is to take over as soon as nothing is on its way."""
        return workflow.info().is_continue_as_new_suggested()

    async def item_is_stopped(self, name: str) -> None:
        """Tell that an item is carried out no further: before its undo, and again after it.

        Does nothing unless overridden.
        """

    async def carry_out_items(self, items: Sequence[Item]) -> Mapping[str, ItemOutcome]:
        """Carry out every item, side by side where they share no resource.

        Returns when each is done or undone. Call it from the main coroutine: where the history
        becomes long and every item waits, it continues as new.
        """
        self._has_others = len(items) > 1
        before = order([item.planned() for item in items])
        for item in items:
            self._undoable |= {each.step.action: each for each in item.steps if each.undo}
        tasks = [asyncio.create_task(self._carry_out(item, before[item.name])) for item in items]
        await self._until_over(tasks)
        if any(each.result is ItemResult.UNDONE for each in self._outcomes.values()):
            await self._until_over([asyncio.create_task(self.undo())])
        return self._outcomes

    async def undo(self, item: str | None = None) -> None:
        """Undo what is to be undone, the newest first. Undoing can get stuck like any other step.

        None: of every item. Undoing is itself never undone.
        """
        while actions := await self._list_to_undo(item):
            for action in actions:
                await self._undo(self._undoable[action])

    async def _list_to_undo(self, item: str | None) -> list[str]:
        request = UndoRequest(process_id=self._process_id, actions=tuple(self._undoable), item=item)
        self._is_listing += 1
        try:
            return await workflow.execute_activity_method(
                UndoActivities.list_to_undo, request, **_QUICK
            )
        finally:
            self._is_listing -= 1

    async def _undo(self, each: ItemStep) -> None:
        if each.undo is not None:
            await self.carry_out(each.kind, each.undo, undoing(each.step))

    async def _until_over(self, tasks: Sequence[asyncio.Task[None]]) -> None:
        def is_over() -> bool:  # also where one has failed: nobody else would tell
            failed = any(task.done() and task.exception() for task in tasks)
            return failed or all(task.done() for task in tasks)

        def is_too_long() -> bool:
            return self.is_history_long() and self.is_parked and not self._is_listing

        await workflow.wait_condition(lambda: is_over() or is_too_long())
        if not is_over():
            workflow.continue_as_new(args=self.asked())
        for task in tasks:
            if task.done():
                task.result()

    async def _carry_out(self, item: Item, before: Before) -> None:
        await workflow.wait_condition(
            lambda: before.needed | before.in_turn <= self._outcomes.keys()
        )
        if any(self._outcomes[name].result is not ItemResult.DONE for name in before.needed):
            self._outcomes[item.name] = ItemOutcome(ItemResult.NOT_BEGUN)
            return
        skipped: list[str] = []
        try:
            for each in item.steps:
                outcome = await self.carry_out(each.kind, each.do, each.step)
                skipped += [each.step.action] if outcome is OutcomeKind.SKIPPED else []
        except Aborted:
            await self.item_is_stopped(item.name)
            if self._has_others:  # those that come after it on its resources may go on
                await self.undo(item.name)
                await self.item_is_stopped(item.name)
            self._outcomes[item.name] = ItemOutcome(ItemResult.UNDONE, tuple(skipped))
        else:
            self._outcomes[item.name] = ItemOutcome(ItemResult.DONE, tuple(skipped))


def undoing(step: Step) -> Step:
    """The step that undoes this one, in this one's place in the order."""
    return replace(
        step,
        action=f"undo-{step.action}",
        allowed_decisions=(Decision.RETRY, Decision.SKIP),
        correctable_inputs=(),
        refusal_ends=False,
        refusal_fails=False,
        stage=Stage.REVERSIBLE,
        can_undo=False,
        undoes=step.action,
    )
