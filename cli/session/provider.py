"""The identity provider at which staff sign in, for a public client.

Sources: OpenID Connect Discovery 1.0; RFC 8628 (device grant); RFC 6749 section 6 (refresh);
RFC 7009 (revocation).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_TIMEOUT = 10.0
_USUAL_INTERVAL = 5.0
"""RFC 8628 section 3.2: where the provider names none."""
_SHORTEST_INTERVAL = 0.5
_LONGEST_WAIT = 3600.0
"""Seconds. Bounds of what the provider says, so that no answer of its makes us ask without end."""


class ProviderUnavailableError(Exception):
    """The provider does not answer, or not as the specifications say. ``str()`` says why."""


class ProviderRefusedError(Exception):
    """The provider answered with an error; ``code`` is that of RFC 6749 or RFC 8628."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the token endpoint gave."""

    access: str
    refresh: str | None
    """None: no new one."""


@dataclass(frozen=True, slots=True)
class DevicePrompt:
    """A sign-in that waits for somebody's approval on another device."""

    device_code: str
    user_code: str
    address: str
    """Where the code is typed."""
    complete_address: str | None
    """The same, with the code in it."""
    seconds: float
    """Until it expires."""
    interval: float
    """Seconds between two questions."""


class Provider:
    """One issuer, as ``client_id``. Each call raises ProviderUnavailableError."""

    def __init__(self, issuer: str, client_id: str, http: httpx.Client) -> None:
        self.issuer = issuer
        self.client_id = client_id
        self._http = http
        self._found: Mapping[str, Any] | None = None

    def start_device(self, scope: str) -> DevicePrompt:
        """Ask for a code that somebody approves. Raises ProviderRefusedError."""
        answer = self._post("device_authorization_endpoint", {"scope": scope})
        try:
            interval = float(answer.get("interval", _USUAL_INTERVAL))
            return DevicePrompt(
                answer["device_code"],
                answer["user_code"],
                answer["verification_uri"],
                answer.get("verification_uri_complete"),
                min(_LONGEST_WAIT, float(answer["expires_in"])),
                min(_LONGEST_WAIT, max(_SHORTEST_INTERVAL, interval)),
            )
        except (KeyError, TypeError, ValueError):
            raise ProviderUnavailableError("its answer is not as RFC 8628 says") from None

    def ask_device(self, prompt: DevicePrompt) -> Tokens:
        """Ask whether it is approved. Raises ProviderRefusedError ``authorization_pending``, …."""
        return self._tokens({"grant_type": DEVICE_GRANT, "device_code": prompt.device_code})

    def refresh(self, token: str) -> Tokens:
        """Return new tokens. Raises ProviderRefusedError where the sign-in has ended."""
        return self._tokens({"grant_type": "refresh_token", "refresh_token": token})

    def revoke(self, token: str) -> bool:
        """End the sign-in there; returns whether the provider can. Raises ProviderRefusedError."""
        if "revocation_endpoint" not in self._metadata():
            return False
        self._post("revocation_endpoint", {"token": token})
        return True

    def _tokens(self, form: Mapping[str, str]) -> Tokens:
        answer = self._post("token_endpoint", form)
        access, refresh = answer.get("access_token"), answer.get("refresh_token")
        if not isinstance(access, str) or not isinstance(refresh, str | None):
            raise ProviderUnavailableError("it gave no access token")
        return Tokens(access, refresh)

    def _post(self, endpoint: str, form: Mapping[str, str]) -> Mapping[str, Any]:
        response = self._sent("POST", self._address(endpoint), dict(form))
        answer = _json(response) if response.content else {}
        if response.is_success:
            return answer
        if response.is_client_error and isinstance(answer.get("error"), str):
            raise ProviderRefusedError(answer["error"])
        raise ProviderUnavailableError(f"it answered {response.status_code}")

    def _address(self, endpoint: str) -> str:
        found = self._metadata().get(endpoint)
        if not isinstance(found, str):
            raise ProviderUnavailableError(f"it names no {endpoint}")
        if not found.lower().startswith(f"{httpx.URL(self.issuer).scheme}://"):
            raise ProviderUnavailableError(f"its {endpoint} is less safe than the issuer")
        return found

    def _metadata(self) -> Mapping[str, Any]:
        if self._found is None:
            where = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
            response = self._sent("GET", where)
            if not response.is_success:
                raise ProviderUnavailableError(f"it answered {response.status_code}")
            found = _json(response)
            if found.get("issuer") != self.issuer:
                raise ProviderUnavailableError("its discovery document is another issuer's")
            self._found = found
        return self._found

    def _sent(
        self, method: str, address: str, form: dict[str, str] | None = None
    ) -> httpx.Response:
        data = None if form is None else form | {"client_id": self.client_id}
        try:
            return self._http.request(method, address, data=data, timeout=_TIMEOUT)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ProviderUnavailableError(type(error).__name__) from None


def _json(response: httpx.Response) -> Mapping[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise ProviderUnavailableError(f"it answered {response.status_code} without JSON")
    return answer
