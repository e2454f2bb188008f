"""What people agree to, as a digest: another contract, or other terms, is another one."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import rfc8785


def terms_digest(contract_id: UUID, product: str, version: str, terms: Mapping[str, Any]) -> str:
    """Return the SHA-256, in hex, of a contract's frozen terms in canonical JSON (RFC 8785)."""
    shown: dict[str, Any] = {
        "contract_id": str(contract_id),
        "product": product,
        "product_version": version,
        "terms": dict(terms),
    }
    return hashlib.sha256(rfc8785.dumps(shown)).hexdigest()
