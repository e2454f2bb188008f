"""Settings of the web pages in the development stack, where test people log in."""

from collections.abc import Mapping
from pathlib import Path

from settings.web import Audience
from simulators.identity.clients import CONSOLE_CLIENT, SELFSERVICE_CLIENT, ClientSecrets
from web.login.routes import logout_path

CLIENTS = {Audience.SELFSERVICE: SELFSERVICE_CLIENT, Audience.CONSOLE: CONSOLE_CLIENT}


def kept_client_secrets(directory: Path) -> Mapping[Audience, str]:
    """Return the clients' secrets that the simulator keeps in its directory; invents them first."""
    kept = ClientSecrets(directory / "clients.json")
    return {audience: kept.of(client) for audience, client in CLIENTS.items()}


def logout_addresses(origin: str) -> dict[str, str]:
    """Return where each client is told that a session has ended; ``origin``: of the pages."""
    return {client: origin + logout_path(audience) for audience, client in CLIENTS.items()}


def web_settings(
    port: int, *, api_url: str, issuer: str, client_secrets: Mapping[Audience, str]
) -> dict[str, str]:
    """Return where the pages are, what they call, and their two clients at the provider."""
    settings = {
        "VOLITUS_WEB_PORT": str(port),
        "VOLITUS_WEB_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "VOLITUS_WEB_API_URL": api_url,
    }
    for audience, client in CLIENTS.items():
        prefix = f"VOLITUS_WEB_{audience.upper()}"
        settings |= {
            f"{prefix}_ISSUER": issuer,
            f"{prefix}_CLIENT_ID": client,
            f"{prefix}_CLIENT_SECRET": client_secrets[audience],
        }
    return settings
