"""The one key ring of all tests: what any of them leaves on the Temporal server can be read."""

import base64
import json

from workflows.encryption import PayloadCipher

CURRENT, OLD = "tests", "tests-old"
RING = {CURRENT: bytes(range(32)), OLD: bytes(range(32, 64))}

ENVIRONMENT = {
    "VOLITUS_PAYLOAD_KEYS": json.dumps(
        {name: base64.b64encode(key).decode() for name, key in RING.items()}
    ),
    "VOLITUS_PAYLOAD_KEY_CURRENT": CURRENT,
}
"""The same as settings of a process."""


def cipher(current: str = CURRENT) -> PayloadCipher:
    """Encrypts and decrypts as every process under test does."""
    return PayloadCipher(RING, current)
