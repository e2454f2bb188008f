"""Activities of feature ``delegations``."""

from activities.delegations.ceremony import DelegationActivities
from activities.delegations.departure_review import DepartureReviewActivities
from settings.processes import WorkerSettings
from storage.database import Database
from worker.registration import ActivityCarrier


def delegations(settings: WorkerSettings, database: Database) -> list[ActivityCarrier]:
    """Build them."""
    return [
        DelegationActivities(database),
        DepartureReviewActivities(database, settings.departure.rules(), settings.zone),
    ]
