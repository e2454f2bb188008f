"""The one key ring of all tests: what any of them leaves on the Temporal server can be read."""

import base64
import json

from pydantic import SecretStr

from workflows.encryption import PayloadCipher

CURRENT, OLD = "tests", "tests-old"
CODE_KEY = bytes(range(64, 96))
SMS_PASSWORD = SecretStr("salajane-sms")
RING = {CURRENT: bytes(range(32)), OLD: bytes(range(32, 64))}

ENVIRONMENT = {
    "VOLITUS_PAYLOAD_KEYS": json.dumps(
        {name: base64.b64encode(key).decode() for name, key in RING.items()}
    ),
    "VOLITUS_PAYLOAD_KEY_CURRENT": CURRENT,
    "VOLITUS_SMS_USER": "volitus",
    "VOLITUS_SMS_PASSWORD": SMS_PASSWORD.get_secret_value(),
    "VOLITUS_VERIFICATION_KEY": base64.b64encode(CODE_KEY).decode(),
}
"""The same as settings of a process."""


def cipher(current: str = CURRENT) -> PayloadCipher:
    """Encrypts and decrypts as every process under test does."""
    return PayloadCipher(RING, current)
