"""A client of the SMS-gateway simulator, written without the product's code."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from pydantic import SecretStr

from simulators.serving import serving
from simulators.sms.app import create_app
from tests.fixtures.patience import PATIENCE

USER = "volitus"
PASSWORD = SecretStr("salajane <&> sõna")
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


class Client:
    """Client of a running SMS simulator."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        self.url = str(http.base_url).rstrip("/")

    def send(self, body: Any, password: str | None = None) -> httpx.Response:
        known = PASSWORD.get_secret_value()
        return self.http.post("/v1/omnimessage", json=body, auth=_basic(password or known))

    def status(self, omnimessage_id: str) -> httpx.Response:
        path = f"/v1/omnimessage/{omnimessage_id}/status"
        return self.http.get(path, auth=_basic(PASSWORD.get_secret_value()))

    def outbox(self, to: str | None = None) -> list[dict[str, Any]]:
        """The newest last."""
        params = {} if to is None else {"to": to}
        found: list[dict[str, Any]] = self.control("GET", "/outbox", params=params)
        return found

    def last_code(self, to: str) -> str:
        """The six digits in the newest text to that number."""
        found = _CODE.search(self.outbox(to)[-1]["text"])
        assert found is not None, "no code in the newest text"
        return found[0]

    def control(
        self, method: str, path: str, body: Any = None, params: dict[str, str] | None = None
    ) -> Any:
        """``path`` is below ``/_control``."""
        response = self.http.request(method, f"/_control{path}", json=body, params=params)
        response.raise_for_status()
        return response.json() if response.content else None

    def fault(self, source: str, kind: str, **more: Any) -> None:
        self.control("PUT", "/faults", {"source": source, "kind": kind, **more})

    def reset(self) -> None:
        """As at the start."""
        for path in ("/faults", "/reports", "/outcomes", "/outbox"):
            self.control("DELETE", path)


@contextmanager
def running() -> Iterator[Client]:
    app = create_app(user=USER, password=PASSWORD)
    with serving(app) as url, httpx.Client(base_url=url, timeout=PATIENCE) as http:
        yield Client(http)


def _basic(password: str) -> httpx.BasicAuth:
    return httpx.BasicAuth(USER, password)
