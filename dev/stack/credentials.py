"""Passwords and keys of the development stack: generated once, kept in a file with mode 600."""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from shlex import quote
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import BaseModel, SecretStr


class Credentials(BaseModel, frozen=True):
    """Credentials of one stack; its data cannot be read with others."""

    postgres_password: SecretStr
    database_owner_password: SecretStr
    database_password: SecretStr
    database_web_password: SecretStr
    register_password: SecretStr
    payload_keys: SecretStr
    payload_key_current: str
    sms_password: SecretStr
    network_token: SecretStr
    billing_token: SecretStr
    bank_token: SecretStr
    verification_key: SecretStr
    staff_key: SecretStr
    event_head_key: SecretStr
    web_session_keys: SecretStr
    web_session_key_current: str

    @classmethod
    def load(cls, file: Path) -> Self:
        """Read the file; generate and add what it lacks."""
        kept: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
        invented = _invented()
        if invented.keys() - kept.keys():
            _write(file, json.dumps(invented | kept, indent=2))
        return cls.model_validate_json(file.read_text())


def write_environment(file: Path, variables: Mapping[str, str]) -> None:
    """Write settings of the product's processes for a shell: ``set -a; . FILE``."""
    _write(file, "".join(f"{name}={quote(value)}\n" for name, value in variables.items()))


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_name(f"{file.name}.new")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(text)
    half.rename(file)


def _invented() -> dict[str, str]:
    return {
        "postgres_password": secrets.token_urlsafe(24),
        "database_owner_password": secrets.token_urlsafe(24),
        "database_password": secrets.token_urlsafe(24),
        "database_web_password": secrets.token_urlsafe(24),
        "register_password": secrets.token_urlsafe(24),
        "payload_keys": json.dumps({"dev-1": new_key()}),
        "payload_key_current": "dev-1",
        "sms_password": secrets.token_urlsafe(24),
        "network_token": secrets.token_urlsafe(24),
        "billing_token": secrets.token_urlsafe(24),
        "bank_token": secrets.token_urlsafe(24),
        "verification_key": new_key(),
        "staff_key": new_key(),
        "event_head_key": new_signing_key(),
        "web_session_keys": json.dumps({"dev-1": new_key()}),
        "web_session_key_current": "dev-1",
    }


def new_signing_key() -> str:
    """Generate an Ed25519 private key: PKCS #8 in Base64, on one line."""
    der = Ed25519PrivateKey.generate().private_bytes(
        Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
    )
    return base64.b64encode(der).decode()


def new_key() -> str:
    """Generate a key of 256 bits, in Base64."""
    return base64.b64encode(secrets.token_bytes(32)).decode()
