"""order.1: what completed items of orders make services."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from domain.audit import Actor, ActorKind
from storage.database import Database
from storage.inventory import wanted
from tests.builders.register_states import KUUSK
from tests.builders.rows import account, history, put, put_service, rows, service

ENGINE = Actor(ActorKind.ENGINE, "order")
OFFICE = account(KUUSK)
PHONE = service(1, OFFICE, phone="+37255500001")
ORDER = UUID(int=7)


@pytest.fixture
def phone(database: Database) -> Database:
    put(database, OFFICE)
    put_service(database, PHONE)
    return database


def ordered(database: Database, values: Mapping[str, Any]) -> None:
    with database.transaction() as session:
        wanted.apply(session, PHONE.id, values, ORDER, actor=ENGINE)


def stored(database: Database) -> tuple[Mapping[str, Any], int]:
    (row,) = rows(database, "SELECT wanted, wanted_version FROM service")
    return row.wanted, row.wanted_version


def test_order_1_an_order_changes_what_it_sets_and_keeps_the_rest(phone: Database) -> None:
    ordered(phone, {"package": "M", "spendingLimit": 5000})
    ordered(phone, {"package": "L"})

    assert stored(phone) == ({"package": "L", "spendingLimit": 5000}, 2)


def test_order_1_what_an_order_removes_is_to_be_gone(phone: Database) -> None:
    ordered(phone, {"forwardTo": "+37255500002"})
    ordered(phone, {"forwardTo": None})

    assert stored(phone) == ({"forwardTo": None}, 2)


def test_order_1_setting_it_again_changes_nothing(phone: Database) -> None:
    ordered(phone, {"package": "M"})
    ordered(phone, {"package": "M"})

    assert stored(phone) == ({"package": "M"}, 1)
    assert history(phone).count("service:wanted_changed") == 1


def test_order_1_secrets_and_what_orders_do_not_own_are_not_kept(phone: Database) -> None:
    ordered(phone, {"wifiPassword": "salajane", "eid": "89" + "0" * 30, "whenReached": "bar"})

    assert stored(phone) == ({}, 0)


def test_order_1_the_history_names_characteristics_and_holds_no_values(phone: Database) -> None:
    ordered(phone, {"forwardTo": "+37255500002", "package": "M"})

    (event,) = rows(phone, "SELECT * FROM event WHERE kind = 'service:wanted_changed'")
    assert event.subject_id == PHONE.id
    assert event.account_id == OFFICE.id
    assert event.reason["facts"] == {"order_id": str(ORDER)}
    assert event.after == {"version": 1, "characteristics": ["forwardTo", "package"]}
    assert event.before is None
