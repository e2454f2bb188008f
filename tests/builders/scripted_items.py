"""A process of several items, for tests: each of its steps writes to a service at the network."""

from collections import Counter
from threading import Event

from sqlmodel import Session
from temporalio import activity, workflow

with workflow.unsafe.imports_passed_through():
    from datetime import timedelta
    from typing import Any

    from activities.adapters.tmf640.network import Network
    from activities.provisioning.effect import Outcome
    from activities.provisioning.run_step import StepRunner
    from domain.audit import Actor, ActorKind
    from domain.ops.stuck_reasons import StuckReason
    from domain.provisioning.attempts import Prepared, Seen, Sent
    from domain.provisioning.network_services import ServiceChange
    from domain.provisioning.steps import Answer, InDoubt, NotDone, Refused, Step
    from domain.provisioning.targets import TargetKind
    from storage.database import Database
    from storage.ops import stuck_items
    from storage.provisioning import undoing
    from tests.builders.planned_items import (
        ItemsStart,
        PlannedWrites,
        steps_of,
        steps_of_item,
    )
    from tests.fixtures.patience import PATIENCE
    from workflows.provisioning.item_process import Item, ItemProcess, ItemStep

_QUICK = timedelta(seconds=10)


class Scene:
    """What happens at the network, as the test says; and what the worker did."""

    def __init__(self) -> None:
        self.called: Counter[str] = Counter()
        """Activities, by the step's action."""
        self.seen: dict[str, Seen] = {}
        """What the effect knew, by the step's action."""
        self.refused: set[str] = set()
        self.lost: set[str] = set()
        """Actions whose answers are lost once; the questions about them meet nobody."""
        self._held: dict[str, Event] = {}
        self.reached: set[str] = set()

    def hold(self, action: str) -> Event:
        """Let nobody past this action until the event is set."""
        return self._held.setdefault(action, Event())

    def passes(self, action: str) -> None:
        """Called before an action is sent."""
        self.reached.add(action)
        if action in self._held:
            assert self._held[action].wait(PATIENCE)
        if action in self.refused:
            raise Refused(StuckReason.REFUSED)


class Write:
    """Write the step's action to its service. See Effect."""

    kind = TargetKind.NETWORK
    can_be_asked = True

    def __init__(self, network: Network, scene: Scene) -> None:
        self._network = network
        self._scene = scene
        self._action = ""
        self._change = ServiceChange("")

    def prepare(self, session: Session, step: Step, seen: Seen) -> Prepared:  # noqa: ARG002
        self._action = step.action
        self._scene.seen[step.action] = seen
        service = (step.resource or "").removeprefix("service/")
        self._change = ServiceChange(service, settings={"by": f"{step.process_id}/{step.action}"})
        return Prepared.READY

    def hand_over(self, key: str) -> Answer:
        self._scene.passes(self._action)
        answer = self._network.change(self._change, key)
        if self._action in self._scene.lost:
            raise InDoubt(StuckReason.ANSWER_LOST)
        return answer

    def ask(self, key: str, sent: Sent) -> Answer | None:
        if self._action in self._scene.lost:
            raise InDoubt(StuckReason.UNREACHABLE)
        return self._network.ask(self._change, key, sent)

    def settle(self, session: Session, step: Step, answer: Answer | NotDone) -> None:
        pass


class WriteActivities:
    """Activities of ScriptedItems on the network."""

    def __init__(self, runner: StepRunner, network: Network, scene: Scene) -> None:
        self._runner = runner
        self._network = network
        self._scene = scene

    @activity.defn(name="tests.write")
    def write(self, step: Step) -> Outcome:
        self._scene.called[step.action] += 1
        return self._runner.carry_out(step, Write(self._network, self._scene))

    @activity.defn(name="tests.unwrite")
    def unwrite(self, step: Step) -> Outcome:
        self._scene.called[step.action] += 1
        return self._runner.carry_out(step, Write(self._network, self._scene))


class EndActivities:
    """Activities of ScriptedItems in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="tests.end")
    def end(self, start: ItemsStart) -> bool:
        actions = [each.action for each in steps_of(start) if each.can_undo]
        with self._database.transaction() as session:
            if undoing.is_left(session, start.process_id, actions):
                return False
            undoing.drop_unfinished(session, start.process_id)
            stuck_items.end_process(session, start.process_id, Actor(ActorKind.ENGINE))
        return True


@workflow.defn(name="ScriptedItems")
class ScriptedItems(ItemProcess):
    """Carry out every item; or undo what was done."""

    @workflow.init
    def __init__(self, start: ItemsStart) -> None:
        super().__init__(start.process_id)
        self._start = start

    @workflow.run
    async def run(self, start: ItemsStart) -> dict[str, str]:
        """Return what became of each item."""
        outcomes = await self.carry_out_items([_item(start, each) for each in start.items])
        while not await workflow.execute_activity_method(
            EndActivities.end, start, start_to_close_timeout=_QUICK
        ):
            await self.undo()
        return {name: each.result.value for name, each in outcomes.items()}

    def asked(self) -> list[Any]:
        return [self._start]

    def is_history_long(self) -> bool:
        return workflow.info().get_current_history_length() > self._start.history_limit


def _item(start: ItemsStart, planned: PlannedWrites) -> Item:
    do, undo = WriteActivities.write, WriteActivities.unwrite
    steps = [
        ItemStep(step, TargetKind.NETWORK, do, undo if step.can_undo else None)
        for step in steps_of_item(start, planned)
    ]
    return Item(planned.name, steps, planned.after)
