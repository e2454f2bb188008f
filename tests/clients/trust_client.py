"""A client of the trust-service simulator, written without the product's code."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from simulators.serving import serving
from simulators.trust.app import OCSP_PATH, TIME_STAMPS_PATH, create_app
from simulators.trust.identities import Identities
from tests.fixtures.patience import PATIENCE


class Client:
    """Client of a running trust simulator, and the keys and certificates that it knows."""

    def __init__(self, http: httpx.Client, identities: Identities) -> None:
        self.http = http
        self.identities = identities
        url = str(http.base_url).rstrip("/")
        self.ocsp_url, self.time_stamps_url = url + OCSP_PATH, url + TIME_STAMPS_PATH

    def control(self, method: str, path: str, body: Any = None, **params: str) -> Any:
        """``path`` is below ``/_control``."""
        response = self.http.request(method, f"/_control{path}", json=body, params=params)
        response.raise_for_status()
        return response.json() if response.content else None

    def set_status(self, serial_number: int, status: str, revoked_at: str | None = None) -> None:
        form = {"serial_number": f"{serial_number:x}", "status": status, "revoked_at": revoked_at}
        self.control("PUT", "/statuses", form)

    def fault(self, source: str, kind: str, **more: Any) -> None:
        self.control("PUT", "/faults", {"source": source, "kind": kind, **more})

    def reset(self) -> None:
        """As at the start."""
        for path in ("/faults", "/statuses"):
            self.control("DELETE", path)


@contextmanager
def running(directory: Path) -> Iterator[Client]:
    app = create_app(directory)
    with serving(app) as url, httpx.Client(base_url=url, timeout=PATIENCE) as http:
        yield Client(http, Identities(directory))
