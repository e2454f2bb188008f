"""Types of process: what runs by itself after it was requested, one workflow each.

``workflows.catalog`` says of each type how it is started, closed and kept.
"""

from enum import StrEnum
from uuid import UUID


class ProcessType(StrEnum):
    """Type of a process; also the first part of its workflow id. May grow."""

    BULK_RETRY = "bulk_retry"
    NUMBER_VERIFICATION = "number_verification"
    REFRESH = "refresh"
    REGISTER_SYNC = "register_sync"
    RESEND = "resend"


class WaitsFor(StrEnum):
    """Things that a process waits for: every target, and what is no target."""

    NETWORK = "network"
    OPERATIONS = "operations"
    """A decision about something of it that is stuck."""
    ORDER = "order"
    """Its turn: an earlier process works on the same resource."""
    REGISTER = "register"
    SIM_SWAP = "sim_swap"
    SMS = "sms"


def workflow_id(type_: ProcessType, *key: UUID | str) -> str:
    """Form the id of a process's workflow. It is stored with the process and read from there."""
    return "/".join((type_, *map(str, key)))
