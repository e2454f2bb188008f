"""contract.10: a lost telephone is shut off and opened again, on a real Temporal and network."""

from uuid import UUID

from domain.audit import Actor, ActorKind
from domain.contracts.reasons import SuspendReason
from domain.contracts.states import ContractState
from domain.inventory.drift import DriftDecision
from domain.orders.states import OrderState
from domain.provisioning.steps import Decision
from services.contracts import suspensions
from services.contracts.suspensions import Asker
from services.inventory import drift
from services.sweeps import SweepRules, run
from storage.contracts.rows import StoredContract
from storage.inventory.drift_queries import DriftFilter
from tests.builders.drift import checked, listed, shown
from tests.builders.orders import NewItem
from tests.builders.rows import carry_out
from tests.fixtures.engine import until
from tests.fixtures.order_stack import READ, SET, OrderStack
from tests.workflows.contracts.contract_stack import closed, end_now, reaches, started

S = ContractState
OPS = Asker(Actor(ActorKind.OPS, "staff-kati"), note="Helistas")


async def active(ordering: OrderStack) -> StoredContract:
    return await reaches(ordering, await started(ordering), S.ACTIVE)


async def suspend(ordering: OrderStack, id_: UUID) -> UUID:
    """Suspend a contract; returns its order."""
    done = await suspensions.suspend(ordering.engine, id_, SuspendReason.STOLEN, OPS)
    assert (done.state, done.suspend_order_id is None) == (S.SUSPENDED, False)
    return done.suspend_order_id or UUID(int=0)


async def resume(ordering: OrderStack, id_: UUID) -> UUID:
    done = (await suspensions.resume(ordering.engine, id_, OPS)).contract
    assert (done.state, done.suspend_order_id is None) == (S.ACTIVE, False)
    return done.suspend_order_id or UUID(int=0)


def state_of(ordering: OrderStack, service_id: UUID) -> str:
    state: str = ordering.network.service(str(service_id)).json()["state"]
    return state


async def test_contract_10_it_goes_ahead_of_a_stuck_order_and_is_lifted(
    ordering: OrderStack,
) -> None:
    contract = await active(ordering)
    (service_id,) = contract.service_ids
    ordering.network.fault(
        "refuse", source="activation", subject=str(service_id), code="invalidState"
    )
    limit = {"spendingLimit": 5000, "spendingLimitAction": "bar"}
    stuck = await ordering.place(NewItem(service=service_id, steps=(READ, SET), parameters=limit))
    await ordering.stuck(stuck, "set.1")
    ordering.network.control("DELETE", "/faults")

    order = await suspend(ordering, contract.id)
    assert (await ordering.over(order)).state is OrderState.COMPLETED
    shut_off = state_of(ordering, service_id)
    order = await resume(ordering, contract.id)
    assert (await ordering.over(order)).state is OrderState.COMPLETED

    assert (shut_off, state_of(ordering, service_id)) == ("inactive", "active")
    assert ordering.state(stuck) is OrderState.HELD
    await ordering.decide(stuck, "set.1", Decision.ABORT)


async def test_contract_10_it_goes_ahead_of_a_bar_that_is_stuck(ordering: OrderStack) -> None:
    contract = await active(ordering)
    (service_id,) = contract.service_ids
    ordering.network.fault(
        "refuse", source="activation", subject=str(service_id), code="invalidState"
    )
    barred = {"outgoingBarred": True}
    bar = NewItem(service=service_id, steps=(READ, SET), parameters=barred, is_urgent=True)
    stuck = await ordering.place(bar)
    await ordering.stuck(stuck, "set.1")
    ordering.network.control("DELETE", "/faults")

    order = await suspend(ordering, contract.id)

    assert (await ordering.over(order)).state is OrderState.COMPLETED
    assert state_of(ordering, service_id) == "inactive"
    assert ordering.state(stuck) is OrderState.HELD
    await ordering.decide(stuck, "set.1", Decision.ABORT)


async def test_contract_10_a_refusal_waits_for_an_operator_and_a_lifting_overtakes_it(
    ordering: OrderStack,
) -> None:
    contract = await active(ordering)
    (service_id,) = contract.service_ids
    ordering.network.fault(
        "refuse", source="activation", subject=str(service_id), code="invalidState"
    )
    refused = await suspend(ordering, contract.id)
    await ordering.stuck(refused, "suspend.1")
    ordering.network.control("DELETE", "/faults")

    opened = await resume(ordering, contract.id)

    assert (await ordering.over(opened)).state is OrderState.COMPLETED
    assert ordering.state(refused) is OrderState.CANCELLED
    assert state_of(ordering, service_id) == "active"


async def test_contract_10_a_lost_answer_shuts_off_once_and_the_end_follows(
    ordering: OrderStack,
) -> None:
    contract = await active(ordering)
    (service_id,) = contract.service_ids
    ordering.network.fault("cut", source="activation", subject=str(service_id), times=1)

    order = await suspend(ordering, contract.id)
    assert (await ordering.over(order)).state is OrderState.COMPLETED
    changes = ordering.network.applied(service=str(service_id))
    end_now(ordering, contract.id)
    ended = await closed(ordering, contract.id)

    assert [each["change"].get("state") for each in changes] == ["active", "inactive"]
    assert (ended.state, ended.suspend_reason) == (S.ENDED, SuspendReason.STOLEN)
    assert state_of(ordering, service_id) == "terminated"


async def test_contract_10_what_is_shut_off_is_no_drift_and_is_sent_again_shut_off(
    ordering: OrderStack,
) -> None:
    contract = await active(ordering)
    (service_id,) = contract.service_ids
    await ordering.over(await suspend(ordering, contract.id))
    carry_out(ordering.database, "UPDATE service SET updated_at = now() - interval '1 day'")

    checked(ordering.database, shown(str(service_id), state="inactive"))
    as_it_should_be = listed(ordering.database)
    ordering.network.tell_service(str(service_id), state="active")
    checked(ordering.database, shown(str(service_id), state="active"))
    drift.decide(
        ordering.database, DriftDecision.REPAIR, DriftFilter(), actor=OPS.actor, note="Varastatud"
    )
    run(ordering.database, SweepRules(ordering.settings.zone))

    assert as_it_should_be == {}
    await until(lambda: state_of(ordering, service_id) == "inactive")
