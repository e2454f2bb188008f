"""Activities of Approval: what is due in the database, and the check at the register."""

from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel
from temporalio import activity

from activities.heartbeat import heartbeating
from activities.registry.errors import as_failure
from domain.approvals.states import WaitsBecause
from domain.audit import Actor, ActorKind
from domain.delegations.departures import STANDARD, DepartureRules
from domain.identifiers import CompanyKey
from domain.registry.hold_limits import HoldLimits
from domain.registry.ports import Register
from domain.registry.register import Absent, RegisterState, RegisterUnknown
from domain.task_queues import ActivityQueue, RegisterQueue
from storage.approvals import approvals, carrying_out, concluding, rows
from storage.approvals.concluding import Rules
from storage.approvals.rows import StoredApproval
from storage.database import Database, unless_deadlocked
from storage.registry import apply_answers, appointments

_ENGINE = Actor(ActorKind.ENGINE, "approval")


class ApprovalStart(BaseModel, frozen=True):
    """Input of Approval. All else is in the database."""

    approval_id: UUID


class ApprovalDue(BaseModel, frozen=True):
    """What is next: the time until more is due, and whether the register is to be asked now."""

    pause: timedelta
    check_register: bool


class ApprovalActivities:
    """Activities of Approval that need only the database."""

    queue: ClassVar[ActivityQueue | None] = None

    def __init__(self, database: Database, rules: Rules) -> None:
        self._database = database
        self._rules = rules

    @activity.defn(name="approvals.proceed")
    def proceed(self, start: ApprovalStart) -> ApprovalDue | None:
        """Remind, judge anew, or let the approval lapse, if that is due. Idempotent.

        None: the approval is over.
        """

        def work() -> concluding.Due | None:
            with self._database.transaction() as session:
                rules = self._rules.approvals
                return concluding.proceed(session, start.approval_id, rules, actor=_ENGINE)

        due = unless_deadlocked(work)
        if due is None:
            return None
        return ApprovalDue(pause=due.pause, check_register=due.check_register)


class CheckRegisterActivities:
    """The activity of Approval that asks the register, and concludes by its answer."""

    queue: ClassVar[ActivityQueue | None] = RegisterQueue.PEOPLE

    def __init__(
        self,
        database: Database,
        register: Register,
        rules: Rules,
        limits: HoldLimits,
        on_departure: DepartureRules = STANDARD,
    ) -> None:
        self._database = database
        self._register = register
        self._rules = rules
        self._limits = limits
        self._on_departure = on_departure

    @activity.defn(name="approvals.check_register")
    def check_register(self, start: ApprovalStart) -> bool:
        """Ask the register about the company, and carry the act out if enough people confirmed.

        Returns False where the answer cannot be used now: the approval says why. Idempotent: what
        was carried out, or ended otherwise, stays as it is. Raises RegisterUnknown's failure.
        """
        with heartbeating():
            with self._database.reading() as connection:
                approval = rows.read(connection, start.approval_id)
                if approval is None or not approval.is_open:
                    return True
                company = appointments.company_key(connection, approval.company_id)
            answer = self._ask(approval.id, company)
            if not self._applied(approval, answer):
                return False
            self._conclude(approval.id)
            return True

    def _ask(self, approval_id: UUID, company: CompanyKey) -> RegisterState | Absent:
        try:
            with activity.shield_thread_cancel_exception():  # a turn at the register is given back
                return self._register.state(company)
        except RegisterUnknown as error:
            self._hold_up(approval_id, WaitsBecause.REGISTER_UNAVAILABLE)
            raise as_failure(error) from None

    def _applied(self, approval: StoredApproval, answer: RegisterState | Absent) -> bool:
        """Align the company with the answer; False: it is not used, and the approval says why."""
        if isinstance(answer, Absent):
            self._hold_up(approval.id, WaitsBecause.REGISTER_UNAVAILABLE)
            return False
        aligned = apply_answers.apply_or_hold(
            self._database,
            approval.company_id,
            answer,
            self._limits,
            register=self._register.country,
            on_departure=self._on_departure,
        )
        held = WaitsBecause.REGISTER_ANSWER_HELD if aligned is None else None
        self._hold_up(approval.id, held)
        return held is None

    def _conclude(self, approval_id: UUID) -> None:
        def conclude() -> None:
            with self._database.transaction() as session:
                concluding.conclude(session, approval_id, self._rules, actor=_ENGINE)

        try:
            unless_deadlocked(conclude)
        except carrying_out.CANNOT as error:
            why = concluding.refused(error)
            with self._database.transaction() as session:
                approval = rows.lock(session, approval_id)
                if approval is not None and approval.is_open:
                    concluding.refuse(session, approval, why, actor=_ENGINE)

    def _hold_up(self, approval_id: UUID, because: WaitsBecause | None) -> None:
        with self._database.transaction() as session:
            approvals.hold_up(session, approval_id, because)
