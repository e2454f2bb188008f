"""Authorization codes: good once, for 30 seconds."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from simulators.identity.sso import SsoSession
from simulators.identity.staff import Member
from simulators.identity.tokens import Login

CODE_LIFE = 30


class Requested(Protocol):
    """What the token endpoint compares with."""

    @property
    def client_id(self) -> str: ...
    @property
    def redirect_uri(self) -> str: ...
    @property
    def code_challenge(self) -> str: ...
    @property
    def scope(self) -> str: ...
    @property
    def nonce(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Granted:
    """The login that an authorization code was issued for."""

    request: Requested
    who: Login | Member
    until: float
    session: SsoSession | None
    """The browser's, of clients that take part in single sign-on."""


class Codes:
    """Authorization codes that were not exchanged yet."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._granted: dict[str, Granted] = {}

    def issue(
        self, request: Requested, who: Login | Member, session: SsoSession | None = None
    ) -> str:
        """Return a new code."""
        now = self._now()
        self._granted = {code: each for code, each in self._granted.items() if each.until > now}
        code = secrets.token_urlsafe(24)
        self._granted[code] = Granted(request, who, now + CODE_LIFE, session)
        return code

    def redeem(self, code: str) -> Granted | None:
        """Return the login of the code, once; None if the code is unknown, used or expired."""
        granted = self._granted.pop(code, None)
        return granted if granted is not None and granted.until > self._now() else None
