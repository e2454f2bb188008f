"""What the verification of a number does. Everything here may happen twice."""

from datetime import timedelta
from uuid import UUID

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.adapters.camara_sim_swap import SimSwap
from activities.adapters.sms_gateway import SmsGateway
from activities.numbers.check_sim_swap import ENGINE, SimLook
from activities.numbers.send_code import CodePaper, CodeSms
from activities.provisioning.effect import Outcome
from activities.provisioning.run_step import StepRunner
from domain.numbers.verifications import SIM_UNKNOWN, State, VerificationRules
from domain.provisioning.steps import Step
from storage.database import Database
from storage.numbers import codes, verifications
from storage.ops import stuck_items
from storage.provisioning import steps


class NumberVerifying:
    """The process's hands."""

    def __init__(
        self,
        database: Database,
        steps_: StepRunner,
        networks: tuple[SmsGateway, SimSwap],
        rules: VerificationRules,
        paper: CodePaper,
    ) -> None:
        self._database = database
        self._steps = steps_
        self._gateway, self._sims = networks
        self._rules = rules
        self._paper = paper

    @activity.defn(name="number_verification.send")
    def send(self, step: Step) -> Outcome:
        """Make a code and hand it to the gateway."""
        return self._steps.carry_out(step, self._sms())

    @activity.defn(name="number_verification.look_at_sim")
    def look_at_sim(self, step: Step) -> Outcome:
        """The right code came: see whether the SIM was changed lately, and conclude."""
        return self._steps.carry_out(step, SimLook(self._sims))

    def _sms(self) -> CodeSms:
        return CodeSms(self._gateway, self._paper, self._rules.life)

    @activity.defn(name="number_verification.has_ended")
    def has_ended(self, verification_id: UUID) -> bool:
        """Whether it has: a refused number may have ended it."""
        with self._database.transaction() as session:
            row = verifications.read(session, verification_id)
        return row is None or row.state != State.SENT

    @activity.defn(name="number_verification.leave")
    def leave(self, verification_id: UUID) -> None:
        """It has ended: what it left undone nobody has to decide about."""
        with self._database.transaction() as session:
            steps.drop_unfinished(session, verification_id)
            stuck_items.end_process(session, verification_id, ENGINE)

    @activity.defn
    def give_up(self, verification_id: UUID) -> None:
        """The SIM could not be looked at for too long."""
        with self._database.transaction() as session:
            verifications.end(session, verification_id, State.FAILED, SIM_UNKNOWN, actor=ENGINE)

    @activity.defn
    def expire(self, verification_id: UUID) -> bool:
        """End it if its time has run out; True: the right code came before that.

        Raises where it is too early by the database's clock, which is the one that counts.
        """
        with self._database.transaction() as session:
            state = codes.expire(session, verification_id, actor=ENGINE)
        if state is State.SENT:
            raise ApplicationError(
                "too early",
                type="TooEarly",
                next_retry_delay=timedelta(seconds=1),
                category=ApplicationErrorCategory.BENIGN,
            )
        return state is None
