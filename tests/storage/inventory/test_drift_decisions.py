"""order.11: repairs are resends, few at a time; a person repairs or accepts what is not one."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import Row

from domain.accounts import ServiceStatus
from domain.inventory.drift import DriftDecision, DriftState
from storage.accounts.services import ServiceFacts
from storage.database import Database
from storage.inventory import drift_check_queries, drift_decisions, drift_queries, drift_repairs
from storage.inventory.drift_decisions import Decided
from storage.inventory.drift_queries import DriftFilter
from tests.builders.drift import OPS, checked, listed, phones, should, shown
from tests.builders.rows import NOTED, carry_out, history, put_service, rows

ANY = DriftFilter()
ACCEPT, REPAIR = DriftDecision.ACCEPT, DriftDecision.REPAIR


def decided(database: Database, decision: DriftDecision, which: DriftFilter = ANY) -> Decided:
    with database.transaction() as session:
        return drift_decisions.decide(session, decision, which, actor=OPS, note="because")


def begun(database: Database, at_once: int = 50) -> int:
    with database.transaction() as session:
        return drift_repairs.begin(session, at_once)


def resends(database: Database) -> Sequence[Row[tuple[UUID, str]]]:
    return rows(database, "SELECT subject_id, state FROM operation WHERE kind = 'resend'")


@pytest.fixture
def phone(database: Database) -> ServiceFacts:
    (made,) = phones(database, 1, package="M", iccid="8937200000000000011")
    return made


def test_order_11_a_repair_is_a_resend_of_the_service_once(
    database: Database, phone: ServiceFacts
) -> None:
    should(database, [phone.id], spendingLimit=5000, spendingLimitAction="bar")
    checked(database, shown(phone, spendingLimit=0, spendingLimitAction="warn"))

    assert (begun(database), begun(database)) == (2, 0)

    (resend,) = resends(database)
    assert resend.subject_id == phone.id
    assert set(listed(database).values()) == {"repairing"}


def test_order_11_few_services_are_repaired_at_once(database: Database) -> None:
    made = phones(database, 3, spendingLimit=5000)
    checked(database, *(shown(each, spendingLimit=0) for each in made))

    assert (begun(database, 2), begun(database, 2)) == (2, 0)
    carry_out(database, "UPDATE operation SET state = 'succeeded' WHERE kind = 'resend'")
    assert begun(database, 2) == 1


def test_order_11_what_a_repair_did_not_change_is_proposed_and_not_repaired_again(
    database: Database,
) -> None:
    (phone,) = phones(database, 1, spendingLimit=5000)
    checked(database, shown(phone, spendingLimit=0))
    begun(database)
    carry_out(database, "UPDATE step SET released_at = now()")

    checked(database, shown(phone, spendingLimit=0))
    assert set(listed(database).values()) == {"repairing"}

    carry_out(
        database,
        "UPDATE operation SET state = 'succeeded', updated_at = now() WHERE kind = 'resend'",
    )
    checked(database, shown(phone, spendingLimit=0))

    assert listed(database) == {(1, "spendingLimit"): "proposed"}
    assert begun(database) == 0


def test_order_11_a_service_that_ended_is_not_repaired(database: Database) -> None:
    (phone,) = phones(database, 1, spendingLimit=5000)
    checked(database, shown(phone, spendingLimit=0))
    put_service(database, replace(phone, status=ServiceStatus.ENDED))

    begun(database)

    assert resends(database) == []
    assert listed(database) == {}


def test_order_11_what_a_person_accepts_is_what_the_service_should_have(
    database: Database, phone: ServiceFacts
) -> None:
    checked(database, shown(phone, package="L", iccid="8937200000000000029"))

    assert decided(database, ACCEPT) == Decided(2, 1)

    assert listed(database) == {}
    (row,) = rows(database, "SELECT wanted, wanted_version FROM service")
    assert row.wanted == {"package": "L", "iccid": "8937200000000000029"}
    changed, told = rows(
        database,
        f"{NOTED} WHERE kind IN ('service:wanted_changed', 'drift:decided') ORDER BY kind DESC",
    )
    assert changed.after == {"version": 1, "characteristics": ["iccid", "package"]}
    assert changed.actor["id"] == "ops-1"
    assert (told.note, told.reason["facts"]) == ("because", {"decision": "accept"})
    assert decided(database, ACCEPT) == Decided(0, 0)


def test_order_11_a_repair_sends_what_else_differs_and_no_sim(
    database: Database, phone: ServiceFacts
) -> None:
    should(database, [phone.id], package="M", forwardTo=None, iccid="8937200000000000011")
    checked(
        database, shown(phone, package="L", forwardTo="+3725550001", iccid="893720000000000029")
    )

    assert decided(database, REPAIR, DriftFilter(characteristic="iccid")) == Decided(0, 0)
    assert decided(database, REPAIR, DriftFilter(characteristic="package")) == Decided(2, 1)

    states = listed(database)
    assert states == {
        (1, "package"): "to_repair",
        (1, "forwardTo"): "to_repair",
        (1, "iccid"): "reported",
    }
    assert begun(database) == 2


def test_order_11_what_the_operator_says_is_not_accepted(database: Database) -> None:
    (phone,) = phones(database, 1)
    checked(database, shown(phone, msisdn="+37255199999"))

    assert decided(database, ACCEPT) == Decided(0, 0)
    assert decided(database, REPAIR) == Decided(1, 1)
    assert history(database).count("drift:decided") == 1


def test_order_11_what_changed_since_is_not_accepted(
    database: Database, phone: ServiceFacts
) -> None:
    checked(database, shown(phone, package="L"))
    should(database, [phone.id], package="S")

    assert decided(database, ACCEPT) == Decided(0, 0)
    assert listed(database) == {(1, "package"): "proposed"}


def test_order_11_held_repairs_are_released_together(database: Database) -> None:
    made = phones(database, 3, spendingLimit=5000, roamingBarred=True)
    first, second, third = made
    checked(
        database,
        *(shown(each, spendingLimit=0) for each in (first, second)),
        shown(third, roamingBarred=False),
    )
    carry_out(database, "UPDATE drift SET state = 'held' WHERE state = 'to_repair'")

    assert decided(database, REPAIR, DriftFilter(state=DriftState.HELD)).services == 2
    assert listed(database)[3, "roamingBarred"] == "proposed"


def test_order_11_differences_are_listed_by_pages_and_counted(database: Database) -> None:
    made = phones(database, 3, package="M")
    checked(database, *(shown(each, package="L", state="inactive") for each in made))
    which = DriftFilter(characteristic="package")

    with database.reading() as connection:
        first = drift_queries.page(connection, which, after=None, limit=2)
        place = (first[-1].found_at, first[-1].id)
        rest = drift_queries.page(connection, which, after=place, limit=2)
        counted = drift_queries.groups(connection, DriftFilter())
        seen = drift_check_queries.drift_metrics(connection)
        (check,) = drift_check_queries.checks(connection, limit=5)

    assert {each.service_id for each in (*first, *rest)} == {each.id for each in made}
    assert [(each.expected, each.shown) for each in rest] == [("M", "L")]
    assert [(each.characteristic, each.differences) for each in counted] == [
        ("package", 3),
        ("state", 3),
    ]
    assert seen.last["differing"] == 6
    assert seen.age is not None
    assert [(each.network, each.shown, each.outcome) for each in check.networks] == [
        ("", 3, "complete")
    ]
