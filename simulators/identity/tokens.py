"""Claims of the tokens, as eeID and TARA (ID tokens) and RFC 9068 (access tokens) name them."""

import base64
import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import uuid4

from joserfc import jwt
from joserfc.jws import JWSRegistry
from joserfc.registry import Header
from stdnum.ee import ik

from domain.identifiers import PersonKey
from simulators.identity.clients import PERSON_CLIENT, Client
from simulators.identity.keys import SigningKeys
from simulators.identity.staff import Member
from simulators.register import names

AUDIENCE = "volitus"
ACCESS_TOKEN_LIFE = 900
ID_TOKEN_LIFE = 40
"""As short as TARA's."""

Claims = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Login:
    """A person, and how that person was identified."""

    person: PersonKey = field(repr=False)
    amr: str = "mID"
    phone: str | None = field(default=None, repr=False)
    """Known for Mobiil-ID only, and then verified by it."""
    at: int = field(default_factory=lambda: int(time.time()))
    """When; tokens that are refreshed keep it."""
    acr: str = "high"


def subject_of(who: Login | Member) -> str:
    """Return ``sub`` of a person, or of a member of staff."""
    return who.subject if isinstance(who, Member) else f"EE{who.person.code}"


class _AnyHeader(JWSRegistry):
    """Signs any header: some tests need hostile tokens."""

    def check_header(self, header: Header) -> None:
        pass


class Mint:
    """Makes and signs the tokens of the issuer ``url``."""

    def __init__(self, url: str, keys: SigningKeys, now: Callable[[], float] = time.time) -> None:
        self.url = url
        self.keys = keys
        self.now = now
        self.id_token_claims: Claims = {}
        """Instead of an ID token's own; None removes one. For tests: see ``/_control``."""
        self.id_token_header: Claims = {}

    def person(self, login: Login, *, client_id: str = PERSON_CLIENT, scope: str = "") -> Claims:
        """The access token of someone who logged in."""
        return self._access(client_id, f"EE{login.person.code}") | _identification(login, scope)

    def client(self, client: Client, scope: str | None = None) -> Claims:
        """The access token of a program (or, for a role's client, of a test person behind it)."""
        if client.role is not None:
            return self._access(client.client_id, f"staff-{client.role}") | {"roles": [client.role]}
        scope = " ".join(client.scopes) if scope is None else scope
        return self._access(client.client_id, client.client_id) | {"scope": scope}

    def staff(self, member: Member, client_id: str) -> Claims:
        """The access token of a member of staff who signed in."""
        named = {"name": member.name, "roles": list(member.roles)}
        return self._access(client_id, member.subject) | named

    def identity(
        self,
        login: Login,
        access_token: str,
        *,
        nonce: str | None = None,
        scope: str = "",
        client_id: str = PERSON_CLIENT,
    ) -> Claims:
        """The ID token that goes with an access token. Its ``at_hash`` is TARA's: not base64url."""
        return {
            "sub": subject_of(login),
            "profile_attributes": {
                "date_of_birth": ik.get_birth_date(login.person.code).isoformat(),
                **dict(zip(("given_name", "family_name"), _name(login.person.code), strict=True)),
            },
            **self._of_login(client_id, access_token, nonce),
            **_identification(login, scope),
        }

    def staff_identity(
        self, member: Member, access_token: str, *, nonce: str, client_id: str, at: int
    ) -> Claims:
        """The ID token of a member of staff who logged in at this time."""
        return {
            "sub": member.subject,
            "name": member.name,
            "roles": list(member.roles),
            "amr": ["pwd", "otp"],
            "acr": "high",
            "auth_time": at,
            **self._of_login(client_id, access_token, nonce),
        }

    def _of_login(self, client_id: str, access_token: str, nonce: str | None) -> Claims:
        digest = hashlib.sha256(access_token.encode()).digest()
        return {
            "jti": str(uuid4()),
            "iss": self.url,
            "aud": client_id,
            "nonce": nonce or "",
            "at_hash": base64.b64encode(digest[:16]).decode(),
            **self._life(ID_TOKEN_LIFE),
        }

    def signed(self, claims: Claims, header: Mapping[str, Any]) -> str:
        """The token. ``header`` may replace anything but what the key itself decides."""
        key = self.keys.current
        whole = {"alg": "RS256", "kid": key.kid} | dict(header)
        registry = _AnyHeader(algorithms=["RS256"])
        return jwt.encode(whole, claims, key, registry=registry, default_type=None)

    def _access(self, client_id: str, subject: str) -> Claims:
        return {
            "jti": str(uuid4()),
            "iss": self.url,
            "aud": AUDIENCE,
            "client_id": client_id,
            "sub": subject,
            **self._life(ACCESS_TOKEN_LIFE),
        }

    def _life(self, seconds: int) -> Claims:
        now = int(self.now())
        return {"iat": now, "nbf": now, "exp": now + seconds}


def _identification(login: Login, scope: str) -> Claims:
    given, family = _name(login.person.code)
    claims: Claims = {"amr": [login.amr], "acr": login.acr, "auth_time": login.at}
    claims |= {"given_name": given, "family_name": family}
    if "phone" in scope.split() and login.amr == "mID" and login.phone:
        claims |= {"phone_number": login.phone, "phone_number_verified": True}
    return claims


def _name(code: str) -> tuple[str, str]:
    """Invent a name: always the same one for a personal code, in capitals as TARA writes it."""
    chance = Random(code)
    firsts = names.MEN if int(code[0]) % 2 else names.WOMEN
    return chance.choice(firsts).upper(), chance.choice(names.SURNAMES).upper()
