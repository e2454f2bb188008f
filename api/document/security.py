"""How callers of the API prove who they are, for the document."""

from typing import Any

from activities.adapters.messente import SIGNATURE

_GATEWAY = {
    "type": "apiKey",
    "in": "header",
    "name": SIGNATURE,
    "description": "HMAC-SHA256 of the body under the gateway's password, in hexadecimal.",
}
_CALLERS = {
    "person": "Access token of a person who logged in.",
    "client": "Access token of a program; a route lists the scopes it accepts.",
    "staff": "Access token of the operator's staff; a route lists the roles it accepts.",
}
SCHEMES: dict[str, Any] = {
    name: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": text}
    for name, text in _CALLERS.items()
} | {"gateway": _GATEWAY}
