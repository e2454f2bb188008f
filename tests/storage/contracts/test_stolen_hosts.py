"""contract.10: nobody makes a Mobiil-ID with a SIM that was reported stolen, whenever that is."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from domain.catalogue.contract_terms import Party
from domain.contracts.reasons import StartRefusal, SuspendReason
from domain.contracts.states import ContractState
from services.parties.people import ensure_person
from storage.contract_orders import start, suspension
from storage.contracts import hosts, rows, starting
from storage.contracts.starting import NewContract
from storage.database import Database
from tests.builders import contracts
from tests.builders.catalogue import publish
from tests.builders.days import ZONE
from tests.builders.people import MARI
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, carry_out, put, put_service, service, wait_until_blocked
from tests.builders.rows import rows as select

OFFICE, PRIVATE = account(KUUSK, 1), account(MARI, 2)
PHONE = replace(service(1, OFFICE), user=MARI, characteristics={"iccid": "89372010000000000001"})
ENDED = (ContractState.CANCELLED, StartRefusal.HOST_UNSUITABLE)


@pytest.fixture
def subscription(database: Database) -> UUID:
    """Kuusk's subscription to the telephone that Mari uses."""
    publish(database)
    put(database, OFFICE, PRIVATE)
    put_service(database, PHONE)
    return contracts.active(database, contracts.new_contract(OFFICE.id), [PHONE.id])


@pytest.fixture
def wanted(database: Database, subscription: UUID) -> NewContract:
    """Mari's Mobiil-ID on it."""
    del subscription  # is to be there
    return contracts.new_contract(
        PRIVATE.id,
        product="mobiil-id",
        party=Party.USER,
        person_id=ensure_person(database, MARI),
        host_service_id=PHONE.id,
        terms=contracts.terms(number=None, parameters={}, lasts_years=5),
    )


def report_stolen(database: Database, contract_id: UUID) -> None:
    with database.transaction() as session:
        stolen = contracts.locked(session, contract_id)
        suspension.suspend(session, stolen, SuspendReason.STOLEN, actor=contracts.OPS)


def how(database: Database, contract_id: UUID) -> tuple[ContractState, StartRefusal | None]:
    with database.reading() as connection:
        found = rows.read(connection, contract_id)
    assert found is not None
    return found.state, found.refusal


def test_contract_10_what_is_drafted_while_its_phone_is_reported_stolen_is_cancelled(
    database: Database, subscription: UUID, wanted: NewContract
) -> None:
    assert wanted.person_id is not None
    with ThreadPoolExecutor(1) as other:
        with database.transaction() as session:
            host = hosts.lock(session, PHONE.id, wanted.product, wanted.person_id)
            reported = other.submit(report_stolen, database, subscription)
            wait_until_blocked(database, session)
            assert starting.draft(session, wanted, actor=contracts.OPS)
        reported.result()

    assert host is not None
    assert not host.is_suspended
    assert how(database, wanted.id) == ENDED


def test_contract_10_who_waited_for_the_report_is_told_that_the_phone_is_shut_off(
    database: Database, subscription: UUID, wanted: NewContract
) -> None:
    def is_shut_off() -> bool:
        assert wanted.person_id is not None
        with database.transaction() as session:
            host = hosts.lock(session, PHONE.id, wanted.product, wanted.person_id)
        assert host is not None
        return host.is_suspended

    with ThreadPoolExecutor(1) as other:
        with database.transaction() as session:
            stolen = contracts.locked(session, subscription)
            suspension.suspend(session, stolen, SuspendReason.STOLEN, actor=contracts.OPS)
            asked = other.submit(is_shut_off)
            wait_until_blocked(database, session)
        assert asked.result()


def test_contract_10_it_is_not_set_up_on_a_phone_that_is_shut_off(
    database: Database, subscription: UUID, wanted: NewContract
) -> None:
    report_stolen(database, subscription)
    contracts.promised(database, wanted)
    contracts.agree(database, wanted.id)

    contracts.begin_to_set_up(database, wanted.id)

    assert how(database, wanted.id) == ENDED


@pytest.mark.parametrize("how_far", ["unbegun", "completed"])
def test_contract_7_what_is_being_set_up_when_the_phone_is_stolen_is_never_left_half(
    database: Database, subscription: UUID, wanted: NewContract, how_far: str
) -> None:
    """Its order is cancelled; where that came too late, another one sets it down again."""
    contracts.promised(database, wanted)
    contracts.agree(database, wanted.id)
    contracts.begin_to_set_up(database, wanted.id)
    report_stolen(database, subscription)
    assert how(database, wanted.id)[0] is ContractState.ACTIVATING

    if how_far == "unbegun":
        conclude(database, wanted.id)
    else:
        carry_out(database, "UPDATE service_order SET state = 'completed'")
    conclude(database, wanted.id)

    assert how(database, wanted.id) == ENDED
    assert ordered(database, wanted.id) == (["add"] if how_far == "unbegun" else ["add", "delete"])


def conclude(database: Database, contract_id: UUID) -> None:
    with database.transaction() as session:
        start.conclude(session, contract_id, ZONE, actor=contracts.OPS)


def ordered(database: Database, contract_id: UUID) -> list[str]:
    """What the contract's orders do with its service, the oldest first."""
    found = select(
        database,
        """SELECT i.action FROM service_order o JOIN service_order_item i ON i.order_id = o.id
        WHERE o.contract_id = :id ORDER BY o.ordered_at, i.action""",
        id=contract_id,
    )
    return [row.action for row in found]


@pytest.mark.parametrize(
    ("told", "is_able"),
    [
        ({}, None),
        ({"mobiilIdSim": True}, True),
        ({"mobiilIdSim": False}, False),
        ({"mobiilIdSim": False, "iccid": "89372010000000000002"}, None),
    ],
)
def test_contract_4_what_is_told_of_a_sim_counts_for_that_sim(
    database: Database,
    subscription: UUID,
    wanted: NewContract,
    told: dict[str, Any],
    *,
    is_able: bool | None,
) -> None:
    """An order has put another SIM in since: what was told of the one before says nothing."""
    characteristics = {**PHONE.characteristics, **told}
    put_service(database, replace(PHONE, characteristics=characteristics))
    ordered = "UPDATE service SET wanted = jsonb_build_object('iccid', CAST(:sim AS text))"
    carry_out(database, ordered, sim=PHONE.characteristics["iccid"])
    assert wanted.person_id is not None

    with database.transaction() as session:
        host = hosts.lock(session, PHONE.id, wanted.product, wanted.person_id)

    assert subscription is not None
    assert host is not None
    assert host.is_sim_able is is_able


def test_contract_10_it_does_not_become_active_on_a_phone_that_is_shut_off(
    database: Database, subscription: UUID, wanted: NewContract
) -> None:
    contracts.promised(database, wanted)
    contracts.agree(database, wanted.id)
    contracts.begin_to_set_up(database, wanted.id)
    carry_out(database, "UPDATE service_order SET state = 'completed'")
    # By the operator's record, which cancels nothing that rests on it.
    carry_out(
        database,
        "UPDATE contract SET state = 'suspended', suspend_reason = 'told',"
        " suspension_is_told = true WHERE id = :id",
        id=subscription,
    )

    conclude(database, wanted.id)

    assert how(database, wanted.id) == ENDED
