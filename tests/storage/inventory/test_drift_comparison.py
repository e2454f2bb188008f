"""order.11: what networks have is compared with what services should have; unknown is not no."""

from dataclasses import replace
from typing import Any

import pytest

from domain.accounts import ServiceStatus
from domain.inventory.drift import RepairLimits
from domain.provisioning.network_services import is_same
from storage.database import Database
from storage.inventory import drift_checks
from storage.provisioning import resends
from tests.builders.drift import (
    OPS,
    checked,
    compared,
    listed,
    opened,
    phones,
    read,
    should,
    shown,
)
from tests.builders.register_states import TAMM
from tests.builders.rows import account, carry_out, history, put, put_service, rows

SHOP = account(TAMM, 2)
FEW = RepairLimits(share=0.1, least=3)


@pytest.mark.parametrize(
    ("expected", "has", "differs"),
    [
        ("M", {"package": "M"}, False),
        ("M", {"package": "L"}, True),
        ("M", {}, False),
        ("M", {"package": None}, False),
        (None, {"package": "L"}, True),
        (None, {}, False),
        (5000, {"package": "5000"}, False),
        (5000, {"package": 5001}, True),
        (True, {"package": "true"}, False),
        (False, {"package": True}, True),
        ("õ\\t\"'", {"package": "õ\\t\"'"}, False),
        ({"a": 1}, {"package": {"a": 1}}, False),
        ({"a": 1}, {"package": {"a": 2}}, True),
        (["a", "b"], {"package": ["b", "a"]}, True),
    ],
)
def test_order_11_what_differs_and_what_is_unknown(
    database: Database, expected: Any, has: dict[str, Any], *, differs: bool
) -> None:
    (phone,) = phones(database, 1, package=expected)

    checked(database, shown(phone, **has))

    assert listed(database) == ({(1, "package"): "proposed"} if differs else {})
    if has.get("package") is not None:  # the same rule as that of steps
        assert is_same(expected, has["package"]) is not differs


def test_order_11_what_an_order_set_counts_before_what_the_operator_told(
    database: Database,
) -> None:
    (phone,) = phones(database, 1, package="M")
    carry_out(database, """UPDATE service SET told = '{"package": "S", "simType": "esim"}'""")

    checked(database, shown(phone, package="M", simType="sim"))

    assert listed(database) == {(1, "simType"): "reported"}


def test_order_11_the_number_and_the_state_are_compared_too(database: Database) -> None:
    first, second, silent = phones(database, 3)

    checked(
        database,
        shown(first, msisdn="+37255199999"),
        shown(second, state="inactive", msisdn=second.number),
        shown(silent, state=None),
    )

    assert listed(database) == {(1, "msisdn"): "proposed", (2, "state"): "proposed"}


def test_order_11_an_ended_service_that_is_active_at_the_network_is_listed(
    database: Database,
) -> None:
    gone, over, _ = phones(database, 3, package="M")
    put_service(database, *(replace(each, status=ServiceStatus.ENDED) for each in (gone, over)))

    checked(database, shown(gone, package="L"), shown(over, state="terminated", package="L"))

    assert listed(database) == {(1, "state"): "reported"}


def test_order_11_a_service_that_no_list_names_says_nothing(database: Database) -> None:
    phone, _ = phones(database, 2, spendingLimit=5000)

    counts = checked(database, shown(phone, spendingLimit=5000), shown("NET-1", package="L"))

    assert listed(database) == {}
    assert counts == {"services": 2, "compared": 1, "unread": 1, "unknown_here": 1}
    assert [row.service_id for row in rows(database, "SELECT * FROM service_reading")] == [phone.id]


def test_order_11_services_that_something_changes_are_left_out(database: Database) -> None:
    told, stepping, changing, quiet = phones(database, 4, package="M")
    check_id = opened(database)
    with database.transaction() as session:
        resends.request(session, stepping.id, stepping.id, OPS, "")

    read(database, check_id, *(shown(each, package="L") for each in (told, stepping, quiet)))
    read_again = shown(changing, package="L", is_changing=True)
    carry_out(database, "UPDATE service SET updated_at = now() WHERE id = :id", id=told.id)
    carry_out(database, "UPDATE drift_network SET outcome = NULL")
    read(database, check_id, read_again)

    counts = compared(database, check_id)
    assert listed(database) == {(4, "package"): "proposed"}
    assert (counts["left_out"], counts["compared"]) == (3, 1)


def test_order_11_what_was_read_before_the_record_changed_is_no_reading_of_it(
    database: Database,
) -> None:
    """An order set something since, or another owner has the service."""
    ordered, moved, good = phones(database, 3, spendingLimit=5000)
    check_id = opened(database)
    read(database, check_id, *(shown(each, spendingLimit=0) for each in (ordered, moved, good)))
    carry_out(database, "UPDATE service SET updated_at = now() WHERE id = :id", id=ordered.id)
    put(database, SHOP)
    put_service(database, replace(moved, account_id=SHOP.id))
    compared(database, check_id)

    (reading,) = rows(database, "SELECT service_id FROM service_reading")
    assert reading.service_id == good.id


def test_order_11_a_service_that_is_listed_twice_is_as_it_was_read_last(
    database: Database,
) -> None:
    (phone,) = phones(database, 1, package="M")

    checked(database, shown(phone, package="L"), shown(phone, package="M"))

    assert listed(database) == {}


