"""Use case of readers: the usage of a month, of every service of an account that somebody sees.

Billing sums up a month as a whole. Of a number that became somebody's in the middle of it, they
see what was used from that day on: it is summed up from the days of that service.
"""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.billing import usage
from domain.billing.money import can_be_summed
from domain.billing.months import Month
from domain.billing.snapshots import Known
from domain.billing.usage import Allowance, MonthUsage, UsageRow
from domain.days import day_of
from services.billing import months
from services.billing.billed_services import BilledServices
from services.billing.reader import BillingReader, BillingUnavailable

MOST_SINGLE = 10
"""Single services whose days are asked for, one by one."""


@dataclass(frozen=True, slots=True)
class ToldUsage:
    """What billing says of a month of an account, as far as it was asked."""

    month: Month
    known: Known[MonthUsage]
    """Of each service in the month."""
    together: Known[MonthUsage] | None
    """Of all services together by days; None: it was not asked, or does not say it."""
    single: Mapping[UUID, Known[MonthUsage]]
    """Of single services by days."""

    @property
    def answer(self) -> Known[MonthUsage]:
        """The month, as stale as anything that is shown of it."""
        stale = (each.stale for each in self._all if each.stale is not None)
        return replace(self.known, stale=next(stale, None))

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing of what billing told."""
        return all(each.value.is_whole for each in self._all)

    @property
    def _all(self) -> list[Known[MonthUsage]]:
        together = [] if self.together is None else [self.together]
        return [self.known, *together, *self.single.values()]


async def read_account_usage(
    billing: BillingReader, account_id: UUID, month: Month, seen: BilledServices
) -> ToldUsage:
    """Ask billing for what is shown of a month. Raises BillingUnavailable."""
    needed = _begun_in(month, seen, billing.zone).keys()
    is_few = not seen.sees_account and len(seen.services) <= MOST_SINGLE
    wanted = list(seen.services if is_few else needed)
    known, together, single = await asyncio.gather(
        billing.read(months.usage_of_services(account_id, month)),
        _by_day(billing, account_id, month) if seen.sees_account else _nothing(),
        asyncio.gather(
            *(_by_day(billing, account_id, month, id_, is_needed=id_ in needed) for id_ in wanted)
        ),
    )
    found = {id_: each for id_, each in zip(wanted, single, strict=True) if each is not None}
    return ToldUsage(month, known, together, found)


def rows_of_services(told: ToldUsage, seen: BilledServices, zone: ZoneInfo) -> list[UsageRow]:
    """Return what was used of each service in the month, as far as it is shown."""
    begun = _begun_in(told.month, seen, zone)
    rows = [
        row
        for row in told.known.value.rows
        if row.service_id is not None and seen.sees(row.service_id) and row.service_id not in begun
    ]
    late = _days_of(told, {id_: first for id_, first in begun.items() if id_ in told.single})
    if can_be_summed(row.amount.net for row in (*rows, *late)):
        rows += late
    return usage.shown(rows, None)


def days_of_services(
    told: ToldUsage, seen: BilledServices, zone: ZoneInfo
) -> list[UsageRow] | None:
    """Return what was used on each day of all these services together; None: it is not known."""
    if seen.sees_account:
        if told.together is None:
            return None
        owned = None if seen.owned_since is None else day_of(seen.owned_since, zone)
        rows = usage.since(told.together.value.rows, owned)
    elif seen.services.keys() <= told.single.keys():
        begun = _begun_in(told.month, seen, zone)
        rows = _days_of(told, {id_: begun.get(id_) for id_ in seen.services})
    else:
        return None
    shown = usage.shown(rows, None)
    return shown if can_be_summed(row.amount.net for row in shown) else None


def _days_of(told: ToldUsage, services: Mapping[UUID, date | None]) -> list[UsageRow]:
    """Return the days of single services, of each from a day on; None: all."""
    days = (usage.since(told.single[id_].value.rows, first) for id_, first in services.items())
    return [row for rows in days for row in rows]


def allowances_of_services(
    told: ToldUsage, seen: BilledServices, zone: ZoneInfo, *, is_open: bool
) -> Mapping[UUID, list[Allowance]]:
    """Return what the packages allow: of a month that was partly another's only while it lasts."""
    hidden: Collection[UUID] = () if is_open else _begun_in(told.month, seen, zone)
    found = usage.allowed(told.known.value.allowances)
    return {id_: each for id_, each in found.items() if id_ not in hidden}


def _begun_in(month: Month, seen: BilledServices, zone: ZoneInfo) -> dict[UUID, date]:
    """Return the services that became theirs after the month began, and on which day."""
    days = {id_: day_of(at, zone) for id_, at in seen.theirs_since.items()}
    return {id_: first for id_, first in days.items() if first > month.first_day}


async def _by_day(
    billing: BillingReader,
    account_id: UUID,
    month: Month,
    service_id: UUID | None = None,
    *,
    is_needed: bool = False,
) -> Known[MonthUsage] | None:
    try:
        return await billing.read(months.usage_by_day(account_id, month, service_id))
    except BillingUnavailable:
        if is_needed:
            raise
        return None


async def _nothing() -> None:
    return None
