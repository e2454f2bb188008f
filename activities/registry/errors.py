"""Failure of an activity that could not query a register."""

from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from domain.registry.register import RegisterUnknown

REGISTER_UNKNOWN = "RegisterUnknown"


def as_failure(error: RegisterUnknown) -> ApplicationError:
    """Turn the error into Temporal's: code, detail, and whether a retry can help.

    Neither holds anything personal: see RegisterUnknown.
    """
    return ApplicationError(
        error.code,
        error.code,
        error.detail,
        type=REGISTER_UNKNOWN,
        non_retryable=not error.retry,
        category=ApplicationErrorCategory.BENIGN,  # expected now and then: no traceback each time
    )
