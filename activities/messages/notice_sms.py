"""Activities of the workflow NoticeSms. Each may run twice."""

from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from temporalio import activity

from activities.adapters.sms_gateway import SmsGateway
from activities.messages.send_notice import SendNotice
from activities.provisioning.effect import Outcome
from activities.provisioning.run_step import StepRunner
from domain.audit import Actor, ActorKind
from domain.messages.quiet_hours import QuietHours
from domain.provisioning.steps import Step
from domain.provisioning.targets import TargetKind
from domain.task_queues import ActivityQueue
from storage.database import Database
from storage.messages import notice_sms
from storage.ops import stuck_items
from storage.provisioning import undoing

_ENGINE = Actor(ActorKind.ENGINE)


class SendNoticeActivities:
    """Activities of NoticeSms on the SMS gateway."""

    queue: ClassVar[ActivityQueue | None] = TargetKind.SMS

    def __init__(self, runner: StepRunner, gateway: SmsGateway, portal_host: str) -> None:
        self._runner = runner
        self._gateway = gateway
        self._portal_host = portal_host

    @activity.defn(name="messages.send_notice")
    def send_notice(self, step: Step) -> Outcome:
        """Hand the SMS to the gateway."""
        return self._runner.carry_out(step, SendNotice(self._gateway, self._portal_host))


class NoticeSmsActivities:
    """Activities of NoticeSms in the database."""

    queue: ClassVar[ActivityQueue | None] = None

    def __init__(self, database: Database, quiet_hours: QuietHours) -> None:
        self._database = database
        self._quiet_hours = quiet_hours

    @activity.defn(name="messages.read_wait")
    def read_wait(self, notice_id: UUID) -> timedelta:
        """Return how long the quiet hours last yet, by the database's clock.

        Zero: send it now, or there is nothing to send any more.
        """
        with self._database.transaction() as session:
            wanted = notice_sms.to_send(session, notice_id) is not None
        return self._quiet_hours.left(self._database.clock()) if wanted else timedelta()

    @activity.defn(name="messages.end_notice_sms")
    def end_notice_sms(self, notice_id: UUID) -> None:
        """End the process."""
        with self._database.transaction() as session:
            undoing.drop_unfinished(session, notice_id)
            stuck_items.end_process(session, notice_id, _ENGINE)
            notice_sms.end(session, notice_id)
