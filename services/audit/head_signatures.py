"""Signatures of published heads: Ed25519 (RFC 8032) over the canonical text of a head."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from typing import Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from domain.chain_heads import ChainHead

_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", re.DOTALL)


class HeadProblem(StrEnum):
    """Why a published head cannot be trusted."""

    KEY_UNKNOWN = "key_unknown"
    MALFORMED = "malformed"
    SIGNATURE_INVALID = "signature_invalid"


@dataclass(frozen=True, slots=True)
class PublishedHead:
    """A head, the key that signed it, and the signature."""

    head: ChainHead
    key_id: str
    """The first 16 hex digits of the SHA-256 of the public key's 32 bytes."""
    signature: str
    """64 bytes in hex."""

    def fields(self) -> dict[str, str | int]:
        """The fields of the log line that publishes it."""
        return {
            "position": self.head.position,
            "digest": self.head.digest,
            "at": self.head.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "key_id": self.key_id,
            "signature": self.signature,
        }


class HeadSigner:
    """Signs heads with one private key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self._key_id = key_id(key.public_key())

    def sign(self, head: ChainHead) -> PublishedHead:
        """Return the head with its signature. The same head gives the same signature."""
        return PublishedHead(head, self._key_id, self._key.sign(head.text()).hex())


class HeadKeys:
    """The public keys by which published heads are trusted: today's and earlier ones."""

    def __init__(self, keys: Iterable[Ed25519PublicKey]) -> None:
        self._keys = {key_id(key): key for key in keys}

    @classmethod
    def of_pem(cls, text: str) -> Self:
        """The keys in a PEM text, one after another. Raises ValueError where there is none."""
        keys = []
        for block in _PEM.findall(text):
            try:
                key = load_pem_public_key(block.encode())
            except UnsupportedAlgorithm as error:
                raise ValueError(str(error)) from None
            if not isinstance(key, Ed25519PublicKey):
                raise ValueError("a key is not an Ed25519 key")  # noqa: TRY004 # a wrong value
            keys.append(key)
        if not keys:
            raise ValueError("it has no public key in PEM")
        return cls(keys)

    def problem(self, published: PublishedHead) -> HeadProblem | None:
        """Why this head cannot be trusted; None: one of the keys signed exactly it."""
        key = self._keys.get(published.key_id)
        if key is None:
            return HeadProblem.KEY_UNKNOWN
        try:
            key.verify(bytes.fromhex(published.signature), published.head.text())
        except (InvalidSignature, ValueError):
            return HeadProblem.SIGNATURE_INVALID
        return None


def key_id(key: Ed25519PublicKey) -> str:
    """The name of a public key in published heads."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def as_pem(key: Ed25519PublicKey) -> str:
    """The public key as ``--public-key`` reads it."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
