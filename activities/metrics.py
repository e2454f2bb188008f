"""Metrics of every activity: how late it starts, and which ones are tried for ever."""

from typing import Any

from prometheus_client import Counter, Histogram
from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

OFTEN = 5
"""From this attempt on it is retried for long."""

WAITS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
STARTED_AFTER = Histogram(
    "volitus_activity_schedule_to_start_seconds",
    "From when an activity was due to when a worker began it.",
    ["activity"],
    buckets=WAITS,
)
TRIED_OFTEN = Counter(
    "volitus_activity_tried_often",
    f"Attempts of activities that had failed at least {OFTEN - 1} times before.",
    ["activity"],
)


def seconds_late(info: activity.Info) -> float:
    """From when this attempt was due to when it began."""
    due = info.current_attempt_scheduled_time
    return max((info.started_time - due).total_seconds(), 0)


class ActivityMeters(Interceptor):
    """Interceptor that measures each attempt from its start."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002 # Temporal's name
        return _Meter(super().intercept_activity(next))


class _Meter(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002 # Temporal's name
        info = activity.info()
        STARTED_AFTER.labels(info.activity_type).observe(seconds_late(info))
        if info.attempt >= OFTEN:
            TRIED_OFTEN.labels(info.activity_type).inc()
        return await super().execute_activity(input)
