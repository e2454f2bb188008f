"""Every type of process: its workflow, how that is started, how it is closed, how long it is kept.

Read by worker, services, cli and dev. A new type is one member of ``ProcessType``, one entry here,
and ``storage.processes.processes.asked`` in the statement that writes the row it is about.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel

from activities.approvals.approval import ApprovalStart
from activities.contracts.ask_signer import ContractSigningInput
from activities.contracts.end import ContractEndInput
from activities.contracts.start import ContractStartInput
from activities.delegations.ceremony import DelegationStart
from activities.delegations.departure_review import DepartureReviewStart
from activities.extracts.make import UsageExtractStart
from activities.inventory.drift_check import DriftCheckStart
from activities.ops.bulk_retry import BulkRetryStart
from activities.orders.orders import OrderStart, mark_order
from activities.payments.payment import PaymentStart
from activities.payments.statements import ReadingStart
from activities.provisioning.attempt import MarkProcess, mark_operation
from activities.registry.refresh_person import RefreshRequest
from activities.registry.sync_runs import SyncRequest
from domain import retention
from domain.audit import Actor
from domain.delegations.departures import ReviewState
from domain.numbers.verifications import VerificationState
from domain.processes import ProcessType
from domain.reasons import Reason
from domain.registry.sync import SyncState
from storage.approvals import concluding
from storage.contract_orders import closing
from storage.contract_signing import signing_ends
from storage.contracts import ending as contract_ends
from storage.database import Connection, Session
from storage.delegations import answers, departure_reviews
from storage.extracts import ends as extract_ends
from storage.inventory import drift_checks
from storage.messages import notice_sms
from storage.numbers import verification_queries, verifications
from storage.numbers.verification_queries import VerificationToStart
from storage.orders import ending
from storage.payments import proceeding
from storage.payments import rows as payment_rows
from storage.provisioning import resends
from storage.provisioning.resends import ResendToStart
from storage.registry import sync_run_queries, sync_runs
from storage.registry.sync_run_queries import RunToStart
from storage.requests import operation_queries, operations
from storage.requests.operation_queries import OperationToStart
from workflows.approvals.approval import Approval
from workflows.contracts.contract_end import ContractEnd
from workflows.contracts.contract_signing import ContractSigning
from workflows.contracts.contract_start import ContractStart
from workflows.delegations.delegation import Delegation
from workflows.delegations.departure_review import DepartureReview
from workflows.extracts.usage_extract import UsageExtract
from workflows.inventory.drift_check import DriftCheck
from workflows.messages.notice_sms import NoticeSms, NoticeSmsStart
from workflows.numbers.number_verification import NumberVerification, VerificationStart
from workflows.ops.bulk_retry import BulkRetry
from workflows.orders.service_order import ServiceOrder
from workflows.payments.bank_statement import BankStatement
from workflows.payments.payment import Payment
from workflows.provisioning.service_resend import ResendStart, ServiceResend
from workflows.registry.person_refresh import PersonRefresh
from workflows.registry.register_sync import RegisterSync

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal of the workflow, and its arguments."""

    method: Callable[..., Any]
    arguments: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Start:
    """Input of a workflow, and the signals that follow its start."""

    argument: BaseModel
    signals: tuple[Signal, ...] = ()


@dataclass(frozen=True, slots=True)
class ProcessDefinition:
    """One type of process."""

    name: ProcessType
    workflow: type[Any]
    start: Callable[[Connection, UUID], Start]
    """Reads the workflow's start arguments. Raises if the row is missing or incomplete."""
    close: Callable[[Session, UUID, Reason, Actor], None]
    """Ends the process in its current state, with nothing undone. Repeating changes nothing."""
    mark: MarkProcess = mark_operation
    """Marks its rows where a step of it waits, is stuck, or goes on; see ``MarkProcess``."""
    end_signal: Callable[..., Any] | None = None
    """Of the types ``TOLD_OF_END``: tells the workflow to look at the database again."""
    starts_after: timedelta | None = timedelta(seconds=5)
    """Time after the request when a worker starts a process that was not started; None: never."""
    kept_for: timedelta = retention.PROCESS
    """How long its rows are kept after its end: the process, its steps, its operation."""


