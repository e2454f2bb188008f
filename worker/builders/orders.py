"""Builds the activities of feature ``orders``."""

from activities.orders.orders import OrderActivities
from storage.database import Database
from worker.registration import ActivityCarrier


def orders(database: Database) -> list[ActivityCarrier]:
    """Build them."""
    return [OrderActivities(database)]
