"""Activities of ServiceResend: each step's effect on the network, and the end. All repeatable."""

from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel
from temporalio import activity

from activities.adapters.tmf640.network import Network
from activities.provisioning.effect import Outcome
from activities.provisioning.run_step import StepRunner
from domain.ops.stuck_reasons import StuckReason
from domain.processes import WaitsFor
from domain.provisioning.attempts import Prepared, Seen, Sent
from domain.provisioning.network_services import ServiceChange
from domain.provisioning.resend_settings import NETWORK_ID, UNDOABLE
from domain.provisioning.steps import Answer, Done, NotDone, Step, Trouble
from domain.provisioning.targets import TargetKind
from domain.task_queues import ActivityQueue
from storage.database import Database, Session
from storage.ops import stuck_items
from storage.provisioning import resends, step_queries, undoing
from storage.provisioning.resends import ENGINE, UNDONE, ServiceSettings
from storage.requests import operations


class ResendEnd(BaseModel, frozen=True):
    """End of a resend.

    ``skipped_steps``: the actions of the steps that operators decided to skip.
    """

    operation_id: UUID
    skipped_steps: tuple[str, ...] = ()


class _NetworkEffect:
    """Base of every effect on a service at the network. See Effect."""

    kind = TargetKind.NETWORK
    can_be_asked = True

    def __init__(self, network: Network) -> None:
        self._network = network
        self._change = ServiceChange("")
        self._is_corrected = False

    def prepare(self, session: Session, step: Step, seen: Seen) -> Prepared:
        """Read the service, and the id by which the network knows it."""
        operations.running(session, step.process_id, WaitsFor.NETWORK)
        service = resends.settings_of(session, step.process_id)
        if service is None:
            return Prepared.NOTHING
        network_id = seen.correction.get(NETWORK_ID, service.network_id or str(service.id))
        self._is_corrected = NETWORK_ID in seen.correction
        change = self.change(session, step, service, network_id)
        self._change = change or ServiceChange(network_id)
        return Prepared.NOTHING if change is None else Prepared.READY

    def change(
        self, session: Session, step: Step, service: ServiceSettings, network_id: str
    ) -> ServiceChange | None:
        """Return what to change. None: nothing."""
        raise NotImplementedError

    def hand_over(self, key: str) -> Answer:
        return self._network.change(self._change, key)

    def ask(self, key: str, sent: Sent) -> Answer | None:
        return self._network.ask(self._change, key, sent)

    def settle(self, session: Session, step: Step, answer: Answer | NotDone) -> None:
        """Keep a corrected id of the service, once the network knows the service by it."""
        if self._is_corrected and isinstance(answer, Done):
            resends.keep_network_id(session, step.process_id, self._change.network_id)


class _Read(_NetworkEffect):
    """Read what the network has; the receipt keeps it, so that it can be put back."""

    def change(
        self,
        session: Session,  # noqa: ARG002
        step: Step,  # noqa: ARG002
        service: ServiceSettings,  # noqa: ARG002
        network_id: str,
    ) -> ServiceChange:
        return ServiceChange(network_id)

    def hand_over(self, key: str) -> Answer:  # noqa: ARG002 # reading needs none
        service = self._network.read(self._change.network_id)
        if service.state is None:  # it could not be put back
            raise Trouble(StuckReason.TARGET_ERROR, "unreadable")
        return Done({"state": service.state, "settings": dict(service.settings)})

    def ask(self, key: str, sent: Sent) -> Answer | None:  # noqa: ARG002 # reading again is as good
        return None


class _Configure(_NetworkEffect):
    def change(
        self,
        session: Session,  # noqa: ARG002
        step: Step,  # noqa: ARG002
        service: ServiceSettings,
        network_id: str,
    ) -> ServiceChange:
        wanted = {"msisdn": service.number, "kind": service.kind}
        return ServiceChange(network_id, settings=wanted)


class _Activate(_NetworkEffect):
    def change(
        self,
        session: Session,  # noqa: ARG002
        step: Step,  # noqa: ARG002
        service: ServiceSettings,  # noqa: ARG002
        network_id: str,
    ) -> ServiceChange:
        return ServiceChange(network_id, state="active")


class _Restore(_NetworkEffect):
    """Put back what ``configure`` or ``activate`` may have changed."""

    def change(
        self,
        session: Session,
        step: Step,
        service: ServiceSettings,  # noqa: ARG002
        network_id: str,
    ) -> ServiceChange | None:
        before = step_queries.find(session, step.process_id, "read")
        undone = step_queries.find(session, step.process_id, step.undoes or "")
        if before is None or before.receipt is None:
            return None
        if undone is None or not undone.may_have_happened:
            return None
        if step.undoes == "activate":
            return ServiceChange(network_id, state=before.receipt["state"])
        had = before.receipt["settings"]
        settings = {name: had.get(name) for name in ("msisdn", "kind")}
        return ServiceChange(network_id, settings=settings)


class ResendActivities:
    """Activities of ServiceResend on the network."""

    queue: ClassVar[ActivityQueue | None] = TargetKind.NETWORK

    def __init__(self, runner: StepRunner, network: Network) -> None:
        self._runner = runner
        self._network = network

    @activity.defn(name="provisioning.read_service")
    def read_service(self, step: Step) -> Outcome:
        """Read what the network has."""
        return self._runner.carry_out(step, _Read(self._network))

    @activity.defn(name="provisioning.configure_service")
    def configure_service(self, step: Step) -> Outcome:
        """Send our settings of the service."""
        return self._runner.carry_out(step, _Configure(self._network))

    @activity.defn(name="provisioning.activate_service")
    def activate_service(self, step: Step) -> Outcome:
        """Make the service active."""
        return self._runner.carry_out(step, _Activate(self._network))

    @activity.defn(name="provisioning.restore_service")
    def restore_service(self, step: Step) -> Outcome:
        """Put back what the network had before."""
        return self._runner.carry_out(step, _Restore(self._network))


class EndResendActivities:
    """Activities of ServiceResend in the database."""

    queue: ClassVar[ActivityQueue | None] = None

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="provisioning.end_resend")
    def end_resend(self, end: ResendEnd) -> bool:
        """End the operation; steps of other processes on the service may continue.

        False: nothing is ended, for something is to be undone first.
        """
        id_ = end.operation_id
        with self._database.transaction() as session:
            if undoing.is_left(session, id_, UNDOABLE):
                return False
            reason = undoing.reason_of(session, id_)
            undoing.drop_unfinished(session, id_)
            stuck_items.end_process(session, id_, ENGINE)
            if reason is not None:
                resends.close(session, id_, UNDONE[reason], ENGINE)
            else:
                resends.complete(session, id_, end.skipped_steps)
        return True
