"""The operator's portal as a client of TMF641: places orders for people, follows, cancels."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx

Order = dict[str, Any]
Item = dict[str, Any]
FINAL: Final = frozenset({"rejected", "cancelled", "completed", "failed", "partial"})
"""States of TMF641 that an order does not leave."""
ACTIONS: Final = ("add", "modify", "delete")
PATH = "/tmf-api/serviceOrdering/v4"
_OFTEN = 0.1


class Portal:
    """Orders over HTTP. ``token`` returns an access token of the portal itself."""

    def __init__(self, http: httpx.Client, api_url: str, token: Callable[[], str]) -> None:
        self._http = http
        self._api_url = api_url
        self._token = token

    def order(self, *items: Item, person: str, external_id: str | None = None) -> Order:
        """Place an order for a person, by their id in the engine.

        Repeatable by ``external_id``. Raises httpx.HTTPStatusError where it is not taken.
        """
        body: Order = {"serviceOrderItem": list(items)}
        if external_id is not None:
            body["externalId"] = external_id
        return self._ask("POST", "/serviceOrder", person, body)

    def read(self, order_id: str, person: str) -> Order:
        """Return the order as it is now."""
        return self._ask("GET", f"/serviceOrder/{order_id}", person)

    def reached(self, order_id: str, person: str, *states: str, within: float = 180) -> Order:
        """Wait until the order is in one of these states, else in a final one; return it.

        After ``within`` seconds, return it as it is then.
        """
        ends = time.monotonic() + within
        wanted = frozenset(states) or FINAL
        found = self.read(order_id, person)
        while found["state"] not in wanted | FINAL and time.monotonic() < ends:
            time.sleep(_OFTEN)
            found = self.read(order_id, person)
        return found

    def cancel(self, order_id: str, person: str, why: str) -> Order:
        """Ask to cancel the order; returns the task."""
        asked = {"serviceOrder": {"id": order_id}, "cancellationReason": why}
        return self._ask("POST", "/cancelServiceOrder", person, asked)

    def confirm(self, order_id: str, login: str) -> Order:
        """Show the person what was ordered, and confirm it by their fresh login, a token."""
        where = f"{self._api_url}/v1/orders/{order_id}"
        bearer = {"Authorization": f"Bearer {login}"}
        read = self._http.get(where, headers=bearer).raise_for_status().json()
        seen = read["confirmation"]
        said = {"digest": seen["digest"]} | {
            name: seen["shown"][name] for name in ("template_version", "language")
        }
        key = {"Idempotency-Key": f"confirm-{order_id}"}
        answer = self._http.post(f"{where}/confirm", json=said, headers=bearer | key)
        found: Order = answer.raise_for_status().json()
        return found

    def _ask(self, method: str, path: str, person: str, body: Order | None = None) -> Order:
        headers = {"Authorization": f"Bearer {self._token()}", "On-Behalf-Of": person}
        where = self._api_url + PATH + path
        answer = self._http.request(method, where, json=body, headers=headers)
        found: Order = answer.raise_for_status().json()
        return found


def item(
    number: int,
    service: str,
    product: str,
    values: Mapping[str, Any],
    *,
    action: str = "modify",
    after: int | None = None,
) -> Item:
    """Return an item about a service. ``after``: the number of the item before it.

    What is added has no id yet: it relies on the service.
    """
    relies = {"serviceRelationship": [{"relationshipType": "reliesOn", "service": {"id": service}}]}
    named = relies if action == "add" else {"id": service}
    wanted: Item = {
        "id": str(number),
        "action": action,
        "service": named
        | {
            "serviceSpecification": {"id": product},
            "serviceCharacteristic": [{"name": n, "value": v} for n, v in values.items()],
        },
    }
    if after is not None:
        relation = {"relationshipType": "dependency", "orderItem": {"itemId": str(after)}}
        wanted["serviceOrderItemRelationship"] = [relation]
    return wanted


def states(order: Order) -> dict[str, str]:
    """Return the state of each item, by its id."""
    return {each["id"]: each["state"] for each in order["serviceOrderItem"]}
