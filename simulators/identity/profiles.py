"""The issuer profiles with which the engine's settings trust the simulator."""

from typing import Any

from simulators.identity.clients import CLIENTS
from simulators.identity.tokens import AUDIENCE


def issuer_profiles(
    issuer: str, *, jwks_uri: str | None = None, plain_http: bool = False
) -> list[dict[str, Any]]:
    """Return a profile per kind of caller, as JSON. Fields: ``settings.issuers.IssuerProfile``.

    ``jwks_uri`` is for a network where the engine reaches the simulator by another name than
    the one in its tokens; ``plain_http`` where that is not this machine.
    """
    return [
        {
            "issuer": issuer,
            "jwks_uri": jwks_uri,
            "audience": AUDIENCE,
            "kind": kind,
            "allowed_clients": [each.client_id for each in CLIENTS.values() if each.kind == kind],
            "plain_http": plain_http,
        }
        for kind in ("person", "client", "staff")
    ]
