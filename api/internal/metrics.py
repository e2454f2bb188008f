"""What the database tells of the whole engine's health, read whenever metrics are asked for."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from api.internal import step_metrics
from storage.database import Database
from storage.provisioning import metrics_queries
from storage.registry import sync_run_queries


class VitalSigns(Collector):
    """A collector. Tells nothing while the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._acts = step_metrics.Acts()

    def collect(self) -> Iterator[Metric]:
        """Three short reads."""
        try:
            with self._database.reading() as connection:
                seen = sync_run_queries.vital_signs(connection)
                steps = metrics_queries.step_signs(connection)
                acts = self._acts.read(connection)
        except SQLAlchemyError:
            return
        yield GaugeMetricFamily("volitus_events_unsealed", "Events not yet sealed.", seen.unsealed)
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
        yield from step_metrics.gauges(steps)
        yield from acts

    def describe(self) -> list[Metric]:
        """Nothing in advance: registering must not need the database."""
        return []
