"""Activities of feature ``ops``: bulk retries."""

from activities.ops.bulk_retry import BulkRetryActivities
from settings.processes import WorkerSettings
from storage.database import Database
from worker.registration import ActivityCarrier


def ops(settings: WorkerSettings, database: Database) -> list[ActivityCarrier]:
    """Build them."""
    return [BulkRetryActivities(database, settings.bulk_retry.rate)]
