"""Activities of PaymentProcess: its steps in the database, at billing, at the bank. Repeatable."""

from datetime import timedelta
from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.adapters.banks.banks import Banks
from activities.adapters.billing.payments import BillingPayments
from activities.payments.billing_effects import BookPayment, RefundPayment
from activities.provisioning.effect import Outcome
from activities.provisioning.run_step import StepRunner
from domain.payments.due import STANDARD, CarryOut, Over, PaymentRules, Wait
from domain.payments.orders import CannotBeAsked, PaymentOrder, Standing
from domain.payments.states import AT_BANK, PaymentNews
from domain.payments.steps import BOOK, book_step, refund_step
from domain.payments.words import SettledBy
from domain.provisioning.steps import Step, Trouble
from domain.provisioning.targets import TargetKind
from domain.task_queues import ActivityQueue, BankQueue
from storage.database import Database
from storage.payments import hand_overs, learning, proceeding, rows
from storage.payments.learning import Learned
from storage.payments.rows import StoredPayment

BANK_TROUBLE = "BankTrouble"
_NEWS = {
    Standing.UNDER_WAY: PaymentNews.AUTHORISING,
    Standing.WAITING_SECOND_SIGNER: PaymentNews.SECOND_SIGNER,
    Standing.PAID: PaymentNews.PAID,
    Standing.NOT_PAID: PaymentNews.NOT_PAID,
}
"""News for each answer of a bank that was asked. A bank that does not know brings none."""


class PaymentStart(BaseModel, frozen=True):
    """The payment whose process runs. All else is in the database."""

    payment_id: UUID


class PaymentDue(BaseModel, frozen=True):
    """Work that is left of a payment.

    ``step``: carried out at once. Otherwise it waits for ``pause`` (None: until something changes);
    where ``asks``, a bank that can be asked is asked meanwhile.
    """

    step: Step | None = None
    pause: timedelta | None = None
    asks: bool = False
    first_question: timedelta = STANDARD.first_question
    """When, after the payment's process began to wait; later each waits twice as long."""


class PaymentActivities:
    """Activities of PaymentProcess in the database."""

    queue: ClassVar[ActivityQueue | None] = None

    def __init__(self, database: Database, rules: PaymentRules) -> None:
        self._database = database
        self._rules = rules

    @activity.defn(name="payments.proceed")
    def proceed(self, start: PaymentStart) -> PaymentDue | None:
        """Do what is due of a payment by the clock. None: nothing is left, its process is over."""
        with self._database.transaction() as session:
            payment, found = proceeding.proceed(session, start.payment_id, self._rules)
        match found:
            case Over():
                return None
            case CarryOut(action):
                make = book_step if action == BOOK else refund_step
                return PaymentDue(step=make(payment.process_id, payment.account_id))
            case Wait(pause, asks):
                return PaymentDue(pause=pause, asks=asks, first_question=self._rules.first_question)
        raise AssertionError(found)


class BookPaymentActivities:
    """Activities of PaymentProcess at billing."""

    queue: ClassVar[ActivityQueue | None] = TargetKind.BILLING

    def __init__(self, steps: StepRunner, billing: BillingPayments, zone: ZoneInfo) -> None:
        self._steps = steps
        self._billing = billing
        self._zone = zone

    @activity.defn(name="payments.book")
    def book(self, step: Step) -> Outcome:
        """Tell billing that the money has come."""
        return self._steps.carry_out(step, BookPayment(self._billing, self._zone))

    @activity.defn(name="payments.refund")
    def refund(self, step: Step) -> Outcome:
        """Tell billing that the bank took the money back."""
        return self._steps.carry_out(step, RefundPayment(self._billing))


class AskBankActivities:
    """Activities of PaymentProcess at banks."""

    queue: ClassVar[ActivityQueue | None] = BankQueue.BANKS

    def __init__(self, database: Database, banks: Banks, rules: PaymentRules) -> None:
        self._database = database
        self._banks = banks
        self._rules = rules

    @activity.defn(name="payments.ask")
    def ask(self, start: PaymentStart) -> bool:
        """Ask the bank where a payment stands; False: it cannot be asked, and never could.

        Fails with type BankTrouble where the bank does not answer.
        """
        with self._database.transaction() as session:
            payment = rows.lock(session, start.payment_id)
            order = None if payment is None else hand_overs.last_order(session, payment)
        if payment is None or order is None or payment.state not in AT_BANK:
            return True
        standing = self._asked(payment, order)
        if standing is None:
            return False
        if standing in _NEWS:
            is_enough = self._rules.settled_by is SettledBy.NOTICE
            is_settled = standing is Standing.PAID and is_enough
            self._learn(payment.id, PaymentNews.CREDITED if is_settled else _NEWS[standing])
        return True

    def _asked(self, payment: StoredPayment, order: PaymentOrder) -> Standing | None:
        bank = self._banks.of(payment.bank)
        if bank is None:  # no setting names it any more
            return None
        try:
            return bank.ask(order)
        except CannotBeAsked:
            return None
        except Trouble as trouble:
            raise ApplicationError(
                trouble.code, type=BANK_TROUBLE, category=ApplicationErrorCategory.BENIGN
            ) from None

    def _learn(self, payment_id: UUID, news: PaymentNews) -> None:
        with self._database.transaction() as session:
            payment = rows.lock(session, payment_id)
            if payment is not None:
                learning.learn(session, payment, Learned(news))
