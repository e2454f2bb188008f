"""The list of a network's monitors, page by page."""

from typing import Any

from activities.adapters.json_requests import json_of
from activities.adapters.tmf640.requests import Requests
from domain.provisioning.steps import Refused, Trouble

_PAGE = 100
_SHOWS_NONE = frozenset({"http_403", "http_501"})
_PAGES = 20
"""More are not read: to miss a monitor means to set a state again, which changes nothing."""


def read_monitors(requests: Requests) -> list[Any]:
    """Read the monitors of anybody's requests; none from a network that does not list them.

    Raises Trouble.
    """
    found: list[Any] = []
    for _ in range(_PAGES):
        try:
            answer = requests.get("/monitor", {"offset": str(len(found)), "limit": str(_PAGE)})
        except (Refused, Trouble) as error:
            if isinstance(error, Refused) or error.detail in _SHOWS_NONE:
                break
            raise
        listed = json_of(answer)
        # A network that does not know pages gives the same ones again.
        if not isinstance(listed, list) or not listed or listed[0] in found:
            break
        found += listed
    return found
