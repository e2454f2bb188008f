"""A usage record, and how it is shown."""

from decimal import Decimal
from typing import Any, NamedTuple

from simulators.billing.months import Month, local

ZERO = Decimal(0)
PARTS = Decimal("0.000001")
"""What costs of records are rounded to."""
OUTGOING, INCOMING, FORWARDED = "outgoing", "incoming", "forwarded"
VOICE, SMS, MMS, DATA, PREMIUM = "voice", "sms", "mms", "data", "premium"


class Record(NamedTuple):
    """One call, message or data session. Moments are seconds since 1970."""

    at: int
    id: str
    service: str
    own: str | None
    kind: str
    direction: str
    other: str | None
    withheld: bool
    zone: str
    country: str
    roaming: bool
    used: int
    billed: int
    bytes: int
    pieces: int
    in_bundle: bool
    cost: Decimal
    tax: int
    received: int
    imei: str
    cell: str

    @property
    def month(self) -> Month:
        """The month whose invoice has it: what comes after that was issued is on the next one."""
        month = Month.of(local(self.at))
        return month if self.received < month.issued_at else month.plus(1)

    @property
    def line(self) -> str:
        """The kind of the invoice line that has it."""
        if self.kind == PREMIUM:
            return "premium"
        if self.roaming:
            return "roaming"
        return SMS if self.kind == MMS else self.kind


def view(record: Record, bill_no: str | None) -> dict[str, Any]:
    """Return a record as TMF635 shows it; ``bill_no``: of the invoice that has it already."""
    values = {
        "service": record.service,
        "direction": record.direction,
        "ownNumber": record.own,
        "otherNumber": record.other,
        "withheld": record.withheld,
        "zone": record.zone,
        "country": record.country,
        "roaming": record.roaming,
        "usedSeconds": record.used,
        "billedSeconds": record.billed,
        "bytes": record.bytes,
        "count": record.pieces,
        "inBundle": record.in_bundle,
        "billNo": bill_no,
        "imei": record.imei,
        "cell": record.cell,
    }
    return {
        "id": record.id,
        "usageDate": local(record.at).isoformat(),
        "usageType": record.kind,
        "status": "rated" if bill_no is None else "billed",
        "usageCharacteristic": [{"name": n, "value": v} for n, v in values.items()],
        "ratedProductUsage": [
            {
                "isBilled": bill_no is not None,
                "taxRate": record.tax,
                "taxExcludedRatingAmount": {"unit": "EUR", "value": record.cost},
            }
        ],
    }
