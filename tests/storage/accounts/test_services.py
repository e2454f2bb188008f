"""Services from billing, and the grants that end with them."""

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from domain.accounts import ServiceKind, ServiceStatus
from storage.accounts.services import ServiceFacts
from storage.accounts.upserts import UpsertResult
from storage.database import Database
from tests.builders.people import JAAN, MARI
from tests.builders.register_states import KUUSK, TAMM, sole, state
from tests.builders.rows import (
    Held,
    account,
    carry_out,
    ended,
    give,
    held,
    history,
    put,
    put_service,
    rows,
    service,
    store_states,
)

OFFICE, SHOP = account(KUUSK), account(TAMM, 2)
NUMBER = "+37255500001"
PHONE = service(1, OFFICE, phone=NUMBER)


@pytest.fixture
def customers(database: Database) -> Database:
    put(database, OFFICE, SHOP)
    return database


def test_a_new_service_is_created_once_with_one_event(customers: Database) -> None:
    first = put_service(customers, PHONE)
    again = put_service(customers, PHONE)

    assert (first, again) == (UpsertResult([PHONE.id], []), UpsertResult([], []))
    assert history(customers)[2:] == ["service:created"]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(PHONE, name="Direktor"), id="name"),
        pytest.param(replace(PHONE, number="+37255500002"), id="number"),
        pytest.param(replace(PHONE, number=None), id="no-number-any-more"),
        pytest.param(replace(PHONE, kind=ServiceKind.FIXED_LINE), id="kind"),
        pytest.param(replace(PHONE, status=ServiceStatus.ENDED), id="status"),
        pytest.param(replace(PHONE, account_id=SHOP.id), id="another-account"),
        pytest.param(replace(PHONE, network="fixed"), id="network"),
    ],
)
def test_changed_facts_change_the_service_once(customers: Database, other: ServiceFacts) -> None:
    put_service(customers, PHONE)

    changed = put_service(customers, other)
    again = put_service(customers, other)

    assert (changed, again) == (UpsertResult([], [PHONE.id]), UpsertResult([], []))
    (row,) = rows(customers, "SELECT account_id, kind, number, name, status, network FROM service")
    assert tuple(row) == (
        *(other.account_id, other.kind, other.number, other.name),
        *(other.status, other.network),
    )
    assert history(customers).count("service:changed") == 1


def test_the_event_has_account_and_status_but_no_number(customers: Database) -> None:
    put_service(customers, PHONE)
    put_service(customers, replace(PHONE, account_id=SHOP.id))

    given = rows(customers, "SELECT * FROM event WHERE kind LIKE 'service:%' ORDER BY id")
    assert [t.account_id for t in given] == [OFFICE.id, SHOP.id]
    assert given[1].before == {"account_id": str(OFFICE.id), "status": "active"}
    assert given[1].after == {"account_id": str(SHOP.id), "status": "active", "kind": "mobile"}
    assert "3725550" not in repr(given)


@pytest.mark.parametrize(
    ("known_before", "given", "constraint"),
    [
        pytest.param(
            [],
            [PHONE, service(2, SHOP, phone=NUMBER)],
            "uq_service_own_number",
            id="two-services-with-the-same-number",
        ),
        pytest.param(
            [PHONE],
            [service(2, SHOP, phone=NUMBER)],
            "uq_service_own_number",
            id="a-number-that-is-in-use",
        ),
        pytest.param(
            [],
            [replace(PHONE, account_id=UUID(int=99))],
            "fk_service_account_id_account",
            id="of-an-unknown-account",
        ),
    ],
)
def test_services_that_cannot_be_stored(
    customers: Database,
    known_before: list[ServiceFacts],
    given: list[ServiceFacts],
    constraint: str,
) -> None:
    put_service(customers, *known_before)

    with pytest.raises(IntegrityError, match=constraint):
        put_service(customers, *given)


