"""What the database tells of the whole engine's health, read whenever metrics are asked for."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from storage import run_readings
from storage.database import Database


class VitalSigns(Collector):
    """A collector of gauges. Tells nothing while the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterator[Metric]:
        """One read."""
        try:
            with self._database.reading() as connection:
                seen = run_readings.vital_signs(connection)
        except SQLAlchemyError:
            return
        yield GaugeMetricFamily("volitus_events_unsealed", "Events not yet chained.", seen.unsealed)
        yield GaugeMetricFamily("volitus_records_aside", "Records set aside.", seen.aside)
        runs = GaugeMetricFamily("volitus_sync_runs", "Sync runs by state.", labels=["state"])
        for state, count in seen.runs.items():
            runs.add_metric([state], count)
        yield runs
        ages = GaugeMetricFamily(
            "volitus_register_good_word_age_seconds",
            "Since this source was last read well.",
            labels=["source"],
        )
        for source, age in seen.good_word_ages.items():
            ages.add_metric([source], age)
        yield ages

    def describe(self) -> list[Metric]:
        """Nothing in advance: registering must not need the database."""
        return []
