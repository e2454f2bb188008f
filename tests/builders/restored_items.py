"""Effects of ScriptedItems as a real process has them: look, write, put back what was there."""

from sqlmodel import Session
from temporalio import activity

from activities.adapters.tmf640.network import Network
from activities.provisioning.effect import Outcome
from activities.provisioning.run_step import StepRunner
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning import restoring
from domain.provisioning.attempts import Prepared, Seen, Sent
from domain.provisioning.network_services import NetworkService, ServiceChange
from domain.provisioning.steps import Answer, Done, NotDone, Refused, Step
from domain.provisioning.targets import TargetKind
from storage.provisioning import step_queries

BY = "by"
"""The setting that every step writes: process and action."""


class Look:
    """Read the service; the receipt keeps what is there. See Effect."""

    kind = TargetKind.NETWORK
    can_be_asked = True

    def __init__(self, network: Network) -> None:
        self.network = network
        self.change = ServiceChange("")
        self.before: NetworkService | None = None

    def prepare(self, session: Session, step: Step, seen: Seen) -> Prepared:
        action = step.undoes or step.action
        service = (step.resource or "").removeprefix("service/")
        self.change = ServiceChange(service, settings={BY: f"{step.process_id}/{action}"})
        found = step_queries.find(session, step.process_id, f"look-{action}")
        self.before = restoring.service_of(found.receipt) if found and found.receipt else None
        return self.plan(session, step, seen)

    def plan(self, session: Session, step: Step, seen: Seen) -> Prepared:  # noqa: ARG002
        return Prepared.READY

    def hand_over(self, key: str) -> Answer:  # noqa: ARG002 # reading needs none
        return Done(
            restoring.receipt_of(self.network.read(self.change.network_id), self.change.settings)
        )

    def ask(self, key: str, sent: Sent) -> Answer | None:  # noqa: ARG002 # it is read again
        return None

    def settle(self, session: Session, step: Step, answer: Answer | NotDone) -> None:
        pass


class Put(Look):
    """Write to the service, unless what overtook the step did so."""

    is_overtaken = False

    def plan(self, session: Session, step: Step, seen: Seen) -> Prepared:  # noqa: ARG002
        self.is_overtaken = seen.is_overtaken
        return Prepared.READY

    def hand_over(self, key: str) -> Answer:
        if self.is_overtaken and self.before is not None:
            there = self.network.read(self.change.network_id)
            if restoring.is_outdated(self.before, there, self.change):
                raise Refused(StuckReason.OVERTAKEN)
        return self.network.change(self.change, key)

    def ask(self, key: str, sent: Sent) -> Answer | None:
        return self.network.ask(self.change, key, sent)


class PutBack(Put):
    """Put back what was there, where the service still shows what was written."""

    made = ServiceChange("")

    def plan(self, session: Session, step: Step, seen: Seen) -> Prepared:  # noqa: ARG002
        undone = step_queries.find(session, step.process_id, step.undoes or "")
        if self.before is None or undone is None or not undone.may_have_happened:
            return Prepared.NOTHING
        self.made = self.change
        self.change = restoring.restoring(self.before, self.made)
        return Prepared.READY

    def hand_over(self, key: str) -> Answer:
        there = self.network.read(self.made.network_id)
        left = restoring.still_to_restore(there, self.made, self.change)
        return Done() if restoring.changes_nothing(left) else self.network.change(left, key)


class RestoredWrites:
    """Activities of ScriptedItems on the network."""

    def __init__(self, runner: StepRunner, network: Network) -> None:
        self._runner = runner
        self._network = network

    @activity.defn(name="tests.write")
    def write(self, step: Step) -> Outcome:
        effect = Look if step.action.startswith("look-") else Put
        return self._runner.carry_out(step, effect(self._network))

    @activity.defn(name="tests.unwrite")
    def unwrite(self, step: Step) -> Outcome:
        return self._runner.carry_out(step, PutBack(self._network))
