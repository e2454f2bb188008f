"""The port to an SMS gateway. The first one behind it is ``activities.messente``."""

from datetime import timedelta
from typing import Protocol
from uuid import UUID


class SmsRefused(Exception):
    """The gateway will not send it, and asking again cannot help. ``code`` is its own."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class SmsNotSent(Exception):
    """Trouble, and certainly nothing was sent: try again."""


class SmsInDoubt(Exception):
    """The answer was lost: it may have been sent. Not to be repeated without asking."""


class SmsGateway(Protocol):
    """Hands over one SMS. Calls block."""

    def send(self, to: str, text: str, ttl: timedelta, client_ref: UUID) -> str:
        """Send, and return the gateway's id of the message.

        ``ttl``: not worth delivering later. The gateway reports under ``client_ref``, which is how
        a lost answer is asked about. Raises SmsRefused, SmsNotSent or SmsInDoubt.
        """
        ...
