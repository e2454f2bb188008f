"""Numbers of the sample customer, so that there is something on its bills."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

import httpx

_RECORDS, _OF_SALES = 150, 600


@dataclass(frozen=True, slots=True)
class _Line:
    """A service of the sample customer. ``fee``: a month, without VAT."""

    name: str
    kind: str
    number: str | None
    package: str
    fee: str
    records: int = _RECORDS
    megabytes: int | None = 20_480


_LINES = (
    _Line("Juhatus", "mobile", "+37255500101", "Äri 50", "24.90", megabytes=51_200),
    _Line("Müük", "mobile", "+37255500102", "Äri 20", "12.90", _OF_SALES),
    _Line("Raamatupidamine", "mobile", "+37255500103", "Äri 20", "12.90"),
    _Line("Ladu", "mobile", "+37255500104", "Äri 5", "6.90", megabytes=5_120),
    _Line("Kontori internet", "internet", None, "internet-300", "29.90"),
)


def put_numbers(
    http: httpx.Client, api_url: str, systems: dict[str, str], billing_url: str, account: UUID
) -> None:
    """Give an account services, and at billing what they cost; ``systems``: who tells of them.

    Repeating it changes no service; what billing forgot when it was stopped is there again.
    """
    services = {line: uuid5(account, line.name) for line in _LINES}
    for line, service in services.items():
        http.put(
            f"{api_url}/v1/services/{service}", json=_service(account, line), headers=systems
        ).raise_for_status()
    numbers = [_at_billing(service, line) for line, service in services.items()]
    ledger = {"account": str(account), "numbers": numbers, "unpaid": 2, "credit_limit": "500.00"}
    http.put(f"{billing_url}/_control/ledgers", json=ledger).raise_for_status()


def _service(account: UUID, line: _Line) -> dict[str, Any]:
    return {
        "account_id": str(account),
        "kind": line.kind,
        "number": line.number,
        "name": line.name,
        "characteristics": {"package": line.package},
    }


def _at_billing(service: UUID, line: _Line) -> dict[str, Any]:
    return {
        "service": str(service),
        "kind": line.kind,
        "number": line.number,
        "package": line.package,
        "monthly_fee": line.fee,
        "records": line.records,
        "megabytes": line.megabytes,
        "credit_limit": "100.00" if line.kind == "mobile" else None,
    }
