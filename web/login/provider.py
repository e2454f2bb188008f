"""The OpenID provider, as this client sees it. Blocking: called on threads.

Sources: OpenID Connect Core and Discovery 1.0, RFC 6749, 7009 (revocation), 9207 (``iss``).
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from settings.web import OpenIdSettings
from web.login.keys import SigningKeys
from web.login.refusals import LoginRefused, ProviderUnavailable, RefreshRefused, Refusal

_TIMEOUT = 5.0
_LARGEST = 1024 * 1024
_FRESH = 3600.0
"""Seconds for which a discovery document is used."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the token endpoint gave."""

    access: str = field(repr=False)
    refresh: str | None = field(repr=False)
    identity: str | None = field(repr=False)
    seconds: float
    """Until the access token expires."""


class Provider:
    """One issuer, as one client. Each call raises ProviderUnavailable."""

    def __init__(self, settings: OpenIdSettings, http: httpx.Client) -> None:
        self.settings = settings
        self._http = http
        self._lock = Lock()
        self._found: Mapping[str, Any] | None = None
        self._found_at = float("-inf")
        self.keys = SigningKeys(lambda: self._get(self._reached(self.address("jwks_uri"))))

    def address(self, name: str) -> str:
        """Return an address that the discovery document names."""
        found = self.names(name)
        if found is None:
            raise ProviderUnavailable(f"it names no {name}")
        return found

    def names(self, name: str) -> str | None:
        """Return an address of the discovery document; None where it has none."""
        found = self._metadata().get(name)
        if found is None:
            return None
        scheme = httpx.URL(self.settings.issuer).scheme
        if not isinstance(found, str) or not found.startswith(f"{scheme}://"):
            raise ProviderUnavailable(f"its {name} is less safe than the issuer")
        return found

    def names_itself(self) -> bool:
        """Return whether its answers always have ``iss`` (RFC 9207)."""
        return self._metadata().get("authorization_response_iss_parameter_supported") is True

    def authorization_url(self, asked: Mapping[str, str]) -> str:
        """Return where the browser goes to log in."""
        address = self.address("authorization_endpoint")
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    def exchange(self, code: str, verifier: str, redirect_uri: str) -> Tokens:
        """Return the tokens of an authorization code. Raises LoginRefused."""
        form = {"code": code, "code_verifier": verifier, "redirect_uri": redirect_uri}
        try:
            return self._tokens(form | {"grant_type": "authorization_code"})
        except RefreshRefused:
            raise LoginRefused(Refusal.CODE_REFUSED) from None

    def refresh(self, token: str) -> Tokens:
        """Return new tokens. Raises RefreshRefused where the login is over at the provider."""
        return self._tokens({"grant_type": "refresh_token", "refresh_token": token})

    def revoke(self, token: str) -> None:
        """End a refresh token there, if the provider can."""
        address = self.names("revocation_endpoint")
        if address is not None:
            form = {"token": token, "token_type_hint": "refresh_token"}
            if not self._posted(address, form).is_success:
                raise ProviderUnavailable("it did not revoke the token")

    def _tokens(self, form: dict[str, str]) -> Tokens:
        response = self._posted(self.address("token_endpoint"), form)
        answer = _json(response)
        if answer.get("error") == "invalid_grant":
            raise RefreshRefused
        if not response.is_success:
            raise ProviderUnavailable(f"its token endpoint answered {response.status_code}")
        access, refresh = answer.get("access_token"), answer.get("refresh_token")
        identity, seconds = answer.get("id_token"), answer.get("expires_in")
        if (
            not isinstance(access, str)
            or not isinstance(refresh, str | None)
            or not isinstance(identity, str | None)
            or not isinstance(seconds, int | float)
            or str(answer.get("token_type", "")).lower() != "bearer"
        ):
            raise ProviderUnavailable("its tokens are not as RFC 6749 says")
        return Tokens(access, refresh, identity, float(seconds))

    def _posted(self, address: str, form: dict[str, str]) -> httpx.Response:
        client, secret = self.settings.client_id, self.settings.secret()
        if secret is None:
            return self._sent("POST", self._reached(address), form | {"client_id": client})
        # RFC 6749 section 2.3.1: each is form-encoded before it is put together.
        auth = httpx.BasicAuth(quote(client, safe=""), quote(secret, safe=""))
        return self._sent("POST", self._reached(address), form, auth)

    def _metadata(self) -> Mapping[str, Any]:
        with self._lock:
            if self._found is None or time.monotonic() - self._found_at > _FRESH:
                self._discover()
            if self._found is None:
                raise ProviderUnavailable("its discovery document cannot be fetched")
            return self._found

    def _discover(self) -> None:
        where = f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration"
        try:
            found = self._get(self._reached(where))
        except ProviderUnavailable:
            if self._found is None:
                raise
            return  # the last good one serves
        if found.get("issuer") != self.settings.issuer:
            raise ProviderUnavailable("its discovery document is another issuer's")
        self._found, self._found_at = found, time.monotonic()

    def _reached(self, address: str) -> str:
        """Return the address at which this process reaches one of the issuer's."""
        base, inside = self.settings.issuer.rstrip("/"), self.settings.reached_at
        if inside is None or not address.startswith(f"{base}/"):
            return address
        return str(inside).rstrip("/") + address.removeprefix(base)

    def _get(self, address: str) -> Mapping[str, Any]:
        response = self._sent("GET", address)
        if not response.is_success:
            raise ProviderUnavailable(f"it answered {response.status_code}")
        return _json(response)

    def _sent(
        self,
        method: str,
        address: str,
        form: dict[str, str] | None = None,
        auth: httpx.BasicAuth | None = None,
    ) -> httpx.Response:
        try:
            return self._http.request(
                method, address, data=form, auth=auth, timeout=_TIMEOUT, follow_redirects=False
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ProviderUnavailable(type(error).__name__) from None


def _json(response: httpx.Response) -> Mapping[str, Any]:
    try:
        answer = response.json() if len(response.content) <= _LARGEST else None
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise ProviderUnavailable(f"it answered {response.status_code} without JSON")
    return answer
