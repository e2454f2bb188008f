"""Port to an SMS gateway. ``activities.adapters.messente`` implements it."""

from datetime import timedelta
from typing import Protocol
from uuid import UUID


class SmsGateway(Protocol):
    """An SMS gateway. Calls block."""

    def send(self, to: str, text: str, ttl: timedelta, client_ref: UUID) -> str:
        """Send an SMS; returns the gateway's id of the message.

        ``ttl``: not worth delivering later. The gateway reports under ``client_ref``, so that a
        message whose answer was lost is still reported. Raises domain.provisioning.steps.NotDone;
        the ``detail`` of a refusal is the gateway's own code.
        """
        ...
