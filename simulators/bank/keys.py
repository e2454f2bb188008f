"""Keys of the banks and of the operator: made once, kept in a directory."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

OPERATOR = "operator"
"""Whose key signs orders."""
STRANGER = "stranger"
"""Whose key signs what no bank signed: another at each start."""


class Keys:
    """RSA keys by the name of their owner: ``operator``, or a bank's."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._keys: dict[str, RSAPrivateKey] = {}

    def of(self, owner: str) -> RSAPrivateKey:
        """Return the key of an owner; makes it first."""
        if owner not in self._keys:
            self._keys[owner] = _new() if owner == STRANGER else self._kept(owner)
        return self._keys[owner]

    def _kept(self, owner: str) -> RSAPrivateKey:
        file = self._directory / f"{owner}.pem"
        if not file.exists():
            _write(file, private_pem(_new()))
        key = load_pem_private_key(file.read_bytes(), None)
        assert isinstance(key, RSAPrivateKey)  # noqa: S101 # made here
        return key

    def private_pem(self, owner: str) -> str:
        """Return the key for whom it belongs to."""
        return private_pem(self.of(owner))

    def public_pem(self, owner: str) -> str:
        """Return the key for others."""
        key = self.of(owner).public_key()
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def private_pem(key: RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _new() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_name(f"{file.name}.{os.getpid()}.new")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(text)
    half.rename(file)
