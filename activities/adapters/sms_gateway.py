"""The port to an SMS gateway. The first one behind it is ``activities.adapters.messente``."""

from datetime import timedelta
from typing import Protocol
from uuid import UUID


class SmsGateway(Protocol):
    """Hands over one SMS. Calls block."""

    def send(self, to: str, text: str, ttl: timedelta, client_ref: UUID) -> str:
        """Send, and return the gateway's id of the message.

        ``ttl``: not worth delivering later. The gateway reports under ``client_ref``, which is how
        a lost answer is told of. Raises access.steps.NotDone; the ``detail`` of a refusal is the
        gateway's own code.
        """
        ...
