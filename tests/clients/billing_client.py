"""A client of the billing simulator, written without the product's code."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from pydantic import SecretStr

from simulators.billing.app import BILLING_PATH, create_app
from simulators.serving import serving
from tests.fixtures.patience import PATIENCE

TOKEN = SecretStr("arvelduse-luba")
ACCOUNT = "11111111-1111-4111-8111-111111111111"
SERVICE = "22222222-2222-4222-8222-222222222222"
ABOUT = {"account": ACCOUNT, "service": SERVICE, "product": "roaming-pass"}
PRICES = [{"cents": 500, "currency": "EUR", "vat_included": True}]
CHARGE: dict[str, Any] = {"action": "charge", "prices": PRICES, **ABOUT}


class Client:
    """Client of a running billing simulator."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        self.billing_url = str(http.base_url).rstrip("/") + BILLING_PATH

    def book(self, body: Any, key: str | None, token: str | None = None) -> httpx.Response:
        headers = _bearer(token) | ({} if key is None else {"idempotency-key": key})
        return self.http.post(f"{BILLING_PATH}/bookings", json=body, headers=headers)

    def undo(self, action: str, of: str, key: str) -> httpx.Response:
        """Undo the booking with the key ``of``."""
        return self.book({"action": action, "of": of, **ABOUT}, key)

    def find(self, key: str, token: str | None = None) -> httpx.Response:
        headers = _bearer(token)
        return self.http.get(f"{BILLING_PATH}/bookings", params={"key": key}, headers=headers)

    def booked(self, **query: str) -> list[dict[str, Any]]:
        """Return what was really booked, in order; ``key`` narrows it."""
        found: list[dict[str, Any]] = self.control("GET", "/booked", params=query)
        return found

    def owed(self, account: str = ACCOUNT) -> int:
        """Return the sum of the account's charges that are not refunded, in cents."""
        found: int = self.control("GET", f"/accounts/{account}/owed")
        return found

    def held(self, service: str = SERVICE) -> dict[str, Any]:
        """Return what a service has: its limit, and its subscriptions by product."""
        listed = self.control("GET", "/services")
        return {each["what"]: each["values"] for each in listed if each["service"] == service}

    def account(self, id_: str = ACCOUNT, **account: Any) -> None:
        """``known``, ``credit_cents`` and ``highest_limit_cents``."""
        self.control("PUT", "/accounts", {"id": id_, **account})

    def ledger(self, *numbers: dict[str, Any], account: str = ACCOUNT, **more: Any) -> None:
        """Give an account numbers, and with them invoices and usage."""
        self.control("PUT", "/ledgers", {"account": account, "numbers": numbers, **more})

    def clock(self, now: str) -> None:
        """Let it be this moment, before ledgers are set."""
        self.control("PUT", "/clock", {"now": now})

    def get(self, path: str, /, token: str | None = None, **query: Any) -> httpx.Response:
        """``path`` is below that of billing; parameters are named ``usageDate_gte``."""
        params = {name.replace("_", ".", 1): value for name, value in query.items()}
        return self.http.get(BILLING_PATH + path, params=params, headers=_bearer(token))

    def bills(self, account: str = ACCOUNT, **query: Any) -> list[dict[str, Any]]:
        """Return the account's invoices, the newest first."""
        query["billingAccount_id"] = account
        found: list[dict[str, Any]] = self.get("/customerBill", **query).json()
        return found

    def pay(self, bill: dict[str, Any], cents: int, key: str, **more: Any) -> httpx.Response:
        """Pay an invoice: the whole sum is for it."""
        amount = {"unit": "EUR", "value": cents / 100}
        body = {
            "correlatorId": key,
            "account": bill["billingAccount"],
            "paymentMethod": {"@type": "bankTransfer"},
            "totalAmount": amount,
            "paymentItem": [
                {"item": {"id": bill["id"], "@referredType": "customerBill"}, "amount": amount}
            ],
            "paymentDate": "2026-11-10T12:00:00Z",
            "bankReference": f"B-{key}",
        }
        return self.post("/payment", body | more, key)

    def post(self, path: str, body: Any, key: str) -> httpx.Response:
        headers = _bearer(None) | {"idempotency-key": key}
        return self.http.post(BILLING_PATH + path, json=body, headers=headers)

    def fault(self, kind: str, source: str = "booking", **more: Any) -> None:
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
        for path in ("faults", "seed", "booked", "completion", "requests", "ledgers", "clock"):
            self.control("DELETE", f"/{path}")


@contextmanager
def running() -> Iterator[Client]:
    with (
        serving(create_app(token=TOKEN)) as url,
        httpx.Client(base_url=url, timeout=PATIENCE) as http,
    ):
        yield Client(http)


def _bearer(token: str | None) -> dict[str, str]:
    return {"authorization": f"Bearer {token or TOKEN.get_secret_value()}"}