def test_order_11_each_network_is_asked_about_its_own_services(database: Database) -> None:
    here, there = phones(database, 2, package="M")
    carry_out(database, "UPDATE service SET network = 'north' WHERE id = :id", id=there.id)
    carry_out(database, "UPDATE service SET network_id = 'NET-7' WHERE id = :id", id=here.id)
    check_id = opened(database)

    read(database, check_id, shown("NET-7", package="L"), shown(there, package="XS"))
    read(database, check_id, shown("NET-7", package="S"), network="north")

    counts = compared(database, check_id)
    assert listed(database) == {(1, "package"): "proposed"}
    assert (counts["unread"], counts["unknown_here"]) == (1, 2)


def test_order_11_secrets_are_neither_staged_nor_compared(database: Database) -> None:
    (phone,) = phones(database, 1, package="M")
    check_id = opened(database)

    read(database, check_id, shown(phone, package="M", wifiPassword="saladus", other="x"))

    (staged,) = rows(database, "SELECT has FROM drift_staged")
    assert staged.has == {"package": "M"}
    compared(database, check_id)
    assert rows(database, "SELECT FROM drift_staged") == []


def test_order_11_what_agrees_again_is_listed_no_more(database: Database) -> None:
    (phone,) = phones(database, 1, package="M")
    checked(database, shown(phone, package="L"))

    checked(database, shown(phone))
    assert listed(database) == {(1, "package"): "proposed"}  # unknown is not no

    counts = checked(database, shown(phone, package="M"))
    assert listed(database) == {}
    assert counts["ended"] == 1
    (row,) = rows(database, "SELECT * FROM drift")
    assert (row.ending, row.expected, row.shown) == ("agrees", None, None)


def test_order_11_what_still_differs_stays_one_difference(database: Database) -> None:
    (phone,) = phones(database, 1, package="M")
    checked(database, shown(phone, package="L"))

    counts = checked(database, shown(phone, package="XL"))

    assert counts == {"services": 1, "compared": 1, "differing": 1}
    (row,) = rows(database, "SELECT * FROM drift")
    assert (row.expected, row.shown) == ("M", "XL")
    assert row.seen_at > row.found_at


def test_order_11_differences_of_a_service_that_has_ended_end(database: Database) -> None:
    phone, _ = phones(database, 2, package="M")
    checked(database, shown(phone, package="L"))
    put_service(database, replace(phone, status=ServiceStatus.ENDED))

    assert checked(database)["ended"] == 1
    assert listed(database) == {}


def test_order_11_what_nobody_expects_any_more_is_listed_no_more(database: Database) -> None:
    (phone,) = phones(database, 1, package="M")
    checked(database, shown(phone, package="L", msisdn="+37255199999"))
    should(database, [phone.id])
    put_service(database, replace(phone, number=None))

    assert checked(database)["ended"] == 2
    assert {row.ending for row in rows(database, "SELECT * FROM drift")} == {"not_expected"}


def test_order_11_few_differences_are_repaired_by_themselves(database: Database) -> None:
    first, second = phones(database, 2, spendingLimit=5000)

    counts = checked(database, shown(first, spendingLimit=0), shown(second, spendingLimit=1))

    assert counts["to_repair"] == 2
    assert set(listed(database).values()) == {"to_repair"}


@pytest.mark.parametrize(("differing", "state", "events"), [(2, "to_repair", 0), (3, "held", 1)])
def test_order_11_too_many_repairs_are_held_for_a_person(
    database: Database, differing: int, state: str, events: int
) -> None:
    made = phones(database, 10, spendingLimit=5000)
    limits = [0] * differing + [5000] * (10 - differing)
    has = [shown(each, spendingLimit=limit) for each, limit in zip(made, limits, strict=True)]

    counts = checked(database, *has, limits=FEW)

    assert set(listed(database).values()) == {state}
    assert counts[state] == differing
    assert history(database).count("drift:held") == events


def test_order_11_checks_of_one_day_are_weighed_together(database: Database) -> None:
    made = phones(database, 4, spendingLimit=5000)
    checked(database, *(shown(each, spendingLimit=0) for each in made[:2]), limits=FEW)

    checked(database, shown(made[3], spendingLimit=0), limits=FEW)

    assert listed(database)[4, "spendingLimit"] == "held"


def test_order_11_nothing_is_repaired_where_that_would_send_what_a_person_decides(
    database: Database,
) -> None:
    (phone,) = phones(database, 1, spendingLimit=5000, outgoingBarred=False)

    checked(database, shown(phone, spendingLimit=0, outgoingBarred=True))

    assert set(listed(database).values()) == {"proposed"}


def test_order_11_a_page_is_staged_once_and_a_list_that_repeats_itself_ends(
    database: Database,
) -> None:
    (phone,) = phones(database, 1, package="M")
    check_id = opened(database)
    read(database, check_id, shown(phone, package="L"), following=1, rejected=2)
    read(database, check_id, shown(phone, package="XL"), following=2)

    (network,) = rows(database, "SELECT * FROM drift_network")
    assert (network.outcome, network.shown, network.rejected) == ("complete", 1, 2)
    assert compared(database, check_id)["rejected"] == 2
    (row,) = rows(database, "SELECT * FROM drift")
    assert row.shown == "L"


def test_order_11_a_check_that_is_closed_compares_nothing(database: Database) -> None:
    (phone,) = phones(database, 1, package="M")
    check_id = opened(database)
    read(database, check_id, shown(phone, package="L"), following=1)
    carry_out(database, "UPDATE operation SET state = 'cancelled'")

    read(database, check_id, shown("NET-2"))
    with database.transaction() as session:
        assert drift_checks.open_check(session, check_id) == []

    assert len(rows(database, "SELECT FROM drift_staged")) == 1
