"""Messente's omnimessage API (messente.com/documentation): send, and read its reports.

It knows no reference of ours and cannot be asked for one, so the address it reports to carries it:
a message whose answer was lost is told of by its first report.
"""

import hmac
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx
from pydantic import BaseModel, SecretStr, ValidationError

from domain.numbers.verifications import Delivery
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.steps import InDoubt, Refused, Trouble

SIGNATURE = "X-Messente-Signature"
REPORTS = "/v1/sms/{sms_id}/reports"

_BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
# It says itself that it has not taken these; a proxy's 502 or 504 says nothing.
_NOT_TAKEN = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.SERVICE_UNAVAILABLE,
    }
)
_DELIVERIES = {
    "ACK": Delivery.ACCEPTED,
    "ACCEPTD": Delivery.SENT,
    "DELIVRD": Delivery.DELIVERED,
    "SEEN": Delivery.DELIVERED,
    "UNDELIV": Delivery.FAILED_TEMPORARY,
    "FAILED": Delivery.FAILED_TEMPORARY,
    "REJECTD": Delivery.FAILED_TEMPORARY,
    "DELETED": Delivery.FAILED_TEMPORARY,
    "NACK": Delivery.FAILED_TEMPORARY,
    "EXPIRED": Delivery.EXPIRED,
}
# Invalid number, its format, blacklisted by the operator, no way there.
_PERMANENT = frozenset({3, 5, 8, 9})


class Messente:
    """One account at the gateway."""

    def __init__(
        self,
        http: httpx.Client,
        url: str,
        credentials: tuple[str, SecretStr],
        *,
        sender: str,
        reports_url: str | None,
        timeout: timedelta,
    ) -> None:
        self._http = http
        self._url = f"{url.rstrip('/')}/v1/omnimessage"
        self._credentials = credentials
        self._sender = sender
        self._timeout = httpx.Timeout(timeout.total_seconds(), connect=5)
        self._reports = reports_url.rstrip("/") + REPORTS if reports_url else None

    def send(self, to: str, text: str, ttl: timedelta, client_ref: UUID) -> str:
        """See activities.sms.SmsGateway."""
        message = {
            "channel": "sms",
            "sender": self._sender,
            "text": text,
            # Messente counts in seconds, and would rewrite letters of ours if it were let.
            "ttl": max(int(ttl.total_seconds()), 30),
            "autoconvert": "off",
        }
        body: dict[str, Any] = {"to": to, "messages": [message]}
        if self._reports:
            body["dlr_url"] = self._reports.format(sms_id=client_ref)
        user, password = self._credentials
        try:
            answer = self._http.post(
                self._url,
                json=body,
                auth=(user, password.get_secret_value()),
                timeout=self._timeout,
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            raise Trouble(StuckReason.UNREACHABLE) from None
        except httpx.HTTPError:
            raise InDoubt(StuckReason.ANSWER_LOST) from None
        return _message_id(answer)


def _message_id(answer: httpx.Response) -> str:
    if answer.status_code in _NOT_TAKEN:
        busy = answer.status_code in _BUSY
        code = StuckReason.BUSY if busy else StuckReason.TARGET_ERROR
        raise Trouble(code, f"http_{answer.status_code}")
    try:
        told = answer.json()
        if answer.is_success:
            return str(told["messages"][0]["message_id"])
        if answer.is_client_error:
            raise Refused(StuckReason.REFUSED, str(told["errors"][0]["code"]))
    except (ValueError, LookupError, TypeError):
        pass
    raise InDoubt(StuckReason.ANSWER_LOST, f"http_{answer.status_code}")


class Report(BaseModel, frozen=True):
    """A delivery report, as far as it matters here."""

    status: str
    err: int | None = None
    message_id: str

    @property
    def delivery(self) -> Delivery | None:
        """What it says in our words; None: nothing that we know."""
        known = _DELIVERIES.get(self.status)
        if known is Delivery.FAILED_TEMPORARY and self.err in _PERMANENT:
            return Delivery.FAILED_PERMANENT
        return known


class ReportRefused(ValueError):
    """Not from Messente, or not a report."""


def read_report(body: bytes, signature: str | None, password: SecretStr) -> Report:
    """The report in a webhook's body, its signature checked. Raises ReportRefused.

    ``signature`` is the hexadecimal HMAC-SHA256 of the raw body under the account's password. It
    covers no time, so the same report may come again: that must change nothing.
    """
    good = hmac.digest(password.get_secret_value().encode(), body, "sha256").hex()
    if not hmac.compare_digest(good.encode(), (signature or "").lower().encode()):
        raise ReportRefused("signature")
    try:
        return Report.model_validate_json(body)
    except ValidationError:
        raise ReportRefused("body") from None
