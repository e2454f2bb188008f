"""What an activity tells Temporal when a register cannot be believed."""

from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from domain.registry.register import RegisterUnknown

REGISTER_UNKNOWN = "RegisterUnknown"


def as_failure(error: RegisterUnknown) -> ApplicationError:
    """The same trouble as Temporal's error: code, detail, and whether asking again can help.

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
