"""Services and monitors in TMF640's shape, as this network's profile shows them."""

import json
from typing import Any

from simulators.network import shapes
from simulators.network.activator import Activator
from simulators.network.monitors import Monitor
from simulators.network.profiles import Profiles
from simulators.network.services import ServiceForm, Services

SERVICE_MEMBERS = {*shapes.MEMBERS, "operatingStatus"}
MONITOR_MEMBERS = {"id", "href", "sourceHref", "state", "request", "response", "@type"}
_JSON = ("Content-Type", "application/json")


class Views:
    """``monitors``: the path of that collection."""

    def __init__(
        self, monitors: str, services: Services, activator: Activator, profiles: Profiles
    ) -> None:
        self._path = monitors
        self._services = services
        self._activator = activator
        self._profiles = profiles

    def service(self, service: ServiceForm, base: str) -> dict[str, Any]:
        """Return the service, with what shows that a change of it is in progress."""
        shown = service.having(dict.fromkeys(self._profiles.now.hides))
        view = shown.view(base + self._services.href(service.id))
        return view | self._profiles.now.progress(busy=self._activator.busy(service.id))

    def monitor(self, monitor: Monitor) -> dict[str, Any]:
        """Return the monitor. In progress it has no ``response``.

        Bodies are text and ``header`` is never empty: the standard wants it so.
        """
        change, profile = monitor.change, self._profiles.now
        view: dict[str, Any] = {
            "id": monitor.id,
            "href": f"{change.base}{self._path}/{monitor.id}",
            "@type": "Monitor",
            "state": profile.spelled(monitor.state),
            "request": {
                "method": change.method,
                "to": change.base + change.to,
                "header": _items(change.headers or (_JSON,)),
                "body": change.text,
            },
        }
        if profile.source_href:
            view["sourceHref"] = change.base + self._services.href(change.service_id)
        if monitor.outcome is not None:
            body = monitor.outcome.body
            view["response"] = {
                "statusCode": str(monitor.outcome.status),
                "header": _items((_JSON,)),
                "body": "" if body is None else json.dumps(body),
            }
        return view


def _items(headers: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]
