"""Activities of feature ``ops``: bulk retries."""

from activities.ops.bulk_retry import BulkRetrying
from settings.processes import WorkerSettings
from storage.database import Database


def ops(settings: WorkerSettings, database: Database) -> BulkRetrying:
    """Build them."""
    return BulkRetrying(database, settings.bulk_retry.rate)
