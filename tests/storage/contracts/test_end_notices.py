"""contract.11: what others do that ends a user's Mobiil-ID is told to the user and the owner."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from domain.accounts import ServiceStatus
from domain.contracts.told import ToldContract
from services.parties.people import ensure_person
from storage.contracts import telling
from storage.database import Database
from tests.builders.contract_ends import MOBIIL_ID, mobiil_id, subscription
from tests.builders.days import ZONE
from tests.builders.delegations import OTHER, OWN, PHONE, set_up_customers
from tests.builders.people import JAAN, MARI, PEETER
from tests.builders.rows import BILLING, put_service, rows
from tests.builders.told_contracts import FUTURE, PAST
from tests.builders.told_contracts import told as contract

DAY, LATER = FUTURE.date(), FUTURE + timedelta(days=1)
SIM = {"iccid": "89372010000000000001"}
OTHER_SIM = {"iccid": "89372010000000000002"}
HOST = replace(PHONE, user=PEETER, characteristics=SIM)


def told(database: Database) -> set[Any]:
    found = rows(database, "SELECT person_id FROM notice WHERE kind = 'contract_ends'")
    assert len(found) == len(set(found))
    return {each.person_id for each in found}


@pytest.mark.parametrize(
    "changed",
    [
        replace(HOST, status=ServiceStatus.ENDED),
        replace(HOST, account_id=OTHER.id),
        replace(HOST, number="+37255599999"),
        replace(HOST, user=JAAN),
        replace(HOST, characteristics=OTHER_SIM),
        replace(MOBIIL_ID, account_id=OWN.id, status=ServiceStatus.ENDED),
    ],
    ids=["host ended", "host moved", "number", "user", "sim", "told to have ended"],
)
def test_contract_11_user_and_owner_of_the_number_are_told_once_whatever_ends_it(
    database: Database, changed: Any
) -> None:
    set_up_customers(database)
    put_service(database, HOST)
    mobiil_id(database, ensure_person(database, PEETER), on=OWN)

    put_service(database, changed)
    put_service(database, changed)

    assert told(database) == {ensure_person(database, who) for who in (MARI, PEETER)}


@pytest.mark.parametrize(
    ("records", "kinds"),
    [
        ([contract("ending")], ["contract_ends"]),
        ([contract("active"), contract("ending"), contract("ending")], ["contract_ends"]),
        ([contract("ending"), contract("ending", billed_until=DAY)], ["contract_ends"]),
        ([contract("ending"), contract("ending", ends_at=LATER)], ["contract_ends"] * 2),
        ([contract("ending"), contract("active")], ["contract_ends", "contract_goes_on"]),
        ([contract("active"), contract("ended")], []),
        ([contract("ended"), contract("active")], []),
        ([contract("ending", ends_at=PAST), contract("active")], []),
    ],
)
def test_contract_11_user_and_owner_are_told_once_of_an_end_to_come_that_the_operator_told(
    database: Database, records: Sequence[ToldContract], kinds: Sequence[str]
) -> None:
    """Peeter's own contract, on the telephone that Kuusk owns, which Mari represents."""
    set_up_customers(database)

    for each in records:
        record = replace(each, user=PEETER, host_service_id=PHONE.id)
        with database.transaction() as session:
            taken, _ = telling.put(session, [[record]], ZONE, actor=BILLING)
            assert not taken.refused

    both = [ensure_person(database, who) for who in (MARI, PEETER)]
    found = rows(database, "SELECT person_id, kind FROM notice")
    assert sorted((each.person_id, each.kind) for each in found) == sorted(product(both, kinds))


def test_contract_11_an_owners_own_contract_needs_no_notice(database: Database) -> None:
    set_up_customers(database)
    subscription(database)

    put_service(database, replace(PHONE, status=ServiceStatus.ENDED))

    assert told(database) == set()
