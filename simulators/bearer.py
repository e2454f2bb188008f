"""Authentication of the one client, by its bearer token."""

import hmac

from fastapi import Request
from pydantic import SecretStr


class Bearer:
    """The one client, known by its bearer token."""

    def __init__(self, token: SecretStr) -> None:
        self._authorization = f"Bearer {token.get_secret_value()}".encode()

    def sent(self, request: Request) -> bool:
        """Return whether the client sent this request."""
        given = request.headers.get("authorization", "").encode()
        return hmac.compare_digest(given, self._authorization)
