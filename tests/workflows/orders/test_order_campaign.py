"""A campaign over orders of several items: whatever fails, effects once, undone once.

Drawn from a seed: orders on six services that they share, some of them cancelled; a network and a
billing system that lose answers, fail and refuse. The small form has few orders; ``--long`` 500.
"""

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from domain.catalogue.products import Refusal
from domain.catalogue.step_actions import StepAction, UndoAction
from domain.orders.planned_steps import PlannedStep
from domain.provisioning.steps import Decision
from storage.orders.cancelling import CancelOpen, OrderOver
from tests.builders.orders import NewItem
from tests.builders.rows import rows, service
from tests.builders.step_runner import decide
from tests.fixtures.engine import until
from tests.fixtures.order_stack import BILLING, LIMIT, OFFICE, READ, SET, OrderStack, limit
from tests.oracles.order_effects import violations

SERVICES = range(1, 7)
AT_ONCE = 8
"""Orders that are open together."""
SUBSCRIBE = PlannedStep(
    "subscribe", BILLING, StepAction.SUBSCRIBE, UndoAction.UNSUBSCRIBE, refusal=Refusal.FAIL
)
STEPS = (READ, SUBSCRIBE, replace(SET, refusal=Refusal.FAIL), LIMIT)
_STUCK = "SELECT * FROM stuck WHERE state = 'stuck' AND kind = 'refused'"
_OPEN = "SELECT FROM process WHERE ended_at IS NULL AND type = 'order'"


def _faults(sources: Mapping[str, Mapping[str, float]]) -> list[dict[str, Any]]:
    return [
        {"source": source, "kind": kind, "rate": rate}
        for source, kinds in sources.items()
        for kind, rate in kinds.items()
    ]


def break_both(stack: OrderStack, seed: int) -> None:
    """Let every tenth answer be lost, and others fail or be a refusal."""
    often = {"cut": 0.1, "http_500": 0.05, "http_503": 0.05}
    refusing = often | {"refuse": 0.05, "refuse_later": 0.05}
    network = _faults({"activation": refusing, "monitor": often, "service": often})
    for simulator, faults in (
        (stack.network, network),
        (stack.billing, _faults({"booking": refusing, "question": often})),
    ):
        simulator.control("PUT", "/seed", {"seed": seed})
        simulator.control("PUT", "/faults", faults)


def items(chance: Random, numbers: list[int]) -> list[NewItem]:
    """One to three items, each of which may come after the one before it."""
    count = chance.randint(1, 3)
    return [
        limit(
            chance.choice(SERVICES),
            numbers.pop(),
            steps=STEPS,
            after=(chr(96 + number),) if number and chance.random() < 0.3 else (),
        )
        for number in range(count)
    ]


async def retry_refused(stack: OrderStack) -> bool:
    """Decide as an operator about undos that were refused; return whether no order is open."""
    for row in rows(stack.database, _STUCK):
        step = stack.step(row.process_id, _action(row))
        decide(stack.database, step, Decision.RETRY, row.version)
        await stack.wake(row.process_id)
    return not rows(stack.database, _OPEN)


def _action(row: Row[Any]) -> str:
    return str(row.action)


def cancel(stack: OrderStack, order: UUID) -> bool:
    try:
        stack.cancel(order)
    except (OrderOver, CancelOpen):
        return False
    return True


async def test_order_12_effects_happen_once_in_both_logs_and_are_undone_once_whatever_fails(
    ordering: OrderStack, long_run: bool
) -> None:
    seed = 1
    chance, numbers = Random(seed), list(range(1, 2000))
    for number in SERVICES:
        had = {"spendingLimit": 0, "spendingLimitAction": "bar"}
        ordering.network.tell_service(str(service(number, OFFICE).id), characteristics=had)
    break_both(ordering, seed)
    for _ in range((500 if long_run else AT_ONCE) // AT_ONCE):
        placed = [await ordering.place(*items(chance, numbers)) for _ in range(AT_ONCE)]
        for order in placed:
            if chance.random() < 0.25 and cancel(ordering, order):
                await ordering.wake(order)
        await until(lambda: retry_refused(ordering))
    for simulator in (ordering.network, ordering.billing):
        simulator.control("DELETE", "/faults")

    steps = rows(ordering.database, "SELECT * FROM step ORDER BY ended_at")
    assert violations(steps, ordering.network.applied(), ordering.billing.booked()) == []
    if long_run:  # what few orders come to depends on time
        assert {each.state for each in steps} == {"done", "undone", "dropped"}
    assert rows(ordering.database, "SELECT FROM stuck WHERE state <> 'closed'") == []
    for number in SERVICES:
        id_ = str(service(number, OFFICE).id)
        assert ordering.network.has(id_)["spendingLimit"] == last_set(ordering, steps, id_)


def last_set(stack: OrderStack, steps: list[Row[Any]], service_id: str) -> int:
    """The limit that the last item set for a service that was not undone; 0: none."""
    wanted = 0
    for step in steps:
        is_set = step.action.startswith("set.") and step.state == "done" and step.undoes is None
        if is_set and step.resource == f"service/{service_id}":
            (item,) = rows(
                stack.database,
                "SELECT parameters FROM service_order_item WHERE order_id = :id AND number = :item",
                id=step.process_id,
                item=int(step.item),
            )
            wanted = item.parameters["spendingLimit"]
    return wanted
