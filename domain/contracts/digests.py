"""Digest of a contract's terms: of other terms, it is another one."""

import hashlib
from collections.abc import Mapping
from typing import Any

import rfc8785


def terms_digest(terms: Mapping[str, Any]) -> str:
    """Return the SHA-256, in hex, of a contract's frozen terms in canonical JSON (RFC 8785)."""
    return hashlib.sha256(rfc8785.dumps(dict(terms))).hexdigest()
