"""What an effect is told about its step."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Sent:
    """What is known of the attempt that the target is asked about."""

    receipt: Mapping[str, Any] = field(default_factory=dict)
    """Of ``Accepted``; empty where its answer was lost."""
    ago: timedelta = timedelta()
    """Since it was sent."""
