"""Make the reader of a process, over connections of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

import httpx

from activities.adapters.billing.reads import BillingReads
from activities.adapters.billing.requests import BillingRequests
from domain.billing.snapshots import FreshRules
from services.billing.reader import AT_ONCE, BillingReader
from settings.billing import BillingReadSettings
from storage.database import Database


def without_billing(database: Database, zone: ZoneInfo) -> BillingReader:
    """Return a reader where no setting names a billing: nothing is known."""
    return BillingReader(database, BillingReads(None, zone), FreshRules())


@asynccontextmanager
async def reading_billing(
    database: Database, settings: BillingReadSettings, zone: ZoneInfo
) -> AsyncIterator[BillingReader]:
    """The reader of the billing of these settings; its connections are closed afterwards."""
    rules = settings.rules()
    limits = httpx.Limits(max_connections=2 * AT_ONCE, max_keepalive_connections=AT_ONCE)
    with httpx.Client(limits=limits) as http:
        requests = None
        if settings.url is not None:
            timeout = rules.patience.total_seconds()
            requests = BillingRequests(http, str(settings.url), settings.token, timeout=timeout)
        reader = BillingReader(database, BillingReads(requests, zone), rules)
        try:
            yield reader
        finally:
            await reader.aclose()
