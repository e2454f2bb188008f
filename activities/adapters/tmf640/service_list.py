"""The list of a network's services, page by page."""

import re
from typing import Any

import httpx

from activities.adapters.json_requests import any_json_of, is_id, is_storable
from activities.adapters.tmf640.requests import Requests
from activities.adapters.tmf640.services import service_of
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.network_services import ListedService, ServicePage
from domain.provisioning.steps import Trouble

_FIELDS = "id,state,operatingStatus,serviceCharacteristic"
_TOTAL = "X-Total-Count"
_STRANGE = re.compile(r"\\u(0000|[dD][89a-fA-F])")
"""What no database keeps, and halves of surrogate pairs, which whole ones have, too."""


def read_page(requests: Requests, offset: int, limit: int) -> ServicePage:
    """Read services from ``offset`` on. Raises Trouble or Refused.

    A network may give fewer than are asked for. The last page is the one with none, or the one
    that reaches the number of all, where the network says it.
    """
    query = {"offset": str(offset), "limit": str(limit), "fields": _FIELDS}
    answer = requests.get("/service", query)
    listed = any_json_of(answer)
    if not isinstance(listed, list):
        raise Trouble(StuckReason.TARGET_ERROR, "unreadable")
    services = [service for each in _kept(answer, listed) if (service := _listed(each)) is not None]
    total, end = _total(answer), offset + len(listed)
    is_last = not listed or (total is not None and end >= total)
    return ServicePage(services, len(listed) - len(services), None if is_last else end, total)


def _kept(answer: httpx.Response, listed: list[Any]) -> list[Any]:
    """Leave out entries that no database keeps. One look at the page says that there are none."""
    if _STRANGE.search(answer.text) is None:
        return listed
    return [each for each in listed if is_storable(each)]


def _listed(body: Any) -> ListedService | None:
    """Read an entry; None: it is unreadable."""
    if not isinstance(body, dict):
        return None
    given, service = body.get("id"), service_of(body)
    id_ = str(given) if isinstance(given, str | int) else ""
    return ListedService(id_, service) if is_id(id_) and service is not None else None


def _total(answer: httpx.Response) -> int | None:
    given = answer.headers.get(_TOTAL, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None
