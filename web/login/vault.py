"""What is kept of sessions, logins and forms: sealed, each for its own row."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from runtime.secret_cipher import SecretCipher, SecretUnreadable
from settings.web import SessionSettings
from web.login.provider import Tokens

__all__ = ["Attempt", "Kept", "SecretUnreadable", "Vault", "with_tokens"]

_EARLY = 60.0
"""Seconds before its expiry that an access token is refreshed: it then lasts for the page."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the pages know of somebody who is logged in. Times are seconds since 1970."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    refresh_at: float
    """From then on the access token is refreshed."""
    expires_at: float
    """Of the access token."""
    subject: str = field(repr=False)
    name: str = field(repr=False)
    roles: tuple[str, ...] = ()


def with_tokens(before: Kept, tokens: Tokens, now: float) -> Kept:
    """Return the same person with other tokens."""
    return replace(
        before,
        access_token=tokens.access,
        refresh_token=tokens.refresh or before.refresh_token,
        refresh_at=now + tokens.seconds - min(_EARLY, tokens.seconds / 4),
        expires_at=now + tokens.seconds,
    )


@dataclass(frozen=True, slots=True)
class Attempt:
    """A login under way."""

    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    return_to: str
    language: str
    max_age: int
    acr: str | None
    """Claim ``acr`` that the login must reach."""
    person: str | None
    """Digest of who must log in; None: anybody."""


class Vault:
    """Seals and opens. Raises SecretUnreadable where the key is gone or the row another's."""

    def __init__(self, cipher: SecretCipher) -> None:
        self._cipher = cipher

    @classmethod
    def of(cls, settings: SessionSettings) -> Self:
        """The vault with the keys of these settings."""
        return cls(SecretCipher.of(settings))

    def persons(self, issuer: str, subject: str) -> list[str]:
        """Return the digests under which a person may be known, the current key's first."""
        return self._cipher.digests(json.dumps([issuer, subject]))

    def seal_session(self, id_: bytes, kept: Kept) -> bytes:
        return self._sealed(asdict(kept), "session", id_.hex())

    def open_session(self, id_: bytes, sealed: bytes) -> Kept:
        found = self._opened(sealed, "session", id_.hex())
        return Kept(**found | {"roles": tuple(found["roles"])})

    def seal_attempt(self, id_: bytes, attempt: Attempt) -> bytes:
        return self._sealed(asdict(attempt), "login", id_.hex())

    def open_attempt(self, id_: bytes, sealed: bytes) -> Attempt:
        return Attempt(**self._opened(sealed, "login", id_.hex()))

    def seal_form(self, path: str, fields: Mapping[str, list[str]]) -> bytes:
        return self._sealed(dict(fields), "form", path)

    def open_form(self, path: str, sealed: bytes) -> dict[str, list[str]]:
        return self._opened(sealed, "form", path)

    def _sealed(self, content: Mapping[str, Any], kind: str, place: str) -> bytes:
        return self._cipher.seal(json.dumps(content), f"web {kind} {place}")

    def _opened(self, sealed: bytes, kind: str, place: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._cipher.open(sealed, f"web {kind} {place}"))
        return found
