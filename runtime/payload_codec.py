"""Encryption of every payload that Temporal stores: AES-GCM with a ring of keys.

What is not encrypted with one of the keys is refused, and so is a payload that was made for another
workflow or namespace: who can write to Temporal but has no key can neither forge a payload nor move
one elsewhere.

To rotate: give every process the new key as readable, then make it the current one, and drop the
old one only after the longest run and the retention have passed.
"""

import json
import os
from collections.abc import Mapping, Sequence
from copy import copy
from typing import NamedTuple, Self

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    ActivitySerializationContext,
    PayloadCodec,
    SerializationContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)

from runtime.payload_refusals import PayloadUnreadable, refusal
from settings.temporal import PayloadSettings

_ENCODING = b"binary/encrypted"
_NONCE = 12

log = structlog.get_logger(__name__)


class _Place(NamedTuple):
    """Where a payload belongs. Empty strings: to no workflow, as the SDK named none."""

    namespace: str
    workflow_id: str


_NOWHERE = _Place("", "")


class PayloadCipher(PayloadCodec, WithSerializationContext):
    """Encrypts with the current key and decrypts with any.

    The key's id, the namespace and the workflow's id are authenticated with the payload. They are
    carried beside it, so that who knows of no workflow (the codec of Temporal's UI) can decrypt it.
    """

    def __init__(self, keys: Mapping[str, bytes], current: str) -> None:
        if current not in keys:
            raise ValueError("the current payload key is not among the payload keys")
        self._keys = {name: AESGCM(key) for name, key in keys.items()}
        self._current = current
        self.place: _Place | None = None
        """Where its payloads belong; None: wherever they say."""

    @classmethod
    def of(cls, settings: PayloadSettings) -> Self:
        """The cipher with the keys of these settings."""
        return cls(settings.ring(), settings.key_current)

    def with_context(self, context: SerializationContext) -> Self:
        """Return a cipher for the payloads of one workflow and its activities."""
        if not isinstance(context, WorkflowSerializationContext | ActivitySerializationContext):
            return self
        placed = copy(self)
        placed.place = _Place(context.namespace, context.workflow_id or "")
        return placed

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Encrypt each payload, its metadata included."""
        return [self._encrypt(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Decrypt each payload; a refusal takes the place of one that must not be believed.

        Raises PayloadUnreadable where only the key is missing: it may be given to this process yet.
        """
        return [self._decrypt(payload) for payload in payloads]

    def _encrypt(self, payload: Payload) -> Payload:
        nonce, place = os.urandom(_NONCE), self.place or _NOWHERE
        bound = _bound(self._current, place)
        sealed = self._keys[self._current].encrypt(nonce, payload.SerializeToString(), bound)
        metadata = {
            "encoding": _ENCODING,
            "encryption-key-id": self._current.encode(),
            "namespace": place.namespace.encode(),
            "workflow-id": place.workflow_id.encode(),
        }
        return Payload(metadata=metadata, data=nonce + sealed)

    def _decrypt(self, payload: Payload) -> Payload:
        try:
            return Payload.FromString(self._opened(payload))
        except _Refused as refused:
            log.warning("payload_refused", reason=str(refused), wanted=self.place)
            return refusal(str(refused))

    def _opened(self, payload: Payload) -> bytes:
        if payload.metadata.get("encoding") != _ENCODING:
            raise _Refused("the payload is not encrypted")
        name, place = _carried(payload)
        key = self._keys.get(name)
        if key is None:
            raise PayloadUnreadable("its payload key is not among this process's keys")
        try:
            opened = key.decrypt(payload.data[:_NONCE], payload.data[_NONCE:], _bound(name, place))
        except (InvalidTag, ValueError):
            raise _Refused("the payload was changed after it was encrypted") from None
        if self.place not in (None, place):
            raise _Refused("the payload was made for another workflow")
        return opened


class _Refused(Exception):
    """A payload must not be believed."""


def _carried(payload: Payload) -> tuple[str, _Place]:
    """Read the key's id and the place that stand beside an encrypted payload."""
    metadata = payload.metadata
    try:
        place = _Place(metadata["namespace"].decode(), metadata["workflow-id"].decode())
        return metadata["encryption-key-id"].decode(), place
    except UnicodeDecodeError:
        raise _Refused("the payload was changed after it was encrypted") from None


def _bound(key_id: str, place: _Place) -> bytes:
    return json.dumps([key_id, *place]).encode()
