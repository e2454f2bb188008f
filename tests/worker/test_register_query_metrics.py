"""Metrics of the day's queries to the register."""

from prometheus_client import REGISTRY

from domain.registry.query_limits import Asker, QueryLimits
from storage.database import Database
from storage.registry.query_budget import RegisterBudget
from tests.builders.days import ZONE
from worker.register_query_metrics import RegisterQueryMetrics

LIMITS = QueryLimits(daily=10, for_people=2, for_sync=3)


def shown(what: str) -> dict[str, float | None]:
    return {
        asker: REGISTRY.get_sample_value(
            f"volitus_register_queries_{what}", {"register": "xx", "asker": asker}
        )
        for asker in Asker
    }


async def test_fault_12_both_uses_of_the_day_and_what_is_left_are_measured(
    database: Database,
) -> None:
    budget = RegisterBudget(database, "xx", LIMITS, at_once=1, zone=ZONE)
    metrics = RegisterQueryMetrics(database, "xx", LIMITS, ZONE)
    metrics.measure()
    before = shown("used"), shown("left")

    for asker in (Asker.PEOPLE, Asker.PEOPLE, Asker.SYNC):
        with budget.acquire(asker):
            pass
    metrics.measure()

    assert REGISTRY.get_sample_value("volitus_register_queries_limit", {"register": "xx"}) == 10
    assert before == ({"people": 0, "sync": 0}, {"people": 7, "sync": 8})
    assert (shown("used"), shown("left")) == (
        {"people": 2, "sync": 1},
        {"people": 5, "sync": 7},
    )
