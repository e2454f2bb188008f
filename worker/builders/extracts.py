"""Builds the activities of feature ``extracts``."""

from collections.abc import Iterator
from contextlib import contextmanager

from activities.adapters.billing.usage_pages import HttpUsagePages, NoUsagePages, UsagePages
from activities.adapters.billing.usage_requests import UsageRequests
from activities.adapters.typst.apart import ApartRenderer
from activities.extracts.make import EndExtractActivities, ReadUsageActivities
from activities.extracts.make_pdf import MakePdfActivities
from settings.processes import WorkerSettings
from storage.database import Database
from worker.builders.http import http_client
from worker.registration import ActivityCarrier


@contextmanager
def extracts(settings: WorkerSettings, database: Database) -> Iterator[list[ActivityCarrier]]:
    """Build them over a client of their own, which is closed afterwards."""
    with _pages(settings) as pages:
        yield [
            ReadUsageActivities(database, pages, settings.zone, page=settings.extract.page),
            MakePdfActivities(
                database, ApartRenderer(), settings.zone, author=settings.operator.name
            ),
            EndExtractActivities(database),
        ]


@contextmanager
def _pages(settings: WorkerSettings) -> Iterator[UsagePages]:
    billing = settings.billing
    if billing.url is None:
        yield NoUsagePages()
        return
    with http_client(billing.timeout, settings.extract.slots) as http:
        seconds = billing.timeout.total_seconds()
        yield HttpUsagePages(UsageRequests(http, str(billing.url), billing.token, timeout=seconds))
