"""Extracts: files of call details that a person asks for, their states and limits."""

from datetime import date, timedelta
from enum import StrEnum

from domain.processes import ProcessType
from domain.reasons import Reason

KIND = ProcessType.USAGE_EXTRACT
PDF_MOST_ROWS = 5_000
"""A PDF with more rows nobody reads, and it would need too much memory: a CSV has them all."""
MOST_ROWS = 2_000_000
MOST_SERVICES = 5_000
"""Services that are named one by one; all of them may be more."""
LONGEST = timedelta(days=397)
"""Longest period, 13 months: billing details are erased a year after payment (Electronic
Communications Act, section 106(2))."""
OPEN_PER_PERSON = 3
"""Extracts of an account that one person has in the making at once."""
OPEN_PER_ACCOUNT = 10
KEPT_PER_PERSON = 30
"""Extracts of an account that one person made and that are still kept."""


class FileFormat(StrEnum):
    """Format of a file of an extract."""

    CSV = "csv"
    PDF = "pdf"


class ExtractState(StrEnum):
    """State of an extract."""

    MAKING = "making"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DROPPED = "dropped"
    """The extract was ready, and its files are deleted by now: it is kept for a week."""


class ExtractRefusal(StrEnum):
    """Refusals of a request for an extract, or of its files. Codes of the API's problems."""

    EXPIRED = "extract_expired"
    LEVEL = "extract_level_refused"
    """The level is not the caller's on all of these services."""
    NOT_CANCELLABLE = "not_cancellable"
    NOT_READY = "extract_not_ready"
    PERIOD = "extract_period_refused"
    """The period begins before ``oldest_day``, ends before it begins, or lies in the future."""
    PURPOSE = "purpose_needed"
    TOO_MANY = "too_many_extracts"


class ExtractFault(StrEnum):
    """Failures of an extract, or of its PDF. Codes of reasons. Alphabetical."""

    ACCOUNT_UNKNOWN = "extract_account_unknown"
    BILLING_REFUSES = "extract_billing_refuses"
    BILLING_SILENT = "extract_billing_silent"
    BILLING_UNREADABLE = "extract_billing_unreadable"
    CANCELLED = "extract_cancelled"
    ENGINE_ERROR = "extract_engine_error"
    PDF_FAILED = "extract_pdf_failed"
    PDF_TOO_LONG = "extract_pdf_too_long"
    TOO_LARGE = "extract_too_large"


FAULTS = {
    ExtractFault.ACCOUNT_UNKNOWN: "Billing does not know the account",
    ExtractFault.BILLING_REFUSES: "Billing refuses to tell these call details",
    ExtractFault.BILLING_SILENT: "Billing could not be asked for a long time",
    ExtractFault.BILLING_UNREADABLE: "Billing answered what cannot be read",
    ExtractFault.CANCELLED: "It was cancelled",
    ExtractFault.ENGINE_ERROR: "A failure of ours",
    ExtractFault.PDF_FAILED: "The PDF could not be made; the CSV has all rows",
    ExtractFault.PDF_TOO_LONG: "It has more rows than fit into a PDF; the CSV has them all",
    ExtractFault.TOO_LARGE: "It has more rows than an extract may have: ask for a shorter period",
}


def why(fault: ExtractFault) -> Reason:
    """Return the reason to store, and to tell."""
    return Reason(fault.value, FAULTS[fault])


def is_allowed(first: date, last: date, today: date) -> bool:
    """Return whether an extract may be about these local days, both included."""
    return oldest_day(today) <= first <= last <= today


def oldest_day(today: date) -> date:
    """Return the oldest day of which billing may still have details, by the law's period."""
    return today - LONGEST + timedelta(days=1)
