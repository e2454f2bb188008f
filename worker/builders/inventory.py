"""Builds the activities of feature ``inventory``."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from activities.inventory.drift_check import DriftCheckActivities, ReadListActivities
from settings.processes import WorkerSettings
from storage.database import Database
from worker.builders.provisioning import networks
from worker.registration import ActivityCarrier


@contextmanager
def inventory(settings: WorkerSettings, database: Database) -> Iterator[list[ActivityCarrier]]:
    """Build them over clients of their own, which are closed afterwards."""
    with ExitStack() as stack:
        yield [
            DriftCheckActivities(database, settings.drift.limits()),
            ReadListActivities(database, networks(settings, stack), page=settings.drift.page),
        ]
