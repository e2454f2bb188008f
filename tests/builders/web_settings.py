"""Settings of the web pages for tests: a database, and a provider that may not be there."""

from typing import Any

from settings.web import WebSettings
from tests.fixtures import payload_keys
from tests.fixtures.roles import as_pages

TEMPORAL_UI = "https://temporal.example/namespaces/volitus"
PUBLIC_URL = "http://127.0.0.1:8080"


def web_settings(
    database_url: str,
    *,
    issuer: str = "https://login.example",
    public_url: str = PUBLIC_URL,
    api_url: str = "http://127.0.0.1:1",
    selfservice: dict[str, Any] | None = None,
    console: dict[str, Any] | None = None,
) -> WebSettings:
    """The settings; ``selfservice`` and ``console`` are further ones of each client."""
    return WebSettings.model_validate(
        {
            "public_url": public_url,
            "api_url": api_url,
            "temporal_ui_url": TEMPORAL_UI,
            "database": {"url": as_pages(database_url)},
            "session": {
                "keys": payload_keys.ENVIRONMENT["VOLITUS_PAYLOAD_KEYS"],
                "key_current": payload_keys.ENVIRONMENT["VOLITUS_PAYLOAD_KEY_CURRENT"],
            },
            "selfservice": {"issuer": issuer, "client_id": "selfservice"} | (selfservice or {}),
            "console": {"issuer": issuer, "client_id": "console"} | (console or {}),
        }
    )
