"""What a person is told where the register did not answer in time."""

import pytest
from temporalio.exceptions import ActivityError, ApplicationError, RetryState, TimeoutType
from temporalio.exceptions import TimeoutError as OutOfTime

from activities.registry.errors import as_failure
from domain.registry.register import RegisterUnknown
from workflows.registry import person_refresh


def out_of_time(type_: TimeoutType, last: Exception | None = None) -> OutOfTime:
    error = OutOfTime("out of time", type=type_, last_heartbeat_details=[])
    error.__cause__ = last
    return error


REFUSED = as_failure(RegisterUnknown("register_http_error", "500"))


@pytest.mark.parametrize(
    ("failure", "cause"),
    [
        pytest.param(REFUSED, "register_http_error", id="the-register's-own"),
        pytest.param(out_of_time(TimeoutType.SCHEDULE_TO_START), "register_busy", id="no-slot"),
        pytest.param(out_of_time(TimeoutType.SCHEDULE_TO_CLOSE), "register_busy", id="no-slot-yet"),
        pytest.param(out_of_time(TimeoutType.START_TO_CLOSE), "register_timeout", id="hangs"),
        pytest.param(
            out_of_time(TimeoutType.SCHEDULE_TO_CLOSE, REFUSED),
            "register_http_error",
            id="no-time-for-another-attempt",
        ),
        pytest.param(
            out_of_time(TimeoutType.SCHEDULE_TO_CLOSE, out_of_time(TimeoutType.START_TO_CLOSE)),
            "register_timeout",
            id="hung-before",
        ),
        pytest.param(ApplicationError("a bug"), "internal", id="a-bug"),
    ],
)
def test_fault_12_a_refresh_that_got_no_turn_says_so(failure: Exception, cause: str) -> None:
    error = ActivityError(
        "failed",
        scheduled_event_id=1,
        started_event_id=2,
        identity="",
        activity_type="registry.query_person",
        activity_id="1",
        retry_state=RetryState.TIMEOUT,
    )
    error.__cause__ = failure

    assert person_refresh._cause(error) == cause
