"""Selection of usage records for an extract: a period of local days, and conditions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.billing.months import Period
from domain.call_details.records import Direction, UsageKind, UsageRecord
from domain.days import start_of


def period_of_days(first: date, last: date, zone: ZoneInfo) -> Period:
    """Return the period from the start of one local day to the end of another.

    A day is 23 or 25 hours long where clocks change, and no moment is in two days or in none.
    """
    return Period(start_of(first, zone), start_of(last + timedelta(days=1), zone))


@dataclass(frozen=True, slots=True)
class UsageFilter:
    """Conditions that a usage record must fulfil, all of them. Empty or None: any."""

    period: Period
    """A record belongs to its start, however long it lasts."""
    services: frozenset[UUID]
    """No others are taken, whatever billing answers. Never empty: those that may be shown."""
    kinds: frozenset[UsageKind] = frozenset()
    direction: Direction | None = None
    is_roaming: bool | None = None
    min_cost: Decimal | None = None
    """Cost without VAT in EUR, that or more."""
    arrived: Mapping[UUID, datetime] = field(default_factory=dict[UUID, datetime], hash=False)
    """Services that came from another account, and when: what was before is that one's."""

    def taker(self) -> Callable[[UsageRecord], bool]:
        """Return the function that says whether a record is taken."""
        start, end = self.period
        services, kinds = self.services, tuple(self.kinds)
        direction, roaming, least = self.direction, self.is_roaming, self.min_cost

        def takes(record: UsageRecord) -> bool:
            return (
                start <= record.started_at < end
                and record.service_id in services
                and (not kinds or record.kind in kinds)
                and (direction is None or record.direction is direction)
                and (roaming is None or record.is_roaming is roaming)
                and (least is None or record.net >= least)
            )

        if not self.arrived:
            return takes
        arrived = self.arrived
        return lambda record: (
            takes(record) and record.started_at >= arrived.get(record.service_id, start)
        )
