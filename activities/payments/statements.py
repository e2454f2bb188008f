"""Activities of BankStatement: read what banks booked, each line once. Each may run twice."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

import structlog
from pydantic import BaseModel
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.adapters.banks.banks import Banks
from activities.heartbeat import heartbeating
from activities.payments.payment import BANK_TROUBLE
from domain.ops.stuck_reasons import StuckReason
from domain.payments.orders import Statement
from domain.provisioning.steps import Trouble
from domain.task_queues import ActivityQueue, BankQueue
from storage.database import Database, unless_deadlocked
from storage.payments import entries, readings, taking

log = structlog.get_logger(__name__)


class ReadingStart(BaseModel, frozen=True):
    """The reading of banks' statements. All else is in the database."""

    operation_id: UUID


class BankToRead(BaseModel, frozen=True):
    """A bank whose new statements are read."""

    operation_id: UUID
    bank: str


class UnreadBank(BaseModel, frozen=True):
    """A bank whose statements were not read to their end, and why."""

    bank: str
    code: StuckReason
    detail: str = ""


class ReadingEnd(BaseModel, frozen=True):
    """The end of a reading: ``unread``: the banks that were not read to their end."""

    operation_id: UUID
    unread: tuple[UnreadBank, ...] = ()


class ReadingActivities:
    """Activities of BankStatement in the database."""

    queue: ClassVar[ActivityQueue | None] = None

    def __init__(self, database: Database, banks: Sequence[str]) -> None:
        """``banks``: names of those that have statements, as the settings say."""
        self._database = database
        self._banks = list(banks)

    @activity.defn(name="payments.open_reading")
    def open_reading(self, start: ReadingStart) -> list[str]:
        """Begin the reading; returns the banks that are to be read. Idempotent."""
        with self._database.transaction() as session:
            return self._banks if readings.open_(session, start.operation_id) else []

    @activity.defn(name="payments.end_reading")
    def end_reading(self, end: ReadingEnd) -> None:
        """End the reading, with how many entries were new. Idempotent."""
        with self._database.transaction() as session:
            unread = [each.model_dump(mode="json") for each in end.unread]
            readings.end(session, end.operation_id, unread)


class ReadStatementsActivities:
    """Activities of BankStatement at banks."""

    queue: ClassVar[ActivityQueue | None] = BankQueue.BANKS

    def __init__(self, database: Database, banks: Banks) -> None:
        self._database = database
        self._banks = banks

    @activity.defn(name="payments.read_statements")
    def read_statements(self, of: BankToRead) -> None:
        """Read a bank's statements after the last one, each in a transaction of its own.

        So a repetition goes on where the last one ended. Heartbeats with the statements so far.
        Fails with type BankTrouble, code and detail where the bank does not answer, or what it
        sends cannot be read whole.
        """
        bank = self._banks.of(of.bank)
        if bank is None:
            return
        with self._database.reading() as connection:
            last = entries.last_statement(connection, of.bank)
        with heartbeating() as heartbeat:
            try:
                for number, statement in enumerate(bank.statements(last), 1):
                    self._take(of, statement)
                    heartbeat(number)
            except Trouble as trouble:
                log.warning(
                    "bank_statements_not_read",
                    bank=of.bank,
                    code=trouble.code,
                    detail=trouble.detail,
                )
                raise ApplicationError(
                    trouble.code,
                    trouble.code,
                    trouble.detail,
                    type=BANK_TROUBLE,
                    category=ApplicationErrorCategory.BENIGN,
                ) from None

    def _take(self, of: BankToRead, statement: Statement) -> None:
        def take() -> None:
            with self._database.transaction() as session:
                taking.take_statement(session, of.bank, statement)

        unless_deadlocked(take)
