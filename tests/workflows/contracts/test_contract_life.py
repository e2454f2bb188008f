"""A contract from its draft to its end, on a real Temporal server, network and billing."""

from datetime import timedelta
from uuid import UUID

from domain.contracts.reasons import EndReason, StartRefusal
from domain.contracts.states import ContractState
from domain.processes import ProcessType
from services import launcher
from services.sweeps import SweepRules, run
from storage.contracts import ending, rows
from storage.contracts.ending import End
from storage.contracts.rows import StoredContract
from tests.builders import contracts
from tests.builders.catalogue import publish
from tests.builders.rows import rows as select
from tests.fixtures.engine import until
from tests.fixtures.order_stack import OFFICE, OrderStack

S = ContractState
PRICE = {"cents": 4000, "currency": "EUR", "is_vat_included": True, "rule": "device"}


def read(ordering: OrderStack, contract_id: UUID) -> StoredContract:
    with ordering.database.reading() as connection:
        found = rows.read(connection, contract_id)
    assert found is not None
    return found


async def reaches(ordering: OrderStack, contract_id: UUID, state: S) -> StoredContract:
    await until(lambda: read(ordering, contract_id).state is state)
    return read(ordering, contract_id)


async def started(ordering: OrderStack) -> UUID:
    """A contract that was offered and agreed; a worker sets it up."""
    publish(ordering.database)
    contract_id = contracts.offered(ordering.database, contracts.new_contract(OFFICE.id))
    await launcher.start(ordering.engine, contract_id)
    contracts.agree(ordering.database, contract_id)
    return contract_id


async def test_contract_7_a_contract_that_was_agreed_is_set_up_once_and_active(
    ordering: OrderStack,
) -> None:
    contract = await reaches(ordering, await started(ordering), S.ACTIVE)

    (service_id,) = contract.service_ids
    (service,) = select(ordering.database, "SELECT * FROM service WHERE id = :id", id=service_id)
    assert (service.status, service.number) == ("active", contracts.NUMBER)
    assert ordering.network.has(str(service_id))["msisdn"] == contracts.NUMBER
    assert ordering.billing.held(str(service_id)).keys() == {"mobile-subscription"}
    assert contract.starts_on is not None


async def test_contract_7_what_billing_refuses_is_undone_and_the_contract_cancelled(
    ordering: OrderStack,
) -> None:
    ordering.billing.account(str(OFFICE.id), credit_cents=0)

    contract = await reaches(ordering, await started(ordering), S.CANCELLED)

    assert contract.refusal is StartRefusal.SETUP_FAILED
    (service,) = select(
        ordering.database, "SELECT * FROM service WHERE id = :id", id=contract.service_ids[0]
    )
    assert service.status == "ended"
    assert not ordering.billing.held(str(service.id))


async def test_contract_9_access_ends_at_the_moment_and_then_network_and_billing_in_order(
    ordering: OrderStack,
) -> None:
    contract = await reaches(ordering, await started(ordering), S.ACTIVE)
    (service_id,) = contract.service_ids
    with ordering.database.transaction() as session:
        end = End(contract.now - timedelta(seconds=1), EndReason.CUSTOMER, [PRICE])
        ending.schedule(session, contracts.locked(session, contract.id), end, actor=contracts.OPS)
    run(ordering.database, SweepRules(ordering.settings.zone))

    ended = await reaches(ordering, contract.id, S.ENDED)
    await until(lambda: read(ordering, contract.id).closed_at is not None)

    (service,) = select(ordering.database, "SELECT * FROM service WHERE id = :id", id=service_id)
    assert service.status == "ended"
    booked = [
        each["action"]
        for each in ordering.billing.booked()
        if each["booking"]["service"] == str(service_id)
    ]
    assert booked == ["check_credit", "subscribe", "end_subscription", "final_invoice"]
    assert ordering.billing.owed(str(OFFICE.id)) == PRICE["cents"]
    assert ended.number_kept_until is not None
    assert ended.ends_at is not None
    assert ended.number_kept_until - ended.ends_at == timedelta(days=31)
    types = "SELECT type FROM process WHERE ended_at IS NULL"
    await until(
        lambda: ProcessType.CONTRACT_END not in {r.type for r in select(ordering.database, types)}
    )
