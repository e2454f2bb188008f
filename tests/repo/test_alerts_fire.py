"""order.4, order.11: each alert about orders and drift is off while all is well, and fires."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry

from api.internal.metrics import DatabaseMetrics
from domain.inventory.drift import RepairLimits
from storage.database import Database
from storage.orders import jeopardy
from tests.builders import drift
from tests.builders.orders import OWNER, Orders, of
from tests.builders.rows import carry_out, service
from tests.builders.step_runner import NO
from tests.oracles.alerts import is_on

_GROUPS = yaml.safe_load((Path(__file__).parents[2] / "ops/alerts.yml").read_text())["groups"]
RULES: Mapping[str, Any] = {r["alert"]: r for group in _GROUPS for r in group["rules"]}
ABOUT = ("volitus_order", "volitus_drift")


def held(orders: Orders) -> None:
    orders.attempt(orders.begun(of(0)), "set.1", NO)
    carry_out(orders.database, "UPDATE stuck SET since = since - interval '5 hours'")


def late(orders: Orders, by: str = "20 minutes") -> None:
    orders.begun(of(0))
    carry_out(orders.database, f"UPDATE service_order SET expected_at = now() - interval '{by}'")
    with orders.database.transaction() as session:
        jeopardy.alert(session)


def drift_held(orders: Orders) -> None:
    phone = service(2, OWNER)
    drift.should(orders.database, [phone.id], spendingLimit=10)
    none = RepairLimits(share=0, least=0)
    drift.checked(orders.database, drift.shown(phone, spendingLimit=20), limits=none)


def unchecked(orders: Orders) -> None:
    drift.checked(orders.database)
    carry_out(orders.database, "UPDATE process SET ended_at = ended_at - interval '3 days'")


def unread(orders: Orders) -> None:
    drift.checked(orders.database)
    carry_out(
        orders.database,
        """UPDATE operation SET result = result || '{"networks_given_up": 1}'""",
    )


EXAMPLES: Mapping[str, Callable[[Orders], None]] = {
    "VolitusOrderHeld": held,
    "VolitusOrdersLate": late,
    "VolitusOrderLateForLong": lambda orders: late(orders, "25 hours"),
    "VolitusDriftHeld": drift_held,
    "VolitusDriftCheckOld": unchecked,
    "VolitusDriftNetworkUnread": unread,
}


def test_every_alert_about_orders_and_drift_has_an_example() -> None:
    about = {name for name, rule in RULES.items() if any(word in rule["expr"] for word in ABOUT)}

    assert about == set(EXAMPLES)


@pytest.mark.parametrize("alert", EXAMPLES)
def test_order_4_order_11_an_alert_fires_on_its_example_only(
    database: Database, orders: Orders, alert: str
) -> None:
    registry = CollectorRegistry()
    registry.register(DatabaseMetrics(database))
    orders.begun(of(1))
    drift.checked(database)
    assert not is_on(RULES[alert], registry)

    EXAMPLES[alert](orders)

    assert is_on(RULES[alert], registry)
