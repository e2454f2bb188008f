"""Encryption of secrets that stay in rows for a time: AES-GCM with keys made of the payload keys.

A key of its own is derived from each payload key (HKDF, RFC 5869), so nothing that is sealed for a
row can pass for a payload, or the other way round. A sealed secret names its key: it can be opened
as long as that key is among the payload keys, which is longer than secrets are kept.
"""

import hashlib
import hmac
import os
from collections.abc import Mapping
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from settings.temporal import PayloadSettings

_NONCE = 12
_PURPOSE = b"volitus secrets in rows"
_DIGESTS = b"volitus digests of secrets"


class SecretUnreadable(Exception):
    """What is sealed cannot be opened: changed, of another place, or of a key that is gone."""


class SecretCipher:
    """Seals with the current key, and opens with any."""

    def __init__(self, keys: Mapping[str, bytes], current: str) -> None:
        self._keys = {name.encode(): AESGCM(_derived(key)) for name, key in keys.items()}
        self._current = current.encode()
        self._digest_keys = [
            _derived(keys[name], _DIGESTS) for name in sorted(keys, key=lambda n: n != current)
        ]

    @classmethod
    def of(cls, settings: PayloadSettings) -> Self:
        """The cipher with the keys of these settings."""
        return cls(settings.ring(), settings.key_current)

    def seal(self, secret: str, place: str) -> bytes:
        """Encrypt a secret. Only at this ``place``, which is no secret, can it be opened."""
        nonce = os.urandom(_NONCE)
        sealed = self._keys[self._current].encrypt(nonce, secret.encode(), place.encode())
        return b"%c%b%b%b" % (len(self._current), self._current, nonce, sealed)

    def digest(self, text: str) -> str:
        """Return a digest that only this key gives: it says whether a secret is the same.

        Another one under the next key: what is compared by it is then taken as different.
        """
        return self.digests(text)[0]

    def digests(self, text: str) -> list[str]:
        """Return the digest under each key, the current one first: finds what an older key made."""
        return [
            hmac.new(key, text.encode(), hashlib.sha256).hexdigest() for key in self._digest_keys
        ]

    def open(self, sealed: bytes, place: str) -> str:
        """Decrypt a secret. Raises SecretUnreadable."""
        named = 1 + sealed[0] if sealed else 0
        key = self._keys.get(sealed[1:named])
        if key is None:
            raise SecretUnreadable("its payload key is not among this process's keys")
        nonce, rest = sealed[named : named + _NONCE], sealed[named + _NONCE :]
        try:
            return key.decrypt(nonce, rest, place.encode()).decode()
        except (InvalidTag, ValueError):
            raise SecretUnreadable("it was changed, or belongs to another place") from None


def _derived(key: bytes, purpose: bytes = _PURPOSE) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=purpose).derive(key)
