"""Why something is stuck: one list of codes, each with its kind and a sentence for people.

docs/runbook.md says for each what to check and what to do.
"""

from enum import StrEnum


class StuckKind(StrEnum):
    """Kind of a stuck item."""

    TROUBLE = "trouble"
    """Nothing happened; it is tried again slowly by itself."""
    REFUSED = "refused"
    """The target said no: it stays until somebody decides."""
    DOUBT = "doubt"
    """It may have happened: never retried in bulk."""
    BROKEN = "broken"
    """A process whose workflow failed, is missing or has closed."""
    PAUSED = "paused"
    """A target that takes nothing; one row for all that wait for it."""
    UNATTENDED = "unattended"
    """A process that waits for people, of whom nobody is there."""


class StuckReason(StrEnum):
    """Why. Alphabetical; may grow."""

    ANSWER_LOST = "answer_lost"
    BUSY = "busy"
    CHARACTERISTIC_INVALID = "characteristic_invalid"
    CREDIT_REFUSED = "credit_refused"
    DATABASE_RESTORED = "database_restored"
    ENGINE_ERROR = "engine_error"
    LIMIT_TOO_HIGH = "limit_too_high"
    NOBODY_TO_REVIEW = "nobody_to_review"
    NOT_COMPLETED = "not_completed"
    NUMBER_IN_USE = "number_in_use"
    OVERTAKEN = "overtaken"
    REFUSED = "refused"
    SERVICE_ENDED = "service_ended"
    SERVICE_UNKNOWN = "service_unknown"
    SIM_UNAVAILABLE = "sim_unavailable"
    TARGET_ERROR = "target_error"
    TARGET_FAILING = "target_failing"
    TARGET_PAUSED = "target_paused"
    UNREACHABLE = "unreachable"
    WORKFLOW_CLOSED = "workflow_closed"
    WORKFLOW_FAILING = "workflow_failing"
    WORKFLOW_MISSING = "workflow_missing"


TEXTS: dict[StuckReason, str] = {
    StuckReason.ANSWER_LOST: "It was sent and the answer was lost: it may have been done",
    StuckReason.BUSY: "The target is too busy to take it",
    StuckReason.CHARACTERISTIC_INVALID: "The network refuses a setting of the service",
    StuckReason.CREDIT_REFUSED: "The account's credit does not allow it",
    StuckReason.DATABASE_RESTORED: "The database was restored: what was done since is unknown",
    StuckReason.ENGINE_ERROR: "Our own code failed while carrying it out",
    StuckReason.LIMIT_TOO_HIGH: "The account may not have a limit that high",
    StuckReason.NOBODY_TO_REVIEW: "Nobody can review what was given by somebody who left",
    StuckReason.NOT_COMPLETED: "The target took it on and has not finished",
    StuckReason.NUMBER_IN_USE: "Another service has the number",
    StuckReason.OVERTAKEN: "An urgent change of the service went ahead and differs from this one",
    StuckReason.REFUSED: "The target refuses it",
    StuckReason.SERVICE_ENDED: "The service has ended",
    StuckReason.SERVICE_UNKNOWN: "The network does not know the service",
    StuckReason.SIM_UNAVAILABLE: "The network cannot give the service this SIM",
    StuckReason.TARGET_ERROR: "The target answers with errors",
    StuckReason.TARGET_FAILING: "The target failed many times in a row and is paused",
    StuckReason.TARGET_PAUSED: "The target is paused by operations",
    StuckReason.UNREACHABLE: "The target cannot be reached",
    StuckReason.WORKFLOW_CLOSED: "The workflow has ended and the database says that it runs",
    StuckReason.WORKFLOW_FAILING: "The workflow's own code fails",
    StuckReason.WORKFLOW_MISSING: "The workflow is not in Temporal and the database says it runs",
}
