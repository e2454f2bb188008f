"""The verdict of a campaign sees what became of its orders."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from dev.chaos import order_invariants
from dev.chaos.outcome import Outcome
from dev.chaos.workload import OrderRequest, ordered_id

KEPT, CANCELLED = UUID(int=1), UUID(int=2)
SERVICE = ordered_id(0)
REQUESTS = {KEPT: OrderRequest(0, 0, (0,), None), CANCELLED: OrderRequest(1, 1, (0,), 0.5)}
SET, LIMIT = "network-limit.1", "billing-limit.1"


def good() -> SimpleNamespace:
    """An order that was completed, and one after it that was undone."""
    done = [(KEPT, "read.1"), (KEPT, SET), (KEPT, LIMIT)]
    done += [(CANCELLED, "read.1"), (CANCELLED, SET), (CANCELLED, f"undo-{SET}")]
    steps = [
        SimpleNamespace(
            process="order", process_id=id_, action=action, state="done", place=place,
            ended_at="then", resource=f"service/{SERVICE}",
        )
        for place, (id_, action) in enumerate(done)
    ]  # fmt: skip
    keys = [f"order/{id_}/{action}/1" for id_, action in done]
    states = {KEPT: "completed", CANCELLED: "cancelled"}
    cents = REQUESTS[KEPT].cents(1)
    return SimpleNamespace(
        processes={id_: SimpleNamespace(state=each, ended=True) for id_, each in states.items()},
        steps=steps,
        applied=[{"key": key} for key in keys if "read" not in key and "billing" not in key],
        booked=[{"key": key} for key in keys if "billing" in key],
        items={(id_, 1): each for id_, each in states.items()},
        limits_at_network={SERVICE: cents},
        limits={SERVICE: cents},
    )


def judged(evidence: Any) -> Iterator[str]:
    asked = [Outcome(request, id_) for id_, request in REQUESTS.items()]
    yield from order_invariants.effects_once(evidence)
    yield from order_invariants.ended_as_asked(evidence, asked)
    yield from order_invariants.ends_as_shown(evidence, asked)


def test_order_4_a_campaign_without_fault_breaks_no_promise() -> None:
    assert list(judged(good())) == []


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda e: e.applied.append(e.applied[0]), id="doubled-at-the-network"),
        pytest.param(lambda e: e.booked.append(e.booked[0]), id="doubled-in-billing"),
        pytest.param(lambda e: e.applied.append(e.applied[-1]), id="undone-twice"),
        pytest.param(lambda e: e.booked.clear(), id="lost"),
        pytest.param(lambda e: e.booked.append({"key": f"order/{KEPT}/x.1/1"}), id="of-no-step"),
        pytest.param(lambda e: e.limits.clear(), id="not-in-billing"),
        pytest.param(lambda e: e.limits_at_network.update({SERVICE: 1}), id="not-undone"),
        pytest.param(lambda e: setattr(e.processes[KEPT], "state", "partial"), id="not-as-asked"),
    ],
)
def test_order_4_a_fault_is_found(spoil: Callable[[Any], object]) -> None:
    evidence = good()

    spoil(evidence)

    assert list(judged(evidence)) != []
