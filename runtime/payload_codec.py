"""Encryption of every payload that Temporal stores: AES-GCM with a ring of keys.

To rotate: give every process the new key as readable, then make it the current one, and drop the
old one only after the longest run and the retention have passed.
"""

import os
from collections.abc import Mapping, Sequence
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

from settings.temporal import PayloadSettings

_ENCODING = b"binary/encrypted"
_NONCE = 12


class PayloadUnreadable(Exception):
    """The payload's key is not in this process's ring, or the payload was tampered with."""


class PayloadCipher(PayloadCodec):
    """Encrypts with the current key and decrypts with any; the key's id is authenticated too."""

    def __init__(self, keys: Mapping[str, bytes], current: str) -> None:
        if current not in keys:
            raise ValueError("the current payload key is not among the payload keys")
        self._keys = {name: AESGCM(key) for name, key in keys.items()}
        self._current = current

    @classmethod
    def of(cls, settings: PayloadSettings) -> Self:
        """The cipher with the keys of these settings."""
        return cls(settings.ring(), settings.key_current)

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Encrypt each payload, its metadata included."""
        return [self._encrypt(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Decrypt each payload that this codec encrypted; others are returned unchanged."""
        return [self._decrypt(payload) for payload in payloads]

    def _encrypt(self, payload: Payload) -> Payload:
        nonce, name = os.urandom(_NONCE), self._current.encode()
        sealed = self._keys[self._current].encrypt(nonce, payload.SerializeToString(), name)
        metadata = {"encoding": _ENCODING, "encryption-key-id": name}
        return Payload(metadata=metadata, data=nonce + sealed)

    def _decrypt(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != _ENCODING:
            return payload
        name = payload.metadata["encryption-key-id"]
        key = self._keys.get(name.decode())
        if key is None:
            raise PayloadUnreadable("its payload key is not among this process's keys")
        try:
            opened = key.decrypt(payload.data[:_NONCE], payload.data[_NONCE:], name)
        except InvalidTag:
            raise PayloadUnreadable("the payload was changed after it was encrypted") from None
        return Payload.FromString(opened)
