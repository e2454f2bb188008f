"""What TMF640 leaves open to a network, and our extension of it."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Characteristics(StrEnum):
    """What a PATCH does to the characteristics that it does not name."""

    REPLACED = "replaced"
    """It removes them, as by JSON Merge Patch (RFC 7396): so all of them are sent."""
    MERGED = "merged"
    """It keeps them: so only those that change are sent."""


@dataclass(frozen=True, slots=True)
class NetworkDialect:
    """How a network behaves. The default is what the standard says, and nothing beyond it."""

    has_keys: bool = False
    """The network makes the change of an ``Idempotency-Key`` once, and finds it by the key."""
    characteristics: Characteristics = Characteristics.REPLACED
    repeat_after: timedelta = timedelta(minutes=2)
    """A state that was sent so long ago, and that a network without keys neither shows nor works
    on, is sent again."""
