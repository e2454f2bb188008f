"""The verdict of a campaign sees what became of its contracts."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from dev.chaos import contract_invariants
from dev.chaos.evidence_rows import ContractRow
from dev.chaos.outcome import Outcome
from dev.chaos.workload import ContractHabit, ContractRequest

KEPT, ENDED, REFUSED = (ContractRequest(0, n, n % 2, ContractHabit.KEPT, 0) for n in range(3))
IDS = {KEPT: UUID(int=1), ENDED: UUID(int=2)}
SERVICES = {KEPT: UUID(int=11), ENDED: UUID(int=12)}
ORDER = UUID(int=21)


def row(request: ContractRequest, state: str, **changes: Any) -> ContractRow:
    about = (IDS[request], state, request.number, SERVICES[request], [ORDER], state)
    return ContractRow(*about, access_is_over=state == "ended")._replace(**changes)


def good() -> SimpleNamespace:
    """A contract that is active, and one that has ended."""
    on = {"state": "active", "characteristics": {"msisdn": KEPT.number}}
    off = {"state": "terminated", "characteristics": {}}
    invoice = {"action": "final_invoice", "booking": {"service": str(SERVICES[ENDED])}}
    rows = (row(KEPT, "active"), row(ENDED, "ended"))
    return SimpleNamespace(
        contracts={each.id: each for each in rows},
        processes={ORDER: SimpleNamespace(ended=True)},
        at_network={SERVICES[KEPT]: on, SERVICES[ENDED]: off},
        subscribed={SERVICES[KEPT]},
        booked=[invoice],
    )


def judged(evidence: Any) -> Iterator[str]:
    asked = [
        Outcome(KEPT, IDS[KEPT], ends="active"),
        Outcome(ENDED, IDS[ENDED], ends="ended"),
        Outcome(REFUSED, refused=True),
    ]
    yield from contract_invariants.as_left(evidence, asked)
    yield from contract_invariants.set_up(evidence)
    yield from contract_invariants.set_down(evidence)
    yield from contract_invariants.numbers(evidence, asked)


def changed(request: ContractRequest, **changes: Any) -> Callable[[Any], None]:
    """Spoil the row of a contract."""

    def spoil(evidence: Any) -> None:
        id_ = IDS[request]
        evidence.contracts[id_] = evidence.contracts[id_]._replace(**changes)

    return spoil


def test_contract_7_a_campaign_without_fault_breaks_no_promise() -> None:
    assert list(judged(good())) == []


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(changed(KEPT, state="activating"), id="never-active"),
        pytest.param(changed(KEPT, service="pending"), id="active-without-its-service"),
        pytest.param(lambda e: e.at_network.pop(SERVICES[KEPT]), id="not-at-the-network"),
        pytest.param(lambda e: e.subscribed.clear(), id="active-and-not-billed"),
        pytest.param(
            lambda e: e.at_network[SERVICES[ENDED]].update(state="active"), id="ended-and-on"
        ),
        pytest.param(lambda e: e.subscribed.add(SERVICES[ENDED]), id="ended-and-billed"),
        pytest.param(lambda e: e.booked.clear(), id="no-last-invoice"),
        pytest.param(lambda e: e.booked.append(e.booked[0]), id="two-last-invoices"),
        pytest.param(changed(ENDED, access_is_over=False), id="access-is-left"),
        pytest.param(changed(ENDED, number=KEPT.number), id="a-number-on-two"),
        pytest.param(changed(KEPT, number="+3725"), id="refused-without-a-reason"),
    ],
)
def test_contract_7_a_campaign_sees(spoil: Callable[[Any], object]) -> None:
    evidence = good()
    spoil(evidence)

    assert list(judged(evidence))
