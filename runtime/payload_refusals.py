"""Payloads that a process must not believe, and the error that reading one raises.

The codec cannot raise for them: Temporal's SDK decodes everything that has happened to a workflow
at once, so one forged signal would fail every task of it from then on. A refused payload is
replaced by an empty one of its own encoding, and only who reads it fails: an update is rejected, a
signal dropped, a result or an input not accepted.
"""

from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import EncodingPayloadConverter

_ENCODING = "binary/refused"


class PayloadUnreadable(Exception):
    """The payload's key is not in this process's ring, or the payload must not be believed."""


def refusal(reason: str) -> Payload:
    """Make the payload that takes the place of a refused one."""
    return Payload(metadata={"encoding": _ENCODING.encode(), "reason": reason.encode()})


def is_refused(payload: Payload) -> bool:
    """Return whether this payload takes the place of a refused one."""
    return payload.metadata.get("encoding") == _ENCODING.encode()


class StrictPayloadConverter(PydanticPayloadConverter):
    """Pydantic models; reading a refused payload raises PayloadUnreadable."""

    def __init__(self) -> None:
        super().__init__()
        self._set_converters(*self.converters.values(), _Refused())


class _Refused(EncodingPayloadConverter):
    @property
    def encoding(self) -> str:
        return _ENCODING

    def to_payload(self, value: object) -> Payload | None:
        del value
        return None

    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:
        del type_hint
        raise PayloadUnreadable(payload.metadata["reason"].decode())
