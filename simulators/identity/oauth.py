"""The token endpoint: a code or a client's secret for tokens (RFC 6749, RFC 7636)."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse

from simulators.identity.clients import CLIENTS, ClientSecrets
from simulators.identity.login import Codes
from simulators.identity.tokens import ACCESS_TOKEN_LIFE, Mint

ACCESS_TOKEN = {"typ": "at+jwt"}
ID_TOKEN = {"typ": "JWT"}

_NOT_KEPT = {"Cache-Control": "no-store"}


class TokenEndpoint:
    def __init__(self, mint: Mint, codes: Codes, secrets: ClientSecrets) -> None:
        self._mint = mint
        self._codes = codes
        self._secrets = secrets

    async def answer(self, request: Request) -> JSONResponse:
        """Return tokens, or an error response as in RFC 6749 section 5.2."""
        form = {name: str(value) for name, value in (await request.form()).items()}
        match form.get("grant_type"):
            case "client_credentials":
                return self._client_credentials(request, form)
            case "authorization_code":
                return self._authorization_code(form)
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
