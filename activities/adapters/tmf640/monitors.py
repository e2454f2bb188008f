"""Monitors of TMF640: do they name our request, and what came of it.

A network shows monitors of anybody's requests. One that does not name ours says nothing about it.
"""

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote, urlsplit

from activities.adapters.json_requests import IDEMPOTENCY_KEY, is_id
from activities.adapters.tmf640.requests import refusal
from activities.adapters.tmf640.services import asks_for
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.network_services import ServiceChange
from domain.provisioning.steps import Accepted, Answer, Done, InDoubt, Refused

MONITOR = "monitor"
"""Member of a receipt: the monitor's id."""
_STATES = frozenset({"inprogress", "completed", "inerror"})
_ERROR, _SERVER_ERROR = 400, 500


def is_monitor(body: Any) -> bool:
    """Return whether a body is a monitor's."""
    return _state(body) in _STATES


def has_key(monitor: Any, key: str) -> bool:
    """Return whether a monitor's request had this idempotency key."""
    return _keys(monitor) == {key}


def names(monitor: Any, change: ServiceChange, key: str) -> bool:
    """Return whether a monitor is of our request: by its key, or by service, method and body."""
    if _keys(monitor):
        return has_key(monitor, key)
    request = _part(monitor, "request")
    is_ours = str(request.get("method")).upper() == "PATCH" and concerns(monitor, change.network_id)
    return is_ours and asks_for(_parsed(request.get("body")), change)


def concerns(monitor: Any, network_id: str) -> bool:
    """Return whether a monitor is of a request about this service. Hosts may differ, and do."""
    if not isinstance(monitor, dict):
        return False
    hrefs = [monitor.get("sourceHref"), _part(monitor, "request").get("to")]
    given = [each for each in hrefs if isinstance(each, str) and each]
    return bool(given) and all(last_id(each, "service") == network_id for each in given)


def is_busy_with(monitor: Any, network_id: str) -> bool:
    """Return whether the network is working on a request about this service."""
    return _state(monitor) == "inprogress" and concerns(monitor, network_id)


def outcome(monitor: Any) -> Answer:
    """Read what came of a request. Raises Refused where it failed, InDoubt if unreadable."""
    receipt = receipt_of(monitor)
    response = _part(monitor, "response")
    status = _status(response.get("statusCode"))
    match _state(monitor):
        case "inprogress":
            return Accepted(receipt)
        case "completed" if status < _ERROR:
            return Done(receipt)
        case "completed" | "inerror":
            raise _final(status, _parsed(response.get("body")))
    raise InDoubt(StuckReason.TARGET_ERROR, "unreadable")


def receipt_of(monitor: Any) -> dict[str, Any]:
    """What to ask by later. An href counts by its id only: no other address is ever asked."""
    if not isinstance(monitor, dict):
        return {}
    id_ = monitor.get("id") or last_id(str(monitor.get("href")), "monitor")
    return {MONITOR: str(id_)} if is_id(str(id_)) else {}


def last_id(href: str, collection: str) -> str | None:
    """Id at the end of an href's path, if it is one of this collection."""
    try:
        parts = urlsplit(href).path.rstrip("/").split("/")
    except ValueError:
        return None
    fits = len(parts) > 1 and parts[-2] == collection
    return unquote(parts[-1]) if fits else None


def _final(status: int, error: Any) -> Refused:
    """Refusal of a change that failed: its key has been answered for good, only a new one helps."""
    if status >= _SERVER_ERROR:
        return Refused(StuckReason.TARGET_ERROR, f"http_{status}")
    return refusal(status, error)


def _state(monitor: Any) -> str:
    """State without case and separators: networks write InProgress, inProgress and IN_PROGRESS."""
    state = monitor.get("state") if isinstance(monitor, dict) else None
    return "".join(filter(str.isalpha, str(state))).lower()


def _status(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


def _parsed(body: Any) -> Any:
    """A body is JSON as text; some networks write the JSON itself."""
    if not isinstance(body, str):
        return body
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _keys(monitor: Any) -> set[str]:
    headers: Iterable[Any] = _part(monitor, "request").get("header") or []
    return {
        str(each.get("value"))
        for each in (headers if isinstance(headers, list) else [])
        if isinstance(each, dict) and str(each.get("name")).lower() == IDEMPOTENCY_KEY.lower()
    }


def _part(monitor: Any, name: str) -> dict[str, Any]:
    found = monitor.get(name) if isinstance(monitor, dict) else None
    return found if isinstance(found, dict) else {}