def _read(
    read: Callable[[Connection, UUID], R], start: Callable[[R], Start]
) -> Callable[[Connection, UUID], Start]:
    return lambda connection, id_: start(read(connection, id_))


def _approval(connection: Connection, approval_id: UUID) -> Start:  # noqa: ARG001 # all of it is in the database
    return Start(ApprovalStart(approval_id=approval_id))


def _bank_statement(operation: OperationToStart) -> Start:
    return Start(ReadingStart(operation_id=operation.id))


def _bulk_retry(operation: OperationToStart) -> Start:
    return Start(BulkRetryStart(operation_id=operation.id))


def _contract_end(connection: Connection, process_id: UUID) -> Start:
    contract_id = contract_ends.contract_of(connection, process_id)
    return Start(ContractEndInput(contract_id=contract_id))


def _contract_sign(operation: OperationToStart) -> Start:
    return Start(ContractSigningInput(signing_id=operation.id))


def _contract_start(connection: Connection, contract_id: UUID) -> Start:  # noqa: ARG001 # all of it is in the database
    return Start(ContractStartInput(contract_id=contract_id))


def _delegation(connection: Connection, version_id: UUID) -> Start:  # noqa: ARG001 # all of it is in the database
    return Start(DelegationStart(version_id=version_id))


def _departure_review(connection: Connection, review_id: UUID) -> Start:  # noqa: ARG001 # all of it is in the database
    return Start(DepartureReviewStart(review_id=review_id))


def _drift_check(connection: Connection, check_id: UUID) -> Start:  # noqa: ARG001 # all of it is in the database
    return Start(DriftCheckStart(check_id=check_id))


def _notice_sms(notice_id: UUID) -> Start:
    return Start(NoticeSmsStart(notice_id=notice_id))


def _number_verification(verification: VerificationToStart) -> Start:
    start = VerificationStart(verification_id=verification.id, life=verification.life_left)
    signals = []
    if verification.sends > 0:  # also the first one: a workflow waits where it was taken back
        signals.append(Signal(NumberVerification.resend, (verification.sends,)))
    if verification.code_accepted:
        signals.append(Signal(NumberVerification.conclude))
    return Start(start, tuple(signals))


def _order(connection: Connection, order_id: UUID) -> Start:  # noqa: ARG001 # all of it is in the database
    return Start(OrderStart(order_id=order_id))


def _payment(connection: Connection, process_id: UUID) -> Start:
    payment_id = payment_rows.of_process(connection, process_id)
    if payment_id is None:
        raise LookupError("no payment has this process")
    return Start(PaymentStart(payment_id=payment_id))


def _refresh(operation: OperationToStart) -> Start:
    person_id = operation.known("person_id")
    return Start(RefreshRequest(person_id=person_id, operation_id=operation.id))


def _register_sync(run: RunToStart) -> Start:
    return Start(SyncRequest(source=run.source, subject=run.subject))


def _resend(resend: ResendToStart) -> Start:
    return Start(ResendStart(**resend._asdict()))


def _usage_extract(connection: Connection, extract_id: UUID) -> Start:  # noqa: ARG001 # all of it is in the database
    return Start(UsageExtractStart(extract_id=extract_id))


def _close_order(session: Session, id_: UUID, why: Reason, actor: Actor) -> None:  # noqa: ARG001 # its items say why
    ending.close(session, id_, actor)


def _close_offer(session: Session, id_: UUID, why: Reason, actor: Actor) -> None:  # noqa: ARG001 # a withdrawal has its own reason
    answers.withdraw(session, id_, actor=actor)


def _close_review(session: Session, id_: UUID, why: Reason, actor: Actor) -> None:
    departure_reviews.end(session, [id_], ReviewState.CANCELLED, why=why, actor=actor)


def _close_verification(session: Session, id_: UUID, why: Reason, actor: Actor) -> None:
    verifications.end(session, id_, VerificationState.FAILED, why, actor=actor)


def _close_run(session: Session, id_: UUID, why: Reason, actor: Actor) -> None:  # noqa: ARG001 # a run's end names no actor
    sync_runs.end_run(session, id_, SyncState.FAILED, why)


def _close_signing(session: Session, id_: UUID, why: Reason, actor: Actor) -> None:
    signing_ends.fail(session, id_, why, actor=actor)


