"""Types of process: what runs by itself after it was requested, one workflow each.

``workflows.catalog`` says of each type how it is started, closed and kept.
"""

from enum import StrEnum
from uuid import UUID

from domain.registry.sync import SyncSource


class ProcessType(StrEnum):
    """Type of a process; also the first part of its workflow id. May grow."""

    APPROVAL = "approval"
    """The confirmations of one act, by those who represent a company together."""
    BANK_STATEMENT = "bank_statement"
    """The reading of what banks booked."""
    BULK_RETRY = "bulk_retry"
    CONTRACT_END = "contract_end"
    """The end of a contract, from its moment until the last invoice."""
    CONTRACT_SIGN = "contract_sign"
    """One person's signature on a contract, by their phone."""
    CONTRACT_START = "contract_start"
    """From the draft of a contract until its service is set up."""
    DELEGATION = "delegation"
    """The ceremony of an offer: no process lasts as long as what is given."""
    DEPARTURE_REVIEW = "departure_review"
    """The review of what somebody gave who has left."""
    DRIFT_CHECK = "drift_check"
    """The comparison of what networks have with what services should have."""
    NOTICE_SMS = "notice_sms"
    NUMBER_VERIFICATION = "number_verification"
    ORDER = "order"
    """A service order that has begun."""
    PAYMENT = "payment"
    """A payment of an invoice, from its start until billing has it."""
    REFRESH = "refresh"
    REGISTER_SYNC = "register_sync"
    RESEND = "resend"
    USAGE_EXTRACT = "usage_extract"
    """A file of call details."""


TOLD_OF_END = frozenset(
    {
        ProcessType.APPROVAL,
        ProcessType.CONTRACT_START,
        ProcessType.DELEGATION,
        ProcessType.DEPARTURE_REVIEW,
        ProcessType.PAYMENT,
    }
)
"""Types that something else may end while their workflow sleeps for days: a worker tells it."""


class WaitsFor(StrEnum):
    """Things that a process waits for: every target, and what is no target."""

    BANK = "bank"
    """Its word, or its statement."""
    BILLING = "billing"
    CONFIRMATIONS = "confirmations"
    """The word of those who act together."""
    NETWORK = "network"
    OFFICER = "officer"
    """A mandate officer's look at a signing rule."""
    OPERATIONS = "operations"
    """A decision about something of it that is stuck."""
    ORDER = "order"
    """Its turn: an earlier process works on the same resource."""
    REGISTER = "register"
    SIGNER = "signer"
    """The person who is to sign, on their phone."""
    SIGNING_SERVICE = "signing_service"
    """Mobile-ID or Smart-ID, or what proves a signature: OCSP, time-stamps."""
    SIM_SWAP = "sim_swap"
    SMS = "sms"


def workflow_id(type_: ProcessType, *key: UUID | str) -> str:
    """Form the id of a process's workflow: its type and a key, mostly the process's own id.

    All workflow ids are formed in this module. Each is stored with its process.
    """
    return "/".join((type_, *map(str, key)))


def approval_id(approval_id_: UUID) -> str:
    """Form the id of an approval's workflow."""
    return workflow_id(ProcessType.APPROVAL, approval_id_)


def contract_end_id(contract_id: UUID) -> str:
    """Form the id of the workflow that ends a contract."""
    return workflow_id(ProcessType.CONTRACT_END, contract_id)


def contract_start_id(contract_id: UUID) -> str:
    """Form the id of the workflow that starts a contract."""
    return workflow_id(ProcessType.CONTRACT_START, contract_id)


def delegation_id(version_id: UUID) -> str:
    """Form the id of the workflow of an offered version of a delegation."""
    return workflow_id(ProcessType.DELEGATION, version_id)


def departure_review_id(review_id: UUID) -> str:
    """Form the id of the workflow of a review that follows a departure."""
    return workflow_id(ProcessType.DEPARTURE_REVIEW, review_id)


def notice_sms_id(notice_id: UUID) -> str:
    """Form the id of the workflow that sends a notice by SMS."""
    return workflow_id(ProcessType.NOTICE_SMS, notice_id)


def number_verification_id(verification_id: UUID) -> str:
    """Form the id of a verification's workflow."""
    return workflow_id(ProcessType.NUMBER_VERIFICATION, verification_id)


def order_id(order_id_: UUID) -> str:
    """Form the id of an order's workflow."""
    return workflow_id(ProcessType.ORDER, order_id_)


def payment_id(payment_id_: UUID, number: int) -> str:
    """Form the id of the workflow of a payment's ``number``-th process, from 0."""
    return workflow_id(ProcessType.PAYMENT, payment_id_, *([str(number)] if number else []))


def person_refresh_id(operation_id: UUID) -> str:
    """Form the id of a refresh's workflow."""
    return workflow_id(ProcessType.REFRESH, operation_id)


def resend_id(operation_id: UUID) -> str:
    """Form the id of a resend's workflow."""
    return workflow_id(ProcessType.RESEND, operation_id)


def sync_id(source: SyncSource, subject: str) -> str:
    """Form the id of a sync run's workflow: one per source and subject, so it is started once."""
    return workflow_id(ProcessType.REGISTER_SYNC, source, subject)
