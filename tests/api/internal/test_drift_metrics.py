"""order.11: operations see how much differs, and whether networks are checked."""

from prometheus_client import CollectorRegistry

from api.internal.metrics import DatabaseMetrics
from storage.database import Database
from tests.builders.drift import checked, phones, shown


def test_order_11_open_differences_and_the_last_check_are_measured(database: Database) -> None:
    metrics = CollectorRegistry()
    metrics.register(DatabaseMetrics(database))
    assert metrics.get_sample_value("volitus_drift_check_age_seconds") is None

    first, second, _ = phones(database, 3, package="M")
    checked(database, shown(first, package="L"), shown(second))

    found = {"characteristic": "package", "state": "proposed"}
    assert metrics.get_sample_value("volitus_drift", found) == 1
    unread = metrics.get_sample_value("volitus_drift_check_services", {"result": "unread"})
    assert unread == 1
    assert metrics.get_sample_value("volitus_drift_check_networks_given_up") == 0
    age = metrics.get_sample_value("volitus_drift_check_age_seconds")
    assert age is not None
    assert age >= 0
