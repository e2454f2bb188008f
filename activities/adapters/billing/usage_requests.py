"""Requests for pages of usage records, and what refusals of them mean."""

from typing import Any

from activities.adapters.billing.requests import ACCOUNT_UNKNOWN
from activities.adapters.json_requests import JsonRequests, code_of
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.steps import Refused


class UsageRequests(JsonRequests):
    """Requests to billing at ``url``."""

    def refusal(self, status: int, error: Any) -> Refused:  # noqa: ARG002 # the code says more
        """See JsonRequests."""
        code = code_of(error)
        is_unknown = code == ACCOUNT_UNKNOWN
        return Refused(StuckReason.SERVICE_UNKNOWN if is_unknown else StuckReason.REFUSED, code)
