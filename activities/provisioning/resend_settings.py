"""Activities of ServiceResend: each step's effect on the network, and the end. All repeatable."""

from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel
from temporalio import activity

from activities.adapters.networks import Networks
from activities.provisioning.effect import Outcome
from activities.provisioning.network_effects import ReadService, RestoreService, SendSettings
from activities.provisioning.resent_service import ResendSource
from activities.provisioning.run_step import StepRunner
from domain.provisioning.resend_settings import UNDOABLE
from domain.provisioning.steps import Step
from domain.provisioning.targets import TargetKind
from domain.task_queues import ActivityQueue
from storage.database import Database
from storage.ops import stuck_items
from storage.provisioning import resends, undoing
from storage.provisioning.resends import ENGINE, UNDONE


class ResendEnd(BaseModel, frozen=True):
    """End of a resend.

    ``skipped_steps``: the actions of the steps that operators decided to skip.
    """

    operation_id: UUID
    skipped_steps: tuple[str, ...] = ()


class ResendActivities:
    """Activities of ServiceResend on the network."""

    queue: ClassVar[ActivityQueue | None] = TargetKind.NETWORK

    def __init__(self, runner: StepRunner, networks: Networks) -> None:
        self._runner = runner
        self._networks = networks

    @activity.defn(name="provisioning.read_service")
    def read_service(self, step: Step) -> Outcome:
        """Read what the network has."""
        return self._runner.carry_out(step, ReadService(self._networks.of(step), ResendSource()))

    @activity.defn(name="provisioning.configure_service")
    def configure_service(self, step: Step) -> Outcome:
        """Send our settings of the service."""
        return self._runner.carry_out(step, SendSettings(self._networks.of(step), ResendSource()))

    @activity.defn(name="provisioning.activate_service")
    def activate_service(self, step: Step) -> Outcome:
        """Make the service active."""
        return self._runner.carry_out(step, SendSettings(self._networks.of(step), ResendSource()))

    @activity.defn(name="provisioning.restore_service")
    def restore_service(self, step: Step) -> Outcome:
        """Put back what the network had before."""
        return self._runner.carry_out(step, RestoreService(self._networks.of(step), ResendSource()))


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
            reason = undoing.reasons(session, id_).get("")
            undoing.drop_unfinished(session, id_)
            stuck_items.end_process(session, id_, ENGINE)
            if reason is not None:
                resends.close(session, id_, UNDONE[reason], ENGINE)
            else:
                resends.complete(session, id_, end.skipped_steps)
        return True
