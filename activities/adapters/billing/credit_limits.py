"""Reads of credit limits, and of their history."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from activities.adapters.billing.reads import BillingReads, Listed
from activities.adapters.billing.whole_lists import read_whole
from activities.adapters.billing.wire import (
    Wire,
    WireMoney,
    id_of,
    moment_of,
    money_of,
    needed,
    text_of,
)
from activities.adapters.json_requests import is_id
from domain.billing.credit_limit import ChangedBy, CreditLimits, LimitChange, LimitHistory, LimitUse

_PAGE, _MOST = 500, 5000
"""Changes in a page, and at most: older ones are not shown."""


class _WireServiceLimit(Wire):
    service: str
    amount: WireMoney | None = None
    used: WireMoney | None = None


class _WireLimits(Wire):
    as_of: str
    amount: WireMoney | None = None
    used: WireMoney | None = None
    services: Sequence[_WireServiceLimit] = ()


class _WireBy(Wire):
    kind: str
    name: str | None = None


class _WireChange(Wire):
    id: str
    at: str
    by: _WireBy
    service: str | None = None
    before: WireMoney | None = msgspec.field(default=None, name="from")
    to: WireMoney | None = None
    reason: str | None = None
    key: str | None = None


def credit_limits(reads: BillingReads, account_id: UUID) -> CreditLimits:
    """Read the limits of an account and of its services. Raises NotDone."""

    def make(read: _WireLimits) -> CreditLimits:
        services = {
            UUID(each.service): LimitUse(money_of(each.amount), needed(each.used))
            for each in read.services
        }
        account = LimitUse(money_of(read.amount), needed(read.used))
        return CreditLimits(account, services, moment_of(read.as_of))

    return reads.one(_path(account_id), _WireLimits, make)


def history(reads: BillingReads, account_id: UUID) -> LimitHistory:
    """Read the newest changes of an account's limits, the newest first. Raises NotDone."""
    path = f"{_path(account_id)}/history"

    def page(offset: int, limit: int) -> Listed[LimitChange]:
        query = {"offset": str(offset), "limit": str(limit)}
        return reads.many(path, _WireChange, _change, query, is_first=offset == 0)

    told = read_whole(page, lambda each: each.id, size=_PAGE, most=_MOST)
    # Of one moment: in billing's order.
    changes = sorted(told.items, key=lambda each: each.at, reverse=True)
    return LimitHistory(changes, told.is_whole)


def _path(account_id: UUID) -> str:
    return f"/billingAccount/{account_id}/creditLimit"


def _key(key: str | None) -> str:
    """Return the key of the booking that changed it; empty: none of ours did."""
    return key if key is not None and is_id(key) else ""


def _change(read: _WireChange) -> LimitChange:
    return LimitChange(
        id_of(read.id),
        moment_of(read.at),
        None if read.service is None else UUID(read.service),
        money_of(read.before),
        money_of(read.to),
        ChangedBy(read.by.kind) if read.by.kind in {*ChangedBy} else ChangedBy.SYSTEM,
        text_of(read.by.name),
        text_of(read.reason),
        _key(read.key),
    )
