"""Activities of the workflow NumberVerification. Each may run twice."""

from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.adapters.camara_sim_swap import SimSwap
from activities.adapters.sms_gateway import SmsGateway
from activities.numbers.check_sim_swap import ENGINE, SimSwapCheck
from activities.numbers.send_code import CodeSettings, SendCode
from activities.provisioning.effect import Outcome
from activities.provisioning.run_step import StepRunner
from domain.numbers.verifications import SIM_UNKNOWN, VerificationState
from domain.provisioning.steps import Step
from domain.provisioning.targets import TargetKind
from domain.task_queues import ActivityQueue
from storage.database import Database
from storage.numbers import codes, verification_rows, verifications
from storage.ops import stuck_items
from storage.provisioning import undoing


class SendCodeActivities:
    """Activities of NumberVerification on the SMS gateway."""

    queue: ClassVar[ActivityQueue | None] = TargetKind.SMS

    def __init__(
        self, steps_: StepRunner, gateway: SmsGateway, settings: CodeSettings, life: timedelta
    ) -> None:
        self._steps = steps_
        self._gateway = gateway
        self._settings = settings
        self._life = life

    @activity.defn(name="numbers.send_code")
    def send_code(self, step: Step) -> Outcome:
        """Make a code and hand it to the gateway."""
        return self._steps.carry_out(step, SendCode(self._gateway, self._settings, self._life))


class CheckSimSwapActivities:
    """Activities of NumberVerification on the source of SIM changes."""

    queue: ClassVar[ActivityQueue | None] = TargetKind.SIM_SWAP

    def __init__(self, steps_: StepRunner, sims: SimSwap) -> None:
        self._steps = steps_
        self._sims = sims

    @activity.defn(name="numbers.check_sim_swap")
    def check_sim_swap(self, step: Step) -> Outcome:
        """Check whether the SIM was changed recently, and conclude."""
        return self._steps.carry_out(step, SimSwapCheck(self._sims))


class NumberVerificationActivities:
    """Activities of NumberVerification in the database."""

    queue: ClassVar[ActivityQueue | None] = None

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="numbers.has_ended")
    def has_ended(self, verification_id: UUID) -> bool:
        """Return whether the verification has ended: a refused number may have ended it."""
        with self._database.transaction() as session:
            found = verification_rows.read(session, verification_id)
        return found is None or found.state is not VerificationState.SENT

    @activity.defn(name="numbers.drop_unfinished")
    def drop_unfinished(self, verification_id: UUID) -> None:
        """Drop unfinished steps of a verification that has ended: they need no decision."""
        with self._database.transaction() as session:
            undoing.drop_unfinished(session, verification_id)
            stuck_items.end_process(session, verification_id, ENGINE)

    @activity.defn(name="numbers.give_up")
    def give_up(self, verification_id: UUID) -> None:
        """Fail a verification whose SIM could not be checked for too long."""
        failed = VerificationState.FAILED
        with self._database.transaction() as session:
            verifications.end(session, verification_id, failed, SIM_UNKNOWN, actor=ENGINE)

    @activity.defn(name="numbers.expire")
    def expire(self, verification_id: UUID) -> bool:
        """End a verification whose time ran out; True: the right code came before that.

        Raises ApplicationError ``TooEarly`` while its time has not run out by the database's
        clock, which is the one that counts.
        """
        with self._database.transaction() as session:
            state = codes.expire(session, verification_id, actor=ENGINE)
        if state is VerificationState.SENT:
            raise ApplicationError(
                "too early",
                type="TooEarly",
                next_retry_delay=timedelta(seconds=1),
                category=ApplicationErrorCategory.BENIGN,
            )
        return state is None
