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
from simulators.identity.codes import Codes, Granted
from simulators.identity.devices import GRANT, DeviceGrantError, Devices
from simulators.identity.refreshing import SignIns
from simulators.identity.staff import Member
from simulators.identity.tokens import ACCESS_TOKEN_LIFE, Login, Mint

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
                return self._authorization_code(request, form)
            case str(grant) if grant == GRANT:
                return self._device_code(form)
            case "refresh_token":
                return self._refresh_token(request, form)
        return _refused("unsupported_grant_type")

    def _client_credentials(self, request: Request, form: Mapping[str, str]) -> JSONResponse:
        client_id, secret = _credentials(request, form)
        if not self._secrets.fit(client_id, secret):
            return _refused("invalid_client", 401)
        client = CLIENTS[client_id]
        asked = form.get("scope", " ".join(client.scopes))
        if not set(asked.split()) <= set(client.scopes):
            return _refused("invalid_scope")
        return _granted(self._mint.signed(self._mint.client(client, asked), ACCESS_TOKEN), asked)

    def _authorization_code(self, request: Request, form: Mapping[str, str]) -> JSONResponse:
        client_id = self._authenticated(request, form)
        if client_id is None:
            return _refused("invalid_client", 401)
        granted = self._codes.redeem(form.get("code", ""))
        if granted is None:
            return _refused("invalid_grant")
        asked = granted.request
        same = (asked.client_id, asked.redirect_uri) == (client_id, form.get("redirect_uri"))
        if not same or not _proves(form.get("code_verifier", ""), asked.code_challenge):
            return _refused("invalid_grant")
        return self._logged_in(granted)

    def _logged_in(self, granted: Granted) -> JSONResponse:
        asked, session = granted.request, granted.session
        access = self._access(granted.who, asked.client_id, asked.scope)
        more = {"id_token": self._identity(granted, access)}
        if session is not None:
            session.clients.add(asked.client_id)
            if "offline_access" in asked.scope.split():
                more["refresh_token"] = self._sign_ins.begin(
                    granted.who, asked.client_id, asked.scope, session.sid
                )
        return _granted(access, asked.scope, **more)

    def _access(self, who: Member | Login, client_id: str, scope: str) -> str:
        if isinstance(who, Member):
            return self._mint.signed(self._mint.staff(who, client_id), ACCESS_TOKEN)
        claims = self._mint.person(who, client_id=client_id, scope=scope)
        return self._mint.signed(claims, ACCESS_TOKEN)

    def _identity(self, granted: Granted, access: str) -> str:
        who, asked, session = granted.who, granted.request, granted.session
        if isinstance(who, Member):
            claims = self._mint.staff_identity(
                who,
                access,
                nonce=asked.nonce,
                client_id=asked.client_id,
                at=session.at if session is not None else int(self._mint.now()),
            )
        else:
            claims = self._mint.identity(
                who, access, nonce=asked.nonce, scope=asked.scope, client_id=asked.client_id
            )
        if session is not None:
            claims["sid"] = session.sid
        claims |= self._mint.id_token_claims
        header = ID_TOKEN | self._mint.id_token_header
        return self._mint.signed(_without_nulls(claims), _without_nulls(header))

    def _authenticated(self, request: Request, form: Mapping[str, str]) -> str | None:
        """Return the client; None: one that logs people in, and has not proved its secret."""
        client_id, secret = _credentials(request, form)
        client = CLIENTS.get(client_id)
        if client is None or not client.logs_in:
            return client_id
        return client_id if self._secrets.fit(client_id, secret) else None

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

    def _refresh_token(self, request: Request, form: Mapping[str, str]) -> JSONResponse:
        client_id = self._authenticated(request, form)
        if client_id is None:
            return _refused("invalid_client", 401)
        found = self._sign_ins.refresh(form.get("refresh_token", ""), client_id)
        if found is None:
            return _refused("invalid_grant")
        signed_in, token = found
        access = self._access(signed_in.member, signed_in.client_id, signed_in.scope)
        return _granted(access, signed_in.scope, refresh_token=token)

    def _staff(
        self, member: Member, client_id: str, scope: str, refresh_token: str | None
    ) -> JSONResponse:
        access = self._access(member, client_id, scope)
        more = {} if refresh_token is None else {"refresh_token": refresh_token}
        return _granted(access, scope, **more)


def _credentials(request: Request, form: Mapping[str, str]) -> tuple[str, str]:
    return _basic(request) or (form.get("client_id", ""), form.get("client_secret", ""))


def _without_nulls(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


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
