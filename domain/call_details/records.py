"""Usage records: one call, message, data session or premium service each, as billing rated it.

A record has no field for what nobody is to see: the device (IMEI), the cell, and the number of a
caller who withheld it. The adapter leaves them out before a record exists.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class UsageKind(StrEnum):
    """Kind of a usage record."""

    VOICE = "voice"
    SMS = "sms"
    MMS = "mms"
    DATA = "data"
    PREMIUM = "premium"
    """A service that costs extra, whether called or written to."""


class Direction(StrEnum):
    """Direction of a usage record, seen from the own number."""

    OUTGOING = "outgoing"
    INCOMING = "incoming"
    FORWARDED = "forwarded"
    """A call to the own number that was passed on to another one."""


class UsageRecord(NamedTuple):
    """One call, message or data session. A tuple: an extract reads millions of them."""

    id: str
    """Billing's own."""
    started_at: datetime
    """Start of the call, with an offset. A record belongs to its start."""
    kind: UsageKind
    service_id: UUID
    direction: Direction
    own_number: str
    """E.164; empty: the service has none."""
    other_number: str
    """E.164 or a short number. Empty: there is none, as of data, or its caller withheld it."""
    zone: str
    """The operator's name of the zone by which it was rated."""
    country: str
    """ISO 3166 code of the country where it was used, or called; empty: not told."""
    is_roaming: bool
    used_seconds: int
    billed_seconds: int
    bytes: int
    quantity: int
    """Messages or uses (``count`` of billing and of files; a tuple has a method of that name)."""
    net: Decimal
    """Cost without VAT in EUR, with up to six decimals: only sums are rounded."""
    vat_rate: Decimal
    """Percent."""
    is_in_bundle: bool
    """The package covers it."""
    bill_number: str
    """Number of the invoice that has it; empty: none has."""
