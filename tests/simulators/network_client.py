"""A client of the mobile-network simulator, written without the product's code."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from pydantic import SecretStr

from simulators.network.app import SIM_SWAP_PATH, create_app
from simulators.serving import serving

TOKEN = SecretStr("salajane-luba")


class Client:
    """What the tests ask of a running simulator."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        self.url = str(http.base_url).rstrip("/")
        self.sim_swap_url = self.url + SIM_SWAP_PATH

    def check(self, body: Any, token: str | None = None) -> httpx.Response:
        brought = token or TOKEN.get_secret_value()
        headers = {"authorization": f"Bearer {brought}", "x-correlator": "c-1"}
        return self.http.post(f"{SIM_SWAP_PATH}/check", json=body, headers=headers)

    def sim(self, number: str, **sim: Any) -> None:
        """``changed_hours_ago`` and ``known``."""
        self.control("PUT", "/sims", {"number": number, **sim})

    def fault(self, kind: str, **more: Any) -> None:
        self.control("PUT", "/faults", {"source": "sim_swap", "kind": kind, **more})

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """``path`` is below ``/_control``."""
        response = self.http.request(method, f"/_control{path}", json=body)
        response.raise_for_status()
        return response.json() if response.content else None

    def reset(self) -> None:
        """As at the start."""
        for path in ("/faults", "/sims"):
            self.control("DELETE", path)


@contextmanager
def running() -> Iterator[Client]:
    with serving(create_app(token=TOKEN)) as url, httpx.Client(base_url=url, timeout=30) as http:
        yield Client(http)