@pytest.mark.parametrize(
    ("known_before", "given"),
    [
        pytest.param(
            [replace(PHONE, status=ServiceStatus.ENDED)],
            [service(2, SHOP, phone=NUMBER)],
            id="a-number-that-is-free-again",
        ),
        pytest.param(
            [PHONE],
            [service(2, OFFICE, phone=NUMBER, kind="mobiil_id")],
            id="a-mobiil-id-shares-its-sims-number",
        ),
        pytest.param(
            [PHONE],
            [service(2, SHOP, phone=NUMBER, status="ended")],
            id="one-that-has-ended-takes-no-number",
        ),
        pytest.param([PHONE], [PHONE], id="its-own-number"),
        pytest.param(
            [], [service(2, SHOP, kind="router"), service(3, SHOP, kind="router")], id="none"
        ),
        pytest.param(
            [PHONE, service(2, SHOP, phone="+37255500002")],
            [replace(PHONE, number="+37255500002"), service(2, SHOP, phone=NUMBER)],
            id="fault-11-two-services-swap-their-numbers",
        ),
    ],
)
def test_services_that_share_no_number_are_stored(
    customers: Database, known_before: list[ServiceFacts], given: list[ServiceFacts]
) -> None:
    put_service(customers, *known_before)

    put_service(customers, *given)

    known = {row.id: row.number for row in rows(customers, "SELECT id, number FROM service")}
    assert {fact.id: fact.number for fact in given}.items() <= known.items()


def test_the_database_itself_refuses_a_number_twice(customers: Database) -> None:
    put_service(customers, PHONE, service(2, SHOP, phone="+37255500002"))

    with (
        pytest.raises(IntegrityError, match="uq_service_own_number"),
        customers.transaction() as s,
    ):
        s.connection().exec_driver_sql("UPDATE service SET number = %s", (NUMBER,))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(PHONE, status=ServiceStatus.ENDED), id="ended"),
        pytest.param(replace(PHONE, account_id=SHOP.id), id="moved-to-another-account"),
    ],
)
def test_an_ended_service_ends_its_own_grants(customers: Database, other: ServiceFacts) -> None:
    router = service(2, OFFICE, kind="router")
    put_service(customers, PHONE, router)
    store_states(customers, state(sole(MARI)))
    give(customers, JAAN, OFFICE, on=PHONE)
    give(customers, JAAN, OFFICE, on=router)

    put_service(customers, other)

    assert ended(customers) == [Held(JAAN, OFFICE.id, "user", "service_gone")]
    assert held(customers) == sorted(
        [
            Held(JAAN, OFFICE.id, "user", "given"),
            Held(MARI, OFFICE.id, "administrator", "sole_representation"),
        ]
    )
    assert history(customers)[-1] == "grant:ended"


def test_a_number_is_given_up_and_taken_in_the_same_batch(customers: Database) -> None:
    put_service(customers, PHONE)

    given = put_service(
        customers, service(2, SHOP, phone=NUMBER), replace(PHONE, status=ServiceStatus.ENDED)
    )

    assert (len(given.created), len(given.changed)) == (1, 1)


def test_a_service_that_only_changes_its_number_keeps_its_grants(customers: Database) -> None:
    put_service(customers, PHONE)
    give(customers, JAAN, OFFICE, on=PHONE)

    put_service(customers, replace(PHONE, number="+37255500002"))

    assert held(customers) == [Held(JAAN, OFFICE.id, "user", "given")]


def test_step_5_in_another_network_a_service_has_another_id(customers: Database) -> None:
    put_service(customers, PHONE)
    carry_out(customers, "UPDATE service SET network_id = 'NET-7'")

    def known_as(facts: ServiceFacts) -> str | None:
        put_service(customers, facts)
        (row,) = rows(customers, "SELECT network_id FROM service")
        id_: str | None = row.network_id
        return id_

    assert known_as(replace(PHONE, name="Direktor")) == "NET-7"
    assert known_as(replace(PHONE, network="fixed")) is None
