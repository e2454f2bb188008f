"""The API in front of a simulated billing, for whoever tests what it shows of it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from pydantic import HttpUrl

from activities.adapters.billing.reads import BillingReads
from activities.adapters.billing.requests import BillingRequests
from domain.billing.snapshots import FreshRules
from services.billing.connecting import reading_billing
from services.billing.reader import BillingReader
from settings.billing import BillingReadSettings
from storage.database import Database
from tests.builders.rows import carry_out
from tests.clients.api_client import Front, open_front
from tests.clients.billing_client import TOKEN, Client
from tests.fixtures.patience import PATIENCE

TALLINN = ZoneInfo("Europe/Tallinn")
LONG = timedelta(hours=1)
SOON = timedelta(microseconds=1)
PATIENT = timedelta(seconds=min(PATIENCE, 12))


def settings_of(
    billing: Client,
    *,
    read_timeout: timedelta = PATIENT,
    fresh_for: timedelta = LONG,
    pause: timedelta = SOON,
) -> BillingReadSettings:
    """Settings with which nothing is too slow, and nothing is left alone for long."""
    return BillingReadSettings(
        url=HttpUrl(billing.billing_url),
        token=TOKEN,
        read_timeout=read_timeout,
        fresh_for=fresh_for,
        pause=pause,
    )


@asynccontextmanager
async def open_billing_front(
    database: Database, settings: BillingReadSettings, **options: Any
) -> AsyncIterator[Front]:
    """The API with the billing of these settings; ``options`` of ``open_front``."""
    async with (
        reading_billing(database, settings, TALLINN) as reader,
        open_front(database, billing=reader, **options) as front,
    ):
        yield front


@contextmanager
def reader_of(database: Database, billing: Client) -> Iterator[BillingReader]:
    """A reader for an app that is called from several event loops."""
    with httpx.Client() as http:
        requests = BillingRequests(http, billing.billing_url, TOKEN, timeout=PATIENCE)
        rules = FreshRules(fresh_for=LONG, patience=PATIENT, pause=SOON)
        reader = BillingReader(database, BillingReads(requests, TALLINN), rules)
        yield reader
        asyncio.run(reader.aclose())


def age(database: Database, by: timedelta = timedelta(days=1)) -> None:
    """Let everything that billing said have been said earlier."""
    for table in ("billing_snapshot", "invoice"):
        carry_out(database, f"UPDATE {table} SET read_at = read_at - :by", by=by)
