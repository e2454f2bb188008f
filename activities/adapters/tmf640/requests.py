"""Requests to a network, and what its refusals mean."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from activities.adapters.json_requests import JsonRequests, code_of, is_id
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.steps import Refused

_REFUSALS = {
    "serviceNotFound": StuckReason.SERVICE_UNKNOWN,
    "invalidCharacteristic": StuckReason.CHARACTERISTIC_INVALID,
    "simUnavailable": StuckReason.SIM_UNAVAILABLE,
    "numberInUse": StuckReason.NUMBER_IN_USE,
}


class Requests(JsonRequests):
    """Requests to the network at ``url``."""

    def patch(self, path: str, body: Mapping[str, Any], key: str) -> httpx.Response:
        """Change; returns a successful answer. Raises Trouble, InDoubt or Refused."""
        return self.write("PATCH", path, body, key)

    def refusal(self, status: int, error: Any) -> Refused:
        """See JsonRequests."""
        return refusal(status, error)


def service_path(network_id: str) -> str:
    """Path of a service. Raises Refused for what can be no id."""
    if not is_id(network_id):
        raise Refused(StuckReason.SERVICE_UNKNOWN)
    return f"/service/{quote(network_id, safe='')}"


def monitor_path(monitor_id: str) -> str:
    """Path of a monitor whose id ``is_id``."""
    return f"/monitor/{quote(monitor_id, safe='')}"


def refusal(status: int, error: Any) -> Refused:
    """Make the refusal of an ``Error``; the code is the network's own, or empty."""
    plain = code_of(error)
    # Without a code it is not the network that says so, but something in front of it.
    is_unknown = status == HTTPStatus.NOT_FOUND and plain != ""
    other = StuckReason.SERVICE_UNKNOWN if is_unknown else StuckReason.REFUSED
    return Refused(_REFUSALS.get(plain, other), plain)
