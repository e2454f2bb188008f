"""A network that gives the answers of a table; the simulator is too well-behaved for some."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from activities.adapters.tmf640.network import Tmf640Network
from activities.adapters.tmf640.requests import Requests
from domain.provisioning.network_dialect import NetworkDialect

URL = "https://network.example:8443/tmf-api/ServiceActivationAndConfiguration/v4"
NET = "NET-7"
"""Id of the one service that the network has."""
_BASE = URL.removeprefix("https://network.example:8443")


@dataclass
class ScriptedNetwork:
    """Answers with what it is given, and keeps the requests that it gets."""

    service: Mapping[str, Any] | bytes | None = None
    """Bytes: the body as it is sent. None: unknown."""
    monitors: Sequence[Mapping[str, Any]] | int | None = ()
    """None: it knows none. A number: it answers with this status."""
    patched: tuple[int, Any, Mapping[str, str]] = (200, None, {})
    """Status, body and headers of its answer to a PATCH."""
    requests: list[httpx.Request] = field(default_factory=list)

    def adapter(self, dialect: NetworkDialect) -> Tmf640Network:
        """The product's adapter to it."""
        http = httpx.Client(transport=httpx.MockTransport(self._answer))
        return Tmf640Network(Requests(http, URL, None, timeout=1), dialect)

    def asked(self) -> list[str]:
        """Method and path of each request, below the address of the API."""
        return [f"{each.method} {each.url.path.removeprefix(_BASE)}" for each in self.requests]

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        assert str(request.url).startswith(URL)
        path = request.url.path.removeprefix(_BASE)
        if request.method == "PATCH":
            status, body, headers = self.patched
            return httpx.Response(status, json=body, headers=headers)
        if path == f"/service/{NET}" and isinstance(self.service, bytes):
            return httpx.Response(200, content=self.service)
        if path == f"/service/{NET}" and self.service is not None:
            return httpx.Response(200, json=self.service)
        if path.startswith("/monitor") and self.monitors is not None:
            return self._monitors(path, request.url.params)
        return httpx.Response(404, json={"code": "60", "reason": "Not found"})

    def _monitors(self, path: str, query: httpx.QueryParams) -> httpx.Response:
        if isinstance(self.monitors, int):
            return httpx.Response(self.monitors)
        found = list(self.monitors or ())
        if path == "/monitor":
            offset = int(query.get("offset", 0))
            return httpx.Response(200, json=found[offset : offset + int(query.get("limit", 1000))])
        for each in found:
            if path == f"/monitor/{each['id']}":
                return httpx.Response(200, json=each)
        return httpx.Response(404, json={"code": "60", "reason": "Not found"})


def service(state: str | None = None, **characteristics: Any) -> dict[str, Any]:
    """The body of the service."""
    listed = [
        {"name": name, "value": value, "valueType": "string"}
        for name, value in characteristics.items()
    ]
    shown = {} if state is None else {"state": state}
    return {"id": NET, "href": f"{URL}/service/{NET}", "serviceCharacteristic": listed, **shown}


def monitor(
    state: str,
    *,
    id_: str = "44555",
    of: str = NET,
    method: str = "PATCH",
    asked: Any = None,
    key: str | None = None,
    response: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The body of a monitor of a request about the service ``of``."""
    header = [{"name": "locale", "value": "en-us"}]
    if key is not None:
        header.append({"name": "idempotency-key", "value": key})
    shown: dict[str, Any] = {
        "id": id_,
        "href": f"http://10.0.0.1/monitor/{id_}",
        "sourceHref": f"http://inside.example/v4/service/{of}",
        "state": state,
        "request": {
            "method": method,
            "to": f"http://inside.example/v4/service/{of}",
            "body": asked if isinstance(asked, str) else json.dumps(asked),
            "header": header,
        },
    }
    return shown if response is None else shown | {"response": response}
