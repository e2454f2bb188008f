"""A stand-in issuer for token tests: signs anything, and serves its keys as the test sets it up."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from joserfc.jws import JWSRegistry

ISSUER = "https://login.example"
JWKS = f"{ISSUER}/jwks"
NOW = 1_700_000_000
PERSON = "EE60001019906"

Claims = dict[str, Any]


class AnyHeader(JWSRegistry):
    def check_header(self, header: dict[str, Any]) -> None:
        pass


def new_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"use": "sig", "kid": kid})


KEY = new_key("first")
OTHER_KEY = new_key("second")


@cache
def forger() -> RSAKey:
    """A key that calls itself like the issuer's and is not published."""
    return new_key("first")


def person_claims(**changes: Any) -> Claims:
    """A good person's token; None removes a claim."""
    return _changed(
        {
            "iss": ISSUER,
            "aud": "volitus",
            "client_id": "portal-login",
            "sub": PERSON,
            "amr": ["mID"],
            "acr": "high",
            "auth_time": NOW - 60,
            "iat": NOW - 10,
            "exp": NOW + 600,
            "jti": "token-1",
        },
        changes,
    )


def _changed(claims: Claims, changes: Claims) -> Claims:
    return {name: value for name, value in (claims | changes).items() if value is not None}


def signed(claims: Claims, key: RSAKey = KEY, **header: Any) -> str:
    """The token; None removes a header."""
    whole = _changed({"alg": "RS256", "kid": key.kid, "typ": "at+jwt"}, header)
    registry = AnyHeader(algorithms=["RS256", "PS256"])
    return jwt.encode(whole, claims, key, registry=registry, default_type=None)


@dataclass
class KeyEndpoint:
    """Counts the fetches; answers what ``answer`` makes."""

    answer: Callable[[], httpx.Response]
    fetches: int = 0

    def __call__(self, _request: httpx.Request) -> httpx.Response:
        self.fetches += 1
        return self.answer()

    def serve(self, *keys: RSAKey) -> None:
        document = json.dumps(KeySet(list(keys)).as_dict(private=False))
        self.answer = lambda: httpx.Response(200, text=document)

    def fail(self) -> None:
        self.answer = lambda: httpx.Response(503)


def key_endpoint() -> KeyEndpoint:
    endpoint = KeyEndpoint(lambda: httpx.Response(503))
    endpoint.serve(KEY)
    return endpoint


def client_of(endpoint: Callable[[httpx.Request], httpx.Response]) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.MockTransport(endpoint))


@dataclass
class Clock:
    """Stands still until it is moved."""

    at: float = field(default=float(NOW))

    def __call__(self) -> float:
        return self.at

    def pass_(self, seconds: float) -> None:
        self.at += seconds