def _close_operation(session: Session, id_: UUID, why: Reason, actor: Actor) -> None:  # noqa: ARG001 # an operation's end names no actor
    operations.cancelled(session, id_, why)


CATALOG: Mapping[ProcessType, ProcessDefinition] = {
    each.name: each
    for each in (
        ProcessDefinition(
            ProcessType.APPROVAL,
            Approval,
            start=_approval,
            close=concluding.close,
            end_signal=Approval.changed,
        ),
        ProcessDefinition(
            ProcessType.BANK_STATEMENT,
            BankStatement,
            start=_read(operation_queries.to_start, _bank_statement),
            close=_close_operation,
        ),
        ProcessDefinition(
            ProcessType.BULK_RETRY,
            BulkRetry,
            start=_read(operation_queries.to_start, _bulk_retry),
            close=_close_operation,
        ),
        ProcessDefinition(
            ProcessType.CONTRACT_END,
            ContractEnd,
            start=_contract_end,
            close=closing.close_end,
            starts_after=timedelta(),  # nobody else starts it
        ),
        ProcessDefinition(
            ProcessType.CONTRACT_SIGN,
            ContractSigning,
            start=_read(operation_queries.to_start, _contract_sign),
            close=_close_signing,
        ),
        ProcessDefinition(
            ProcessType.CONTRACT_START,
            ContractStart,
            start=_contract_start,
            close=closing.close_start,
            end_signal=ContractStart.changed,
        ),
        ProcessDefinition(
            ProcessType.DELEGATION,
            Delegation,
            start=_delegation,
            close=_close_offer,
            end_signal=Delegation.answered,
        ),
        ProcessDefinition(
            ProcessType.DEPARTURE_REVIEW,
            DepartureReview,
            start=_departure_review,
            close=_close_review,
            end_signal=DepartureReview.decided,
            starts_after=timedelta(),  # nobody else starts it
        ),
        ProcessDefinition(
            ProcessType.DRIFT_CHECK,
            DriftCheck,
            start=_drift_check,
            close=drift_checks.close,
        ),
        ProcessDefinition(
            ProcessType.NOTICE_SMS,
            NoticeSms,
            start=_read(notice_sms.to_start, _notice_sms),
            close=notice_sms.close,
            starts_after=timedelta(),  # nobody else starts it
        ),
        ProcessDefinition(
            ProcessType.NUMBER_VERIFICATION,
            NumberVerification,
            start=_read(verification_queries.to_start, _number_verification),
            close=_close_verification,
            # Longer than the API tries: what it gives up it takes back, and then nothing is sent.
            starts_after=timedelta(seconds=15),
        ),
        ProcessDefinition(
            ProcessType.ORDER,
            ServiceOrder,
            start=_order,
            close=_close_order,
            mark=mark_order,
            # Those of contracts begin in a transaction that no requester follows up.
            starts_after=timedelta(seconds=1),
        ),
        ProcessDefinition(
            ProcessType.PAYMENT,
            Payment,
            start=_payment,
            close=proceeding.close,
            end_signal=Payment.changed,
            starts_after=timedelta(),  # nobody else starts it
        ),
        ProcessDefinition(
            ProcessType.REFRESH,
            PersonRefresh,
            start=_read(operation_queries.to_start, _refresh),
            close=_close_operation,
        ),
        ProcessDefinition(
            ProcessType.REGISTER_SYNC,
            RegisterSync,
            start=_read(sync_run_queries.to_start, _register_sync),
            close=_close_run,
        ),
        ProcessDefinition(
            ProcessType.RESEND,
            ServiceResend,
            start=_read(resends.to_start, _resend),
            close=resends.close,
        ),
        ProcessDefinition(
            ProcessType.USAGE_EXTRACT,
            UsageExtract,
            start=_usage_extract,
            close=extract_ends.close,
        ),
    )
}
WORKFLOWS = [each.workflow for each in CATALOG.values()]
STARTS_AFTER = {
    each.name: each.starts_after for each in CATALOG.values() if each.starts_after is not None
}
MARKS: Mapping[str, MarkProcess] = {each.name: each.mark for each in CATALOG.values()}
KEPT_FOR = {each.name: each.kept_for for each in CATALOG.values()}
