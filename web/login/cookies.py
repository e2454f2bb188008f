"""The cookies: random values, nothing of the person.

``__Host-`` (RFC 6265bis) binds a cookie to this host and to https; where the pages are served over
http, in development, the names lack it.
"""

import hashlib
import re
import secrets

from starlette.requests import Request
from starlette.responses import Response

from settings.web import Audience

_VALUE = re.compile(r"[A-Za-z0-9_-]{43}")
"""256 bits in base64url."""
_SUFFIX = {Audience.SELFSERVICE: "", Audience.CONSOLE: "-console"}


def new_value() -> str:
    """Return 256 random bits."""
    return secrets.token_urlsafe(32)


def digest(value: str) -> bytes:
    """Return what the database knows of a random value."""
    return hashlib.sha256(value.encode()).digest()


class Cookies:
    """Cookies of one audience."""

    def __init__(self, audience: Audience, *, secure: bool) -> None:
        prefix = "__Host-" if secure else ""
        self._secure = secure
        self.session = f"{prefix}volitus{_SUFFIX[audience]}"
        """Name of the session's."""
        self.login = f"{self.session}-login"
        """Name of the one that binds a login under way to its browser."""

    def session_id(self, request: Request) -> bytes | None:
        """Return the id of the session in which a request comes; None where it has no cookie."""
        return _digest_of(request.cookies.get(self.session))

    def browser(self, request: Request) -> str | None:
        """Return the value by which logins under way are bound to this browser."""
        value = request.cookies.get(self.login)
        return value if value is not None and _VALUE.fullmatch(value) else None

    def set_session(self, response: Response, value: str) -> None:
        """Give the browser a session; it lasts no longer than the browser."""
        self._set(response, self.session, value)

    def set_login(self, response: Response, value: str, seconds: int) -> None:
        """Bind a login under way to the browser."""
        self._set(response, self.login, value, seconds)

    def forget_session(self, response: Response) -> None:
        """Remove the session's cookie."""
        self._set(response, self.session, "", 0)

    def _set(self, response: Response, name: str, value: str, seconds: int | None = None) -> None:
        response.set_cookie(
            name, value, seconds, path="/", secure=self._secure, httponly=True, samesite="lax"
        )


def _digest_of(value: str | None) -> bytes | None:
    return digest(value) if value is not None and _VALUE.fullmatch(value) else None
