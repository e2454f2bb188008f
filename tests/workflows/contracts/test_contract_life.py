"""A contract from its draft to its end, on a real Temporal server, network and billing."""

from dataclasses import replace
from datetime import timedelta

from domain.contracts.reasons import StartRefusal
from domain.contracts.states import ContractState
from domain.documents.kinds import DocumentKind
from domain.processes import ProcessType
from services import launcher
from storage.documents import documents
from tests.builders import contracts
from tests.builders.catalogue import publish
from tests.builders.orders import NewItem
from tests.builders.rows import put_service, service
from tests.builders.rows import rows as select
from tests.fixtures.engine import until
from tests.fixtures.order_stack import OFFICE, STEPS, OrderStack
from tests.workflows.contracts.contract_stack import closed, end_now, reaches, read, started

S = ContractState
PRICE = {"cents": 4000, "currency": "EUR", "is_vat_included": True, "rule": "term_left"}


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


async def test_contract_7_what_is_ordered_for_its_service_waits_until_it_is_active(
    ordering: OrderStack,
) -> None:
    publish(ordering.database)
    id_ = contracts.promised(ordering.database, contracts.new_contract(OFFICE.id))
    (service_id,) = read(ordering, id_).service_ids
    values = {"spendingLimit": 5000, "spendingLimitAction": "bar"}
    order = ordering.insert(NewItem(STEPS, service_id, parameters=values))

    assert not ordering.begin(order)
    await launcher.start(ordering.engine, id_)
    contracts.agree(ordering.database, id_)
    await reaches(ordering, id_, S.ACTIVE)
    done = await ordering.over(order)

    assert ordering.passed(order) == ["acknowledged", "inProgress", "completed"]
    assert done.began_at is not None
    assert ordering.network.has(str(service_id))["spendingLimit"] == 5000


async def test_contract_7_what_billing_refuses_is_undone_and_the_contract_cancelled(
    ordering: OrderStack,
) -> None:
    ordering.billing.account(str(OFFICE.id), credit_cents=0)

    contract = await reaches(ordering, await started(ordering), S.CANCELLED)

    assert contract.refusal is StartRefusal.CREDIT_REFUSED
    (service,) = select(
        ordering.database, "SELECT * FROM service WHERE id = :id", id=contract.service_ids[0]
    )
    assert service.status == "ended"
    assert not ordering.billing.held(str(service.id))


async def test_contract_7_what_was_set_up_for_nothing_is_set_down_again(
    ordering: OrderStack,
) -> None:
    """Another service got the number meanwhile, by the operator's word: it cannot have two."""
    other = replace(service(9, OFFICE), number=contracts.NUMBER)
    put_service(ordering.database, other)
    contract = await reaches(ordering, await started(ordering), S.CANCELLED)
    (service_id,) = contract.service_ids
    orders = "SELECT state FROM service_order WHERE contract_id = :id ORDER BY ordered_at"

    def states() -> list[str]:
        return [row.state for row in select(ordering.database, orders, id=contract.id)]

    await until(lambda: states() == ["completed", "completed"])

    assert contract.refusal is StartRefusal.NUMBER_TAKEN
    assert ordering.network.service(str(service_id)).json()["state"] == "terminated"
    assert not ordering.billing.held(str(service_id))


async def test_contract_9_access_ends_at_the_moment_and_then_network_and_billing_in_order(
    ordering: OrderStack,
) -> None:
    contract = await reaches(ordering, await started(ordering), S.ACTIVE)
    (service_id,) = contract.service_ids
    end_now(ordering, contract.id, [PRICE])

    ended = await reaches(ordering, contract.id, S.ENDED)
    await closed(ordering, contract.id)

    (service,) = select(ordering.database, "SELECT * FROM service WHERE id = :id", id=service_id)
    assert service.status == "ended"
    booked = [
        each["action"]
        for each in ordering.billing.booked()
        if each["booking"]["service"] == str(service_id)
    ]
    with ordering.database.reading() as connection:
        kept = documents.of_subject(connection, contract.id)
        (paper,) = [each for each in kept if each.kind is DocumentKind.TERMINATION]
        assert (documents.read(connection, paper) or b"").startswith(b"%PDF-")
    assert booked == ["check_credit", "subscribe", "end_subscription", "final_invoice"]
    assert ordering.billing.owed(str(OFFICE.id)) == PRICE["cents"]
    assert ended.number_kept_until is not None
    assert ended.ends_at is not None
    assert ended.number_kept_until - ended.ends_at == timedelta(days=31)
    types = "SELECT type FROM process WHERE ended_at IS NULL"
    await until(
        lambda: ProcessType.CONTRACT_END not in {r.type for r in select(ordering.database, types)}
    )
