"""contract.11: what rests on a number, a SIM and a user ends with them, whoever says so."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.accounts import ServiceStatus
from domain.catalogue.contract_terms import Party
from domain.contracts.reasons import EndReason, StartRefusal
from domain.contracts.states import ContractState
from domain.retention import CONTRACT_DOCUMENT
from services.catalogue.files import read_catalogue
from services.parties.people import ensure_person
from storage.access import grant_queries
from storage.contracts import ending, expiring, identity_documents, rows, starting
from storage.contracts.ending import End
from storage.contracts.rows import StoredContract
from storage.contracts.starting import NewContract
from storage.database import Database
from tests.builders import contracts
from tests.builders.catalogue import publish
from tests.builders.days import ZONE, today
from tests.builders.people import JAAN, MARI
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, carry_out, give, put, put_service, service
from tests.builders.rows import rows as select

OFFICE, PRIVATE = account(KUUSK, 1), account(MARI, 2)
SIM = "89372010000000000001"
PHONE = replace(service(1, OFFICE), user=MARI, characteristics={"iccid": SIM})
MOBIIL_ID = service(2, PRIVATE, kind="mobiil_id", phone=PHONE.number)


def mobiil_id(database: Database) -> NewContract:
    """Mari's, on the company's number that she uses."""
    return contracts.new_contract(
        PRIVATE.id,
        product="mobiil-id",
        party=Party.USER,
        person_id=ensure_person(database, MARI),
        host_service_id=PHONE.id,
        sim=SIM,
        terms=contracts.terms(service_id=MOBIIL_ID.id, parameters={}, lasts_years=5),
    )


@pytest.fixture
def active(database: Database) -> UUID:
    put(database, OFFICE, PRIVATE)
    put_service(database, PHONE, MOBIIL_ID)
    return contracts.active(database, mobiil_id(database), [MOBIIL_ID.id])


def read(database: Database, contract_id: UUID) -> StoredContract:
    with database.reading() as connection:
        found = rows.read(connection, contract_id)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": ServiceStatus.ENDED}, EndReason.HOST_ENDED),
        ({"account_id": PRIVATE.id}, EndReason.HOST_ENDED),
        ({"number": "+37255599999"}, EndReason.HOST_ENDED),
        ({"user": JAAN}, EndReason.USER_CHANGED),
        ({"user": None}, EndReason.USER_CHANGED),
        ({"characteristics": {"iccid": "89372010000000000002"}}, EndReason.SIM_REPLACED),
    ],
)
def test_contract_11_a_mobiil_id_ends_at_once_when_what_it_rests_on_is_another(
    database: Database, active: UUID, changes: dict[str, Any], reason: EndReason
) -> None:
    give(database, MARI, PRIVATE, "user", on=MOBIIL_ID)

    put_service(database, replace(PHONE, **changes))

    found = read(database, active)
    assert (found.state, found.end_reason) == (ContractState.ENDING, reason)
    assert found.ends_at is not None
    assert found.ends_at <= found.now
    with database.reading() as connection:
        held = grant_queries.held(connection, MARI, PRIVATE.id)
    assert MOBIIL_ID.id not in {grant.service_id for grant in held}


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Mari telefon"},
        {"characteristics": {"iccid": SIM, "package": "mobile-l"}},
        {"characteristics": {}},
    ],
)
def test_contract_11_what_changes_nothing_of_that_ends_nothing(
    database: Database, active: UUID, changes: dict[str, Any]
) -> None:
    put_service(database, replace(PHONE, **changes))

    assert read(database, active).state is ContractState.ACTIVE


def test_contract_11_one_that_is_not_active_yet_is_cancelled(database: Database) -> None:
    put(database, OFFICE, PRIVATE)
    put_service(database, PHONE)
    id_ = contracts.offered(database, mobiil_id(database))

    put_service(database, replace(PHONE, user=JAAN))

    found = read(database, id_)
    assert (found.state, found.refusal) == (
        ContractState.CANCELLED,
        StartRefusal.HOST_UNSUITABLE,
    )


def test_contract_9_a_contract_ends_with_its_last_service_by_the_operators_word(
    database: Database,
) -> None:
    put(database, OFFICE)
    both = [service(1, OFFICE), service(4, OFFICE)]
    put_service(database, *both)
    id_ = contracts.active(database, contracts.new_contract(OFFICE.id), [s.id for s in both])

    put_service(database, replace(both[0], status=ServiceStatus.ENDED))
    assert read(database, id_).state is ContractState.ACTIVE
    put_service(database, replace(both[1], status=ServiceStatus.ENDED))

    found = read(database, id_)
    assert (found.state, found.end_reason) == (ContractState.ENDED, EndReason.SERVICE_ENDED)
    assert found.closed_at is not None


@pytest.mark.parametrize("is_active", [True, False])
def test_contract_3_documents_are_kept_from_the_moment_whoever_ended_the_contract(
    database: Database, *, is_active: bool
) -> None:
    """For two hours of each night the day is another one in UTC."""
    put(database, OFFICE)
    put_service(database, PHONE)
    new = contracts.new_contract(OFFICE.id)
    if is_active:
        contracts.active(database, new, [PHONE.id])
    else:
        contracts.offered(database, new)
    contracts.store_document(database, new.id, OFFICE.id)
    if is_active:
        put_service(database, replace(PHONE, status=ServiceStatus.ENDED))
    else:
        with database.transaction() as session:
            found, lapsed = contracts.locked(session, new.id), ContractState.LAPSED
            starting.end_unstarted(session, found, lapsed, starting.NOT_AGREED, actor=contracts.OPS)

    (document,) = select(database, "SELECT keep_until FROM stored_document")
    assert document.keep_until - CONTRACT_DOCUMENT == read(database, new.id).ended_at


def test_contract_10_a_service_that_moved_to_another_account_is_no_longer_the_contracts(
    database: Database,
) -> None:
    put(database, OFFICE, PRIVATE)
    both = [service(1, OFFICE), service(4, OFFICE)]
    put_service(database, *both)
    id_ = contracts.active(database, contracts.new_contract(OFFICE.id), [s.id for s in both])

    put_service(database, replace(both[0], account_id=PRIVATE.id))

    found = read(database, id_)
    assert (found.state, found.service_ids) == (ContractState.ACTIVE, (both[1].id,))


def in_days(database: Database, contract_id: UUID, days: int) -> None:
    carry_out(
        database,
        "UPDATE contract SET expires_on = :day WHERE id = :id",
        id=contract_id,
        day=today() + timedelta(days=days),
    )


def sweep(database: Database) -> None:
    for work in (expiring.warn, expiring.expire):
        with database.transaction() as session:
            work(session, ZONE)


def test_contract_11_its_user_is_warned_thirty_and_seven_days_before_and_then_it_ends(
    database: Database, active: UUID
) -> None:
    told = []
    for days in (31, 30, 29, 8, 7, 6, 1, 0):
        in_days(database, active, days)
        sweep(database)
        sweep(database)
        told.append(len(select(database, "SELECT FROM notice WHERE kind = 'contract_expires'")))

    found = read(database, active)
    assert told == [0, 1, 1, 1, 2, 2, 2, 2]
    assert (found.state, found.end_reason) == (ContractState.ENDING, EndReason.TERM)
    notices = select(database, "SELECT * FROM notice WHERE kind = 'contract_expires'")
    assert {each.person_id for each in notices} == {found.person_id}
    assert {each.facts["days"] for each in notices} == {30, 7}


def test_contract_11_an_end_that_was_set_for_later_comes_with_the_term(
    database: Database, active: UUID
) -> None:
    in_days(database, active, 0)
    with database.transaction() as session:
        contract = rows.lock(session, active)
        assert contract is not None
        later = End(contract.now + timedelta(days=40), EndReason.CUSTOMER)
        ending.schedule(session, contract, later, actor=contracts.OPS)
    sweep(database)
    sweep(database)

    found = read(database, active)
    assert found.end_reason is EndReason.TERM
    assert found.ends_at is not None
    assert found.ends_at <= found.now


def test_contract_11_a_warning_that_was_missed_is_not_told_twice(
    database: Database, active: UUID
) -> None:
    in_days(database, active, 3)

    sweep(database)
    sweep(database)

    assert len(select(database, "SELECT FROM notice WHERE kind = 'contract_expires'")) == 1


_AS_SOLD = next(each.document for each in read_catalogue(None) if each.product.id == "mobiil-id")
_DEPENDENT = {**_AS_SOLD, "contract": {**_AS_SOLD["contract"], "endsWithDocument": True}}


@pytest.mark.parametrize(
    ("product", "state", "reason"),
    [
        (_AS_SOLD, ContractState.ACTIVE, None),
        (_DEPENDENT, ContractState.ENDING, EndReason.IDENTITY_CHANGED),
    ],
)
def test_contract_11_the_product_says_if_a_mobiil_id_ends_with_the_identity_document(
    database: Database,
    active: UUID,
    product: dict[str, Any],
    state: ContractState,
    reason: EndReason | None,
) -> None:
    publish(database, product)
    document_replaced(database, active, today())
    for _ in range(2):
        with database.transaction() as session:
            contract = contracts.locked(session, active)
            identity_documents.follow(session, contract, ZONE, actor=contracts.OPS)

    found = read(database, active)
    assert (found.state, found.end_reason) == (state, reason)


def document_replaced(database: Database, contract_id: UUID, on: date) -> None:
    statement = "UPDATE contract SET document_replaced_on = :on WHERE id = :id"
    carry_out(database, statement, on=on, id=contract_id)


def swept(database: Database) -> int:
    with database.transaction() as session:
        return identity_documents.sweep(session, ZONE)


def test_contract_11_a_document_that_is_replaced_on_a_day_to_come_ends_it_on_that_day(
    database: Database, active: UUID
) -> None:
    publish(database, _DEPENDENT)
    document_replaced(database, active, today() + timedelta(days=1))
    with database.transaction() as session:
        contract = contracts.locked(session, active)
        identity_documents.follow(session, contract, ZONE, actor=contracts.OPS)
    early = swept(database), read(database, active).state
    document_replaced(database, active, today())
    done = [swept(database), swept(database)]

    assert early == (0, ContractState.ACTIVE)
    assert done == [1, 0]
    found = read(database, active)
    assert (found.state, found.end_reason) == (ContractState.ENDING, EndReason.IDENTITY_CHANGED)


def test_contract_11_one_that_is_to_end_later_ends_with_the_document(
    database: Database, active: UUID
) -> None:
    publish(database, _DEPENDENT)
    with database.transaction() as session:
        contract = contracts.locked(session, active)
        at = contract.now + timedelta(days=9)
        ending.schedule(session, contract, End(at, EndReason.CUSTOMER), actor=contracts.OPS)
    document_replaced(database, active, today())

    assert (swept(database), swept(database)) == (1, 0)
    found = read(database, active)
    assert found.ends_at is not None
    assert found.ends_at < at
    assert found.end_reason is EndReason.IDENTITY_CHANGED


def test_contract_11_no_other_product_ends_with_a_document(
    database: Database, active: UUID
) -> None:
    publish(database, _AS_SOLD)
    document_replaced(database, active, today())

    assert swept(database) == 0
    assert read(database, active).state is ContractState.ACTIVE


def test_contract_11_a_document_that_was_replaced_before_it_was_active_ends_it_then(
    database: Database,
) -> None:
    publish(database, _DEPENDENT)
    put(database, OFFICE, PRIVATE)
    put_service(database, PHONE)
    new = mobiil_id(database)
    contracts.promised(database, new)
    document_replaced(database, new.id, today())
    contracts.agree(database, new.id)
    waiting = swept(database), read(database, new.id).state
    contracts.set_up(database, new.id)

    assert waiting == (0, ContractState.SIGNED)
    found = read(database, new.id)
    assert (found.state, found.end_reason) == (ContractState.ENDING, EndReason.IDENTITY_CHANGED)
