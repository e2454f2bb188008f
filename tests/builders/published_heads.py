"""Log lines that published heads of the event chain, by one key and by another."""

import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.chain_heads import ChainHead
from services.audit.head_signatures import HeadSigner

KEY, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))


def line(head: ChainHead, key: Ed25519PrivateKey = KEY) -> str:
    """Return the log line that published a head."""
    return json.dumps({"event": "event_chain_head", **HeadSigner(key).sign(head).fields()})
