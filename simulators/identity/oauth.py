"""The token endpoint: a code, a secret or a refresh token for tokens (RFC 6749, 7636, 8628)."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse

from simulators.identity.clients import CLIENTS, ClientSecrets
from simulators.identity.devices import GRANT, DeviceGrantError, Devices
from simulators.identity.login import Codes
from simulators.identity.refreshing import SignIns
from simulators.identity.staff import Member
from simulators.identity.tokens import ACCESS_TOKEN_LIFE, Mint

ACCESS_TOKEN = {"typ": "at+jwt"}
ID_TOKEN = {"typ": "JWT"}

_NOT_KEPT = {"Cache-Control": "no-store"}


class TokenEndpoint:
    def __init__(
        self,
        mint: Mint,
        secrets: ClientSecrets,
        *,
        codes: Codes,
        devices: Devices,
        sign_ins: SignIns,
    ) -> None:
        self._mint = mint
        self._secrets = secrets
        self._codes = codes
        self._devices = devices
        self._sign_ins = sign_ins

    async def answer(self, request: Request) -> JSONResponse:
        """Return tokens, or an error response as in RFC 6749 section 5.2."""
        form = {name: str(value) for name, value in (await request.form()).items()}
        match form.get("grant_type"):
            case "client_credentials":
                return self._client_credentials(request, form)
            case "authorization_code":
                return self._authorization_code(form)
            case str(grant) if grant == GRANT:
                return self._device_code(form)
            case "refresh_token":
                return self._refresh_token(form)
        return _refused("unsupported_grant_type")

    def _client_credentials(self, request: Request, form: Mapping[str, str]) -> JSONResponse:
        client_id, secret = _basic(request) or (
            form.get("client_id", ""),
            form.get("client_secret", ""),
        )
        if not self._secrets.fit(client_id, secret):
            return _refused("invalid_client", 401)
        client = CLIENTS[client_id]
        asked = form.get("scope", " ".join(client.scopes))
        if not set(asked.split()) <= set(client.scopes):
            return _refused("invalid_scope")
        return _granted(self._mint.signed(self._mint.client(client, asked), ACCESS_TOKEN), asked)

    def _authorization_code(self, form: Mapping[str, str]) -> JSONResponse:
        granted = self._codes.redeem(form.get("code", ""))
        if granted is None:
            return _refused("invalid_grant")
        asked = granted.request
        same = (asked.client_id, asked.redirect_uri) == (
            form.get("client_id"),
            form.get("redirect_uri"),
        )
        if not same or not _proves(form.get("code_verifier", ""), asked.code_challenge):
            return _refused("invalid_grant")
        person = self._mint.person(granted.login, scope=asked.scope)
        access = self._mint.signed(person, ACCESS_TOKEN)
        identity = self._mint.identity(granted.login, access, nonce=asked.nonce, scope=asked.scope)
        return _granted(access, asked.scope, id_token=self._mint.signed(identity, ID_TOKEN))

    def _device_code(self, form: Mapping[str, str]) -> JSONResponse:
        try:
            device, member = self._devices.redeem(
                form.get("device_code", ""), form.get("client_id", "")
            )
        except DeviceGrantError as error:
            return _refused(str(error))
        lasts = "offline_access" in device.scope.split()  # OpenID Connect Core, section 11
        token = self._sign_ins.begin(member, device.client_id, device.scope) if lasts else None
        return self._staff(member, device.client_id, device.scope, token)

    def _refresh_token(self, form: Mapping[str, str]) -> JSONResponse:
        found = self._sign_ins.refresh(form.get("refresh_token", ""), form.get("client_id", ""))
        if found is None:
            return _refused("invalid_grant")
        signed_in, token = found
        return self._staff(signed_in.member, signed_in.client_id, signed_in.scope, token)

    def _staff(
        self, member: Member, client_id: str, scope: str, refresh_token: str | None
    ) -> JSONResponse:
        access = self._mint.signed(self._mint.staff(member, client_id), ACCESS_TOKEN)
        more = {} if refresh_token is None else {"refresh_token": refresh_token}
        return _granted(access, scope, **more)


def _basic(request: Request) -> tuple[str, str] | None:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return client_id, secret


def _proves(verifier: str, challenge: str) -> bool:
    digest = hashlib.sha256(verifier.encode()).digest()
    made = base64.urlsafe_b64encode(digest).rstrip(b"=")
    return hmac.compare_digest(made, challenge.encode())


def _granted(access_token: str, scope: str, **more: Any) -> JSONResponse:
    answer = {
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": ACCESS_TOKEN_LIFE,
        "scope": scope,
    }
    return JSONResponse(answer | more, headers=_NOT_KEPT)


def _refused(error: str, status: int = 400) -> JSONResponse:
    return JSONResponse({"error": error}, status, headers=_NOT_KEPT)
