"""A client of the mobile-network simulator, written without the product's code."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from pydantic import SecretStr

from simulators.network.app import ACTIVATION_PATH, SIM_SWAP_PATH, create_app
from simulators.serving import serving
from tests.fixtures.patience import PATIENCE, patience_ends

TOKEN = SecretStr("salajane-luba")
_CONTROLLED = (
    "faults", "seed", "sims", "monitors", "services", "completion", "applied", "requests",
    "profile", "products",
)  # fmt: skip
NEW: dict[str, Any] = {"state": "active", "serviceSpecification": {"id": "mobile"}}
"""The smallest body of a new service that TMF640 takes."""


class Client:
    """Client of a running network simulator."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        self.url = str(http.base_url).rstrip("/")
        self.sim_swap_url = self.url + SIM_SWAP_PATH
        self.activation_url = self.url + ACTIVATION_PATH

    def check(self, body: Any, token: str | None = None) -> httpx.Response:
        headers = _bearer(token) | {"x-correlator": "c-1"}
        return self.http.post(f"{SIM_SWAP_PATH}/check", json=body, headers=headers)

    def service(self, service_id: str, token: str | None = None) -> httpx.Response:
        return self._get(f"/service/{service_id}", token)

    def change(
        self, service_id: str, body: Any, key: str | None, token: str | None = None
    ) -> httpx.Response:
        """PATCH a service under this key; None: without one."""
        return self._write("PATCH", f"/service/{service_id}", body, key, token)

    def create(self, body: Any, key: str | None, token: str | None = None) -> httpx.Response:
        return self._write("POST", "/service", body, key, token)

    def remove(self, service_id: str, key: str | None, token: str | None = None) -> httpx.Response:
        return self._write("DELETE", f"/service/{service_id}", None, key, token)

    def listed(self, kind: str, **query: str) -> httpx.Response:
        """GET ``service`` or ``monitor`` as a list."""
        return self._get(f"/{kind}", params=query)

    def monitor(self, monitor_id: str, token: str | None = None) -> httpx.Response:
        return self._get(f"/monitor/{monitor_id}", token)

    def monitors(self, key: str) -> list[dict[str, Any]]:
        """Return the monitors of the change with this key."""
        answer = self._get("/monitor", params={"idempotencyKey": key})
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()
        return found

    def ended(self, monitor_id: str) -> dict[str, Any]:
        """The monitor, once it is no more in progress."""
        deadline = patience_ends()
        while time.monotonic() < deadline:
            found: dict[str, Any] = self.monitor(monitor_id).json()
            if found["state"].lower() != "inprogress":
                return found
            time.sleep(0.005)
        raise AssertionError("the monitor is still in progress")

    def applied(self, **query: str) -> list[dict[str, Any]]:
        """Return the applied changes; ``key`` and ``service`` narrow them."""
        found: list[dict[str, Any]] = self.control("GET", "/applied", params=query)
        return found

    def requests(self) -> dict[str, int]:
        """Return request counts by method and kind: ``PATCH service``, ``GET monitor``, ..."""
        found: dict[str, int] = self.control("GET", "/requests")
        return found

    def sim(self, number: str, **sim: Any) -> None:
        """``changed_hours_ago`` and ``known``."""
        self.control("PUT", "/sims", {"number": number, **sim})

    def tell_service(self, service_id: str, **service: Any) -> None:
        """``known``, ``state`` and ``characteristics``."""
        self.control("PUT", "/services", {"id": service_id, **service})

    def card(self, iccid: str, *, available: bool) -> None:
        """Say whether services can get this SIM."""
        self.control("PUT", "/cards", {"iccid": iccid, "available": available})

    def restarts(self, service_id: str) -> int:
        """Return how often the router of this service was restarted."""
        found: dict[str, int] = self.control("GET", "/routers")
        return found.get(service_id, 0)

    def has(self, service_id: str) -> dict[str, Any]:
        """Return the characteristics of a service, by name."""
        listed = self.service(service_id).json()["serviceCharacteristic"]
        return {each["name"]: each["value"] for each in listed}

    def behave(self, name: str, **more: Any) -> None:
        """Set the profile: ``async`` or ``standard``, and what differs from it."""
        self.control("PUT", "/profile", {"name": name, **more})

    def plant(self, service_id: str, **more: Any) -> dict[str, Any]:
        """Show a monitor of somebody else's request about this service; return it."""
        planted: dict[str, Any] = self.control(
            "POST", "/monitors", {"service_id": service_id, **more}
        )
        return planted

    def completion(self, seconds: float) -> None:
        self.control("PUT", "/completion", {"seconds": seconds})

    def fault(self, kind: str, source: str = "sim_swap", **more: Any) -> None:
        """Set this fault and no other."""
        self.control("PUT", "/faults", {"source": source, "kind": kind, **more})

    def control(
        self, method: str, path: str, body: Any = None, params: dict[str, str] | None = None
    ) -> Any:
        """``path`` is below ``/_control``."""
        response = self.http.request(method, f"/_control{path}", json=body, params=params)
        response.raise_for_status()
        return response.json() if response.content else None

    def reset(self) -> None:
        """As at the start."""
        for path in _CONTROLLED:
            self.control("DELETE", f"/{path}")

    def _get(
        self, path: str, token: str | None = None, params: dict[str, str] | None = None
    ) -> httpx.Response:
        return self.http.get(ACTIVATION_PATH + path, headers=_bearer(token), params=params)

    def _write(
        self, method: str, path: str, body: Any, key: str | None, token: str | None
    ) -> httpx.Response:
        headers = _bearer(token) | ({} if key is None else {"idempotency-key": key})
        return self.http.request(method, ACTIVATION_PATH + path, json=body, headers=headers)


@contextmanager
def running() -> Iterator[Client]:
    with (
        serving(create_app(token=TOKEN)) as url,
        httpx.Client(base_url=url, timeout=PATIENCE) as http,
    ):
        yield Client(http)


def _bearer(token: str | None) -> dict[str, str]:
    return {"authorization": f"Bearer {token or TOKEN.get_secret_value()}"}
