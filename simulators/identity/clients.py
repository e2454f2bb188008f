"""The programs that may request tokens. By a client's kind the engine knows its callers."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from simulators.identity import files


@dataclass(frozen=True, slots=True)
class Client:
    """A registered program, and what its tokens are for."""

    client_id: str
    kind: Literal["person", "client", "staff"]
    scopes: tuple[str, ...] = ()
    role: str | None = None
    public: bool = False
    """Has no secret, as what runs on people's own machines."""
    logs_in: bool = False
    """Sends browsers here to log in, and takes part in single sign-on."""


PERSON_CLIENT = "portal-login"
"""The portal in the person's browser: public, proves itself by PKCE."""
SELFSERVICE_CLIENT = "selfservice"
"""The web pages for people who act for customers: with a secret, single sign-on and refresh."""
CONSOLE_CLIENT = "console"
"""The same for staff."""
CLI_CLIENT = "volitus-cli"
"""The command line: staff sign in to it by the device grant."""

CLIENTS = {
    client.client_id: client
    for client in (
        Client(PERSON_CLIENT, "person", public=True),
        Client(SELFSERVICE_CLIENT, "person", logs_in=True),
        Client(CONSOLE_CLIENT, "staff", logs_in=True),
        Client(
            "portal",
            "client",
            ("volitus:act-for-person", "volitus:check", "volitus:events", "volitus:orders"),
        ),
        Client("operator-systems", "client", ("volitus:accounts", "volitus:events")),
        Client("otp", "client", ("one-time-password-sms:send-validate",)),
        Client("support-console", "staff", role="support"),
        Client("ops-console", "staff", role="ops"),
        Client("mandate-console", "staff", role="mandate_officer"),
        Client(CLI_CLIENT, "staff", ("openid", "offline_access"), public=True),
    )
}
STAFF = {client.role: client for client in CLIENTS.values() if client.role is not None}


class ClientSecrets:
    """A secret for each client that has one: read from ``file``, or invented and kept there."""

    def __init__(self, file: Path | None = None, given: Mapping[str, str] | None = None) -> None:
        """``given``: secrets by client, kept in place of those in the file."""
        kept = {**(files.read(file) or {}), **(given or {})}
        self._secrets: dict[str, str] = {
            client.client_id: kept.get(client.client_id) or secrets.token_urlsafe(24)
            for client in CLIENTS.values()
            if not client.public
        }
        files.keep(file, self._secrets)

    def of(self, client_id: str) -> str:
        """Return the secret of a client that has one, for who sets that client up."""
        return self._secrets[client_id]

    def fit(self, client_id: str, secret: str) -> bool:
        """Return whether this is that client's secret."""
        known = self._secrets.get(client_id)
        return known is not None and hmac.compare_digest(known.encode(), secret.encode())
