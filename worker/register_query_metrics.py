"""Metrics of the day's queries to a register. Every worker measures the same numbers."""

from contextlib import AbstractAsyncContextManager
from zoneinfo import ZoneInfo

import structlog
from prometheus_client import Gauge

from domain.registry.query_limits import Asker, QueryLimits
from runtime.periodic import run_periodically
from runtime.threads import on_thread
from storage.database import LOST, Database
from storage.registry import query_budget

log = structlog.get_logger(__name__)

_INTERVAL_SECONDS = 15
USED = Gauge(
    "volitus_register_queries_used", "Queries to the register today.", ["register", "asker"]
)
LEFT = Gauge(
    "volitus_register_queries_left",
    "Queries to the register that are left today.",
    ["register", "asker"],
)
LIMIT = Gauge(
    "volitus_register_queries_limit", "Queries to the register that a day allows.", ["register"]
)


class RegisterQueryMetrics:
    """Measures every 15 s. While the database does not answer, it reports no values."""

    def __init__(
        self, database: Database, register: str, limits: QueryLimits, zone: ZoneInfo
    ) -> None:
        self._database = database
        self._register = register
        self._limits = limits
        self._zone = zone

    def running(self) -> AbstractAsyncContextManager[None]:
        """Measure while the block runs."""
        return run_periodically(self._measure_safely, lambda: _INTERVAL_SECONDS)

    async def _measure_safely(self) -> None:
        try:
            await on_thread(self.measure)
        except LOST as error:
            USED.clear()
            LEFT.clear()
            LIMIT.clear()
            log.warning("register_queries_not_measured", error=type(error).__name__)

    def measure(self) -> None:
        """Measure once."""
        with self._database.reading() as connection:
            used = query_budget.used_today(connection, self._register, self._zone)
        LIMIT.labels(self._register).set(self._limits.daily)
        for asker in Asker:
            USED.labels(self._register, asker).set(used[asker])
            LEFT.labels(self._register, asker).set(self._limits.left(asker, used))
