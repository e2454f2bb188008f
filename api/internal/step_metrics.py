"""What the database tells of steps, targets and operators' decisions, as metrics."""

from collections import Counter
from collections.abc import Iterator
from threading import Lock
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from sqlalchemy import Row

from domain.ops.repairs import Fix
from domain.ops.resolutions import Resolution
from domain.provisioning.steps import Decision
from domain.provisioning.targets import TargetState
from storage.database import Connection
from storage.provisioning import metrics_queries


class Acts:
    """Decisions and endings since the history began, so a restart sets nothing back to nought.

    The first reading counts all of the history, each later one only what is new.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._position = 0
        self._decisions = Counter({str(each): 0 for each in (*Decision, *Fix)})
        self._endings = Counter({str(each): 0 for each in Resolution})

    def read(self, connection: Connection) -> list[Metric]:
        """All that there are by now."""
        with self._lock:
            found = metrics_queries.acts_since(connection, self._position)
            self._position = found.position
            for act in found.acts:
                (self._decisions if act["decided"] else self._endings)[act["code"]] += act["count"]
            return [
                _counter("stuck_decisions", "What was decided.", "decision", self._decisions),
                _counter("stuck_ended", "How what was stuck ended.", "how", self._endings),
            ]


def _counter(name: str, words: str, label: str, counts: Counter[str]) -> Metric:
    family = CounterMetricFamily(f"volitus_{name}", words, labels=[label])
    for value, count in counts.items():
        family.add_metric([value], count)
    return family


def gauges(seen: Row[Any]) -> Iterator[Metric]:
    """What is stuck now, how targets are, which operations are open."""
    yield from _stuck(seen.stuck)
    yield from _targets(seen.targets)
    operations = GaugeMetricFamily(
        "volitus_operations_open", "Operations not ended.", labels=["kind"]
    )
    for kind, count in seen.operations.items():
        operations.add_metric([kind], count)
    yield operations


def _stuck(groups: list[dict[str, Any]]) -> Iterator[Metric]:
    labels = ["target", "reason", "kind"]
    counts = GaugeMetricFamily("volitus_stuck", "What is stuck.", labels=labels)
    ages = GaugeMetricFamily(
        "volitus_stuck_oldest_age_seconds", "Since the oldest of them is stuck.", labels=labels
    )
    for group in groups:
        told = [group["target"], group["code"], group["kind"]]
        counts.add_metric(told, group["count"])
        ages.add_metric(told, group["age"])
    yield counts
    yield ages


def _targets(rows: list[dict[str, Any]]) -> Iterator[Metric]:
    states = GaugeMetricFamily(
        "volitus_target_state", "1 for the state that it is in.", labels=["target", "state"]
    )
    waiting = GaugeMetricFamily(
        "volitus_target_waiting_steps", "Steps that wait for it.", labels=["target"]
    )
    failures = GaugeMetricFamily(
        "volitus_target_failures_in_a_row", "Since it last answered.", labels=["target"]
    )
    for row in rows:
        for state in TargetState:
            states.add_metric([row["name"], state], row["state"] == state)
        waiting.add_metric([row["name"]], row["waiting"])
        failures.add_metric([row["name"]], row["failures"])
    yield from (states, waiting, failures)
