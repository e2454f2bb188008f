"""Activities of feature ``delegations``."""

from activities.delegations.ceremony import DelegationActivities
from storage.database import Database
from worker.registration import ActivityCarrier


def delegations(database: Database) -> list[ActivityCarrier]:
    """Build them."""
    return [DelegationActivities(database)]
