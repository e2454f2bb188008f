"""Billing with a month of usage records ready: cheap pages, so only reading them is measured."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

SERVICE = UUID("9c000000-0000-4000-8000-0000000000be")
_AS_OF = "2026-11-05T00:00:00Z"
_HOUR = b"2026-10-01T00"
_NUMBER = b"page-0000"


class UsageSource(BaseHTTPRequestHandler):
    """Answers ``GET /usage`` with the page of the hour that its cursor names."""

    protocol_version = "HTTP/1.1"
    pages = 1
    page = b"[]"

    def do_GET(self) -> None:
        """Answer any path but ``/usage`` as the check that this runs."""
        address = urlsplit(self.path)
        number = int(parse_qs(address.query).get("after", ["0"])[0])
        is_usage = address.path.endswith("/usage")
        body = _of_hour(self.page, number) if is_usage else b"{}"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-As-Of", _AS_OF)
        if is_usage and number + 1 < self.pages:
            self.send_header("X-Next-Cursor", str(number + 1))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def _of_hour(page: bytes, number: int) -> bytes:
    day, hour = divmod(number, 24)
    begin = f"2026-10-{day + 1:02}T{hour:02}".encode()
    return page.replace(_HOUR, begin).replace(_NUMBER, f"page-{number:04}".encode())


def page_of(records: int) -> bytes:
    """Return a page of records of one hour: calls and data, five in six of them to be shown."""
    return json.dumps([_record(place, records) for place in range(records)]).encode()


def _record(place: int, of: int) -> dict[str, Any]:
    minute, second = divmod(place * 3600 // of, 60)
    is_data = place % 3 == 0
    values = {
        "service": str(SERVICE),
        "direction": "incoming" if place % 6 == 1 else "outgoing",
        "ownNumber": "+37255500001",
        "otherNumber": None if is_data else f"+372555{place:05}",
        "withheld": False,
        "zone": "domestic",
        "country": "EE",
        "roaming": False,
        "usedSeconds": 61,
        "billedSeconds": 120,
        "bytes": 4_000_000 if is_data else 0,
        "count": 1,
        "inBundle": False,
        "billNo": "26100000001",
        "imei": "353456789012345",
        "cell": "248-01-4711",
    }
    return {
        "id": f"{_NUMBER.decode()}-{place:04}",
        "usageDate": f"{_HOUR.decode()}:{minute:02}:{second:02}+03:00",
        "usageType": "data" if is_data else "voice",
        "status": "billed",
        "usageCharacteristic": [
            {"name": name, "value": value} for name, value in values.items() if value is not None
        ],
        "ratedProductUsage": [
            {
                "isBilled": True,
                "taxRate": 24,
                "taxExcludedRatingAmount": {"unit": "EUR", "value": 0.0123},
            }
        ],
    }


if __name__ == "__main__":
    UsageSource.pages, UsageSource.page = int(sys.argv[2]), page_of(int(sys.argv[3]))
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), UsageSource).serve_forever()
