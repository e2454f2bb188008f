"""Adapter of Messente's omnimessage API (messente.com/documentation): send SMS, read its reports.

Messente takes no reference of ours and cannot be asked about one, so the address that it reports
to carries it: a message whose answer was lost becomes known by its first report.
"""

import hmac
import re
from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

import httpx
from pydantic import BaseModel, Field, SecretStr, ValidationError

from activities.adapters.json_requests import is_id, json_of
from domain.numbers.verifications import DeliveryStatus
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.steps import InDoubt, NotDone, Refused, Trouble

SIGNATURE = "X-Messente-Signature"
REPORTS = "/v1/sms/{sms_id}/reports"

_BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
# Messente says itself that it has not taken these; a proxy's 502 or 504 says nothing.
_NOT_TAKEN = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.SERVICE_UNAVAILABLE,
    }
)
_STATUSES = {
    "ACK": DeliveryStatus.ACCEPTED,
    "ACCEPTD": DeliveryStatus.SENT,
    "DELIVRD": DeliveryStatus.DELIVERED,
    "SEEN": DeliveryStatus.DELIVERED,
    "UNDELIV": DeliveryStatus.FAILED_TEMPORARY,
    "FAILED": DeliveryStatus.FAILED_TEMPORARY,
    "REJECTD": DeliveryStatus.FAILED_TEMPORARY,
    "DELETED": DeliveryStatus.FAILED_TEMPORARY,
    "NACK": DeliveryStatus.FAILED_TEMPORARY,
    "EXPIRED": DeliveryStatus.EXPIRED,
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
        """See activities.adapters.sms_gateway.SmsGateway."""
        message = {
            "channel": "sms",
            "sender": self._sender,
            "text": text,
            # Seconds. Without ``off`` Messente would rewrite some of our letters.
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
    body = json_of(answer)
    try:
        if answer.is_success:
            return _id_of(body["messages"][0])
        if answer.is_client_error:
            raise _not_taken([_Error.model_validate(each) for each in body["errors"]])
    except (ValueError, LookupError, TypeError):
        pass
    raise InDoubt(StuckReason.ANSWER_LOST, f"http_{answer.status_code}")


def _id_of(message: Any) -> str:
    """Return Messente's id of a message. Raises where there is none that can be kept."""
    id_ = str(message["message_id"])
    if not is_id(id_):
        raise ValueError("message_id")
    return id_


class _Error(BaseModel, frozen=True, coerce_numbers_to_str=True):
    """One error of a 4xx: its code, and the field of the request that it is about."""

    code: str
    source: str | None = None

    @property
    def is_about_number(self) -> bool:
        return re.split(r"[./]", self.source or "")[-1] == "to"


def _not_taken(errors: Sequence[_Error]) -> NotDone:
    """Tell a number that cannot be sent to from a mistake of ours, of which the person is innocent.

    Only the first ends the verification; the other is tried again, and is soon seen as stuck.
    """
    first = errors[0]
    if all(error.is_about_number for error in errors):
        return Refused(StuckReason.REFUSED, first.code)
    return Trouble(StuckReason.TARGET_ERROR, first.code)


class DeliveryReport(BaseModel, frozen=True):
    """A delivery report of Messente's: the fields that are used."""

    status: str
    err: int | None = None
    message_id: Annotated[str, Field(pattern=r"^[!-~]{1,200}$")]

    @property
    def delivery(self) -> DeliveryStatus | None:
        """The reported status; None if it is unknown here."""
        status = _STATUSES.get(self.status)
        if status is DeliveryStatus.FAILED_TEMPORARY and self.err in _PERMANENT:
            return DeliveryStatus.FAILED_PERMANENT
        return status


class ReportRejected(ValueError):
    """The body is not signed by Messente, or is no report."""


def read_report(body: bytes, signature: str | None, password: SecretStr) -> DeliveryReport:
    """Check the signature of a webhook's body and parse the report. Raises ReportRejected.

    ``signature`` is the hexadecimal HMAC-SHA256 of the raw body under the account's password. It
    covers no time, so the same report may be sent again: that must change nothing.
    """
    good = hmac.digest(password.get_secret_value().encode(), body, "sha256").hex()
    if not hmac.compare_digest(good.encode(), (signature or "").lower().encode()):
        raise ReportRejected("signature")
    try:
        return DeliveryReport.model_validate_json(body)
    except ValidationError:
        raise ReportRejected("body") from None
