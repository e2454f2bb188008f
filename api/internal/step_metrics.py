"""Metrics of steps, targets and operators' decisions, from the database."""

from collections import Counter
from collections.abc import Iterator, Sequence
from threading import Lock

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from domain.ops.repairs import Repair
from domain.ops.resolutions import Resolution
from domain.provisioning.steps import Decision
from domain.provisioning.targets import TargetState
from storage.database import Connection
from storage.provisioning import metrics_queries
from storage.provisioning.metrics_queries import StepMetrics, StuckGroup, TargetCounts


class DecisionCounters:
    """Decisions and resolutions, counted from the history: a restart does not reset them.

    The first call counts the whole history, each later one only what is new.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._position = 0
        self._decisions = Counter({str(each): 0 for each in (*Decision, *Repair)})
        self._resolutions = Counter({str(each): 0 for each in Resolution})

    def read(self, connection: Connection) -> list[Metric]:
        """Return both counters as of now."""
        with self._lock:
            self._position, counts = metrics_queries.event_counts(connection, self._position)
            for each in counts:
                counter = self._decisions if each.is_decision else self._resolutions
                counter[each.code] += each.size
            return [
                _counter("stuck_decisions", "Decisions taken.", "decision", self._decisions),
                _counter("stuck_ended", "Stuck items closed.", "resolution", self._resolutions),
            ]


def _counter(name: str, help_text: str, label: str, counts: Counter[str]) -> Metric:
    family = CounterMetricFamily(f"volitus_{name}", help_text, labels=[label])
    for value, count in counts.items():
        family.add_metric([value], count)
    return family


def gauges(metrics: StepMetrics) -> Iterator[Metric]:
    """Gauges of stuck items, targets and open operations."""
    yield from _stuck(metrics.stuck)
    yield from _targets(metrics.targets)
    operations = GaugeMetricFamily(
        "volitus_operations_open", "Operations that have not ended.", labels=["kind"]
    )
    for kind, count in metrics.open_operations.items():
        operations.add_metric([kind], count)
    yield operations


def _stuck(groups: Sequence[StuckGroup]) -> Iterator[Metric]:
    labels = ["target", "reason", "kind"]
    counts = GaugeMetricFamily("volitus_stuck", "Open stuck items.", labels=labels)
    ages = GaugeMetricFamily(
        "volitus_stuck_oldest_age_seconds",
        "Seconds since the oldest of them became stuck.",
        labels=labels,
    )
    for group in groups:
        values = [group.target, group.code, group.kind]
        counts.add_metric(values, group.size)
        ages.add_metric(values, group.oldest_age)
    yield counts
    yield ages


def _targets(targets: Sequence[TargetCounts]) -> Iterator[Metric]:
    states = GaugeMetricFamily(
        "volitus_target_state", "1 for the state that the target is in.", labels=["target", "state"]
    )
    waiting = GaugeMetricFamily(
        "volitus_target_waiting_steps", "Steps that wait for the target.", labels=["target"]
    )
    failures = GaugeMetricFamily(
        "volitus_target_failures_in_a_row",
        "Failures since the target last answered.",
        labels=["target"],
    )
    failing = GaugeMetricFamily(
        "volitus_target_failing_resources",
        "Resources that failed at the target and were not answered since, by the last reason.",
        labels=["target", "reason"],
    )
    for target in targets:
        for code, resources in _by_code(target).items():
            failing.add_metric([target.name, code], resources)
        for state in TargetState:
            states.add_metric([target.name, state], target.state is state)
        waiting.add_metric([target.name], target.waiting_steps)
        failures.add_metric([target.name], target.failures)
    yield from (states, waiting, failures, failing)


def _by_code(target: TargetCounts) -> Counter[str]:
    """Count resources by code, whatever the target's own code was."""
    counts: Counter[str] = Counter()
    for each in target.failing:
        counts[each.code] += each.resources
    return counts
