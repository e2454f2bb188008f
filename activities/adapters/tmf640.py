"""Adapter to the operator's network: service activation by TMF640 v4.

A change is requested under an idempotency key and finishes later; its outcome is asked for by the
key. Source: TM Forum TMF640 Service Activation Management API v4, ``/service`` and ``/monitor``.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import quote
from uuid import UUID

import httpx
from pydantic import SecretStr

from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.steps import Accepted, Answer, Done, InDoubt, Refused, Trouble

_REFUSALS = {
    "serviceNotFound": StuckReason.SERVICE_UNKNOWN,
    "invalidCharacteristic": StuckReason.CHARACTERISTIC_INVALID,
}
_BUSY = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
)
# Without access nothing was changed; operations must restore access; the process cannot.
_NO_ACCESS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


class Network(Protocol):
    """Port to the network. Calls block; they raise domain.provisioning.steps.NotDone."""

    def read(self, network_id: str) -> dict[str, Any]:
        """Return the service as the network has it: ``state``, and ``settings`` by name."""
        ...

    def change(self, network_id: str, change: Mapping[str, Any], key: str) -> Answer:
        """Change ``state``, ``settings`` (by name), or both, under this idempotency key."""
        ...

    def ask(self, key: str) -> Answer | None:
        """Ask the network for the outcome of the change with this key; None if it never got it."""
        ...


class NoNetwork:
    """Network of an installation that has none in its settings: every call is trouble."""

    def read(self, network_id: str) -> dict[str, Any]:  # noqa: ARG002 # there is none to read
        raise Trouble(StuckReason.UNREACHABLE, "VOLITUS_NETWORK_URL is not set")

    def change(self, network_id: str, change: Mapping[str, Any], key: str) -> Answer:  # noqa: ARG002
        raise Trouble(StuckReason.UNREACHABLE, "VOLITUS_NETWORK_URL is not set")

    def ask(self, key: str) -> Answer | None:  # noqa: ARG002
        raise Trouble(StuckReason.UNREACHABLE, "VOLITUS_NETWORK_URL is not set")


class Tmf640Network:
    """Network behind a TMF640 service at ``url``, which ends with the version."""

    def __init__(
        self, http: httpx.Client, url: str, token: SecretStr | None, *, timeout: float
    ) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._token = token
        self._timeout = httpx.Timeout(timeout, connect=min(timeout, 5))

    def read(self, network_id: str) -> dict[str, Any]:
        """See Network."""
        try:
            answer = self._send("GET", _path(network_id))
        except InDoubt as error:  # reading changes nothing, so nothing can be in doubt
            lost = error.code is StuckReason.ANSWER_LOST
            code = StuckReason.UNREACHABLE if lost else error.code
            raise Trouble(code, error.detail) from None
        try:
            service = answer.json()
            listed = service.get("serviceCharacteristic", [])
            return {
                "state": str(service["state"]),
                "settings": {each["name"]: each["value"] for each in listed},
            }
        except (ValueError, LookupError, TypeError, AttributeError):
            raise Trouble(StuckReason.TARGET_ERROR, "unreadable") from None

    def change(self, network_id: str, change: Mapping[str, Any], key: str) -> Answer:
        """See Network."""
        body: dict[str, Any] = {}
        if "state" in change:
            body["state"] = change["state"]
        if "settings" in change:
            body["serviceCharacteristic"] = [
                {"name": name, "value": value} for name, value in change["settings"].items()
            ]
        return _progress(self._send("PATCH", _path(network_id), body, key))

    def ask(self, key: str) -> Answer | None:
        """See Network."""
        try:
            answer = self._send("GET", "/monitor", query={"idempotencyKey": key})
        except Refused as error:  # the question is refused: the outcome stays unknown
            raise InDoubt(StuckReason.TARGET_ERROR, error.detail) from None
        try:
            found = answer.json()
        except ValueError:
            found = None
        if not isinstance(found, list):  # only an empty list says that there is none
            raise InDoubt(StuckReason.TARGET_ERROR, "unreadable")
        return _of_monitor(found[0]) if found else None

    def _send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        key: str = "",
        query: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token.get_secret_value()}"
        try:
            answer = self._http.request(
                method,
                self._url + path,
                json=body,
                params=query,
                headers=headers,
                timeout=self._timeout,
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            raise Trouble(StuckReason.UNREACHABLE) from None
        except httpx.HTTPError:
            raise InDoubt(StuckReason.ANSWER_LOST) from None
        _check(answer)
        return answer


def _path(network_id: str) -> str:
    return f"/service/{quote(network_id, safe='')}"


def _check(answer: httpx.Response) -> None:
    status = answer.status_code
    if answer.is_success:
        return
    if status in _BUSY:
        raise Trouble(StuckReason.BUSY, f"http_{status}")
    if status in _NO_ACCESS:
        raise Trouble(StuckReason.TARGET_ERROR, f"http_{status}")
    if answer.is_client_error:
        raise _refusal(_body(answer))
    raise InDoubt(StuckReason.TARGET_ERROR, f"http_{status}")


def _body(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return {}


def _refusal(error: Any) -> Refused:
    code = str(error.get("code", "")) if isinstance(error, dict) else ""
    # The network's message may repeat a phone number, so only its code is kept.
    plain = code if code.isalnum() and len(code) <= 60 else ""
    return Refused(_REFUSALS.get(plain, StuckReason.REFUSED), plain)


def _progress(answer: httpx.Response) -> Answer:
    return _of_monitor(_body(answer))


def _of_monitor(monitor: Any) -> Answer:
    """Read a monitor. Raises InDoubt where it cannot be understood, Refused where it failed."""
    try:
        match monitor["state"]:
            case "Completed":
                return Done({"monitor": str(UUID(monitor["id"]))})
            case "InProgress":
                return Accepted()
            case "InError":
                response = monitor["response"]
                raise _final(int(response["statusCode"]), response.get("body"))
    except (LookupError, TypeError, ValueError, AttributeError):
        pass
    raise InDoubt(StuckReason.TARGET_ERROR, "unreadable")


def _final(status: int, error: Any) -> Refused:
    """Refusal of a change that failed: its key has been answered for good, only a new one helps."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Refused(StuckReason.TARGET_ERROR, f"http_{status}")
    return _refusal(json.loads(error) if isinstance(error, str) else error)  # TMF640: JSON as text
