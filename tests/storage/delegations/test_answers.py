"""Offers that are declined, withdrawn or lapse: closed once, and their receiver forgotten."""

from collections.abc import Callable

import pytest

from domain.people.erasure import ErasureGround
from services.parties.people import ensure_person
from services.people.erase import erase_person
from storage.database import Database
from storage.delegations import answers
from tests.builders.delegations import (
    OFFICE,
    OWN,
    Given,
    about_delegations,
    accepted,
    actor,
    given,
    grants_of,
    known,
    offered,
    renewed,
    state_of,
    terms,
)
from tests.builders.people import ANNA, JAAN, KATI, MARI, PEETER, TIIU
from tests.builders.register_states import sole, state
from tests.builders.rows import BILLING, ENGINE, account, carry_out, put, rows, store_states

Closing = Callable[[Database, Given], bool]


def decline(database: Database, new: Given) -> bool:
    anna, by = ensure_person(database, ANNA), actor(database, ANNA)
    with database.transaction() as session:
        return answers.decline(session, new.version_id, anna, actor=by)


def withdraw(database: Database, new: Given) -> bool:
    by = actor(database, MARI)
    with database.transaction() as session:
        return answers.withdraw(session, new.version_id, actor=by)


def lapse(database: Database, new: Given) -> bool:
    carry_out(database, "UPDATE delegation_version SET lapses_at = clock_timestamp()")
    with database.transaction() as session:
        return list(answers.lapse(session, [new.version_id], actor=ENGINE)) == [new.version_id]


CLOSINGS = [
    pytest.param(decline, "declined", id="declined"),
    pytest.param(withdraw, "withdrawn", id="withdrawn"),
    pytest.param(lapse, "lapsed", id="lapsed"),
]


@pytest.mark.parametrize(("close", "how"), CLOSINGS)
def test_deleg_11_an_offer_is_closed_and_its_receiver_forgotten(
    customers: Database, close: Closing, how: str
) -> None:
    new = offered(customers, MARI, ANNA, OFFICE)

    assert close(customers, new)

    assert state_of(customers, new) == (how, f"delegation_{how}")
    assert about_delegations(customers) == ["offered", how]
    (row,) = rows(customers, "SELECT receiver_id FROM delegation")
    assert row.receiver_id is None
    assert not known(customers, ANNA)


@pytest.mark.parametrize(("close", "how"), CLOSINGS)
def test_deleg_9_an_offer_is_closed_once(customers: Database, close: Closing, how: str) -> None:
    offered(customers, PEETER, ANNA, OWN)
    new = offered(customers, MARI, ANNA, OFFICE)

    assert [close(customers, new), close(customers, new)] == [True, False]

    assert about_delegations(customers) == ["offered", "offered", how]


@pytest.mark.parametrize(("close", "how"), CLOSINGS)
def test_deleg_11_who_is_known_otherwise_is_not_forgotten(
    customers: Database, close: Closing, how: str
) -> None:
    new = offered(customers, MARI, ANNA, OFFICE)
    other = offered(customers, PEETER, ANNA, OWN)

    close(customers, new)

    assert known(customers, ANNA)
    assert state_of(customers, other) == ("awaiting_acceptance", None)


@pytest.mark.parametrize(("close", "how"), CLOSINGS)
def test_deleg_8_closing_a_renewal_leaves_what_is_in_force(
    customers: Database, close: Closing, how: str
) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)
    before = grants_of(customers)
    longer = renewed(customers, delegation, MARI, terms(last=90))

    assert close(customers, longer)

    assert state_of(customers, delegation) == ("active", None)
    assert grants_of(customers) == before
    assert about_delegations(customers) == ["offered", "accepted", "offered", how]
    found = rows(customers, "SELECT state FROM delegation_version ORDER BY number")
    assert [row.state for row in found] == ["accepted", how]


def test_deleg_11_only_the_receiver_declines(customers: Database) -> None:
    new = offered(customers, MARI, KATI, OFFICE)

    assert not decline(customers, new)
    assert state_of(customers, new) == ("awaiting_acceptance", None)


def test_deleg_10_an_offer_does_not_lapse_before_its_time(customers: Database) -> None:
    new = offered(customers, MARI, ANNA, OFFICE)

    with customers.transaction() as session:
        assert answers.lapse(session, [new.version_id], actor=ENGINE) == []

    accepted(customers, new, ANNA)


@pytest.mark.parametrize("close", [decline, withdraw])
def test_deleg_10_what_has_lapsed_is_not_closed_otherwise(
    customers: Database, close: Closing
) -> None:
    new = offered(customers, MARI, ANNA, OFFICE)
    carry_out(customers, "UPDATE delegation_version SET lapses_at = clock_timestamp()")

    assert not close(customers, new)
    assert lapse(customers, new)


@pytest.mark.parametrize(("close", "how"), CLOSINGS)
def test_deleg_9_what_was_accepted_is_no_offer_any_more(
    customers: Database, close: Closing, how: str
) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)

    assert not close(customers, delegation)

    assert state_of(customers, delegation) == ("active", None)
    assert known(customers, ANNA)


def test_deleg_11_erasing_a_person_closes_the_offers_to_and_from_them(customers: Database) -> None:
    by_mari = offered(customers, MARI, ANNA, OFFICE)
    by_peeter = offered(customers, PEETER, KATI, OWN)
    put(customers, account(TIIU, 2))  # so that Peeter may be erased
    again = offered(customers, MARI, PEETER, OFFICE)

    for who in (ANNA, PEETER):
        who_id = ensure_person(customers, who)
        erased = erase_person(customers, who_id, ErasureGround.OBJECTION, actor=BILLING)
        assert erased.obstacles == {}

    assert state_of(customers, by_mari) == ("withdrawn", "delegation_withdrawn")
    assert state_of(customers, by_peeter) == ("ended", "delegation_owner_changed")
    assert state_of(customers, again) == ("withdrawn", "delegation_withdrawn")
    assert rows(customers, "SELECT FROM delegation WHERE receiver_id IS NOT NULL") == []
    assert rows(customers, "SELECT FROM process WHERE ended_at IS NULL") == []


def test_deleg_11_an_offer_by_somebody_who_left_and_is_erased_is_closed(
    customers: Database,
) -> None:
    new = offered(customers, MARI, KATI, OFFICE)
    store_states(customers, state(sole(JAAN), minute=1))

    mari = ensure_person(customers, MARI)
    erased = erase_person(customers, mari, ErasureGround.OBJECTION, actor=BILLING)

    assert erased.obstacles == {}
    assert state_of(customers, new) == ("withdrawn", "delegation_withdrawn")
    assert not known(customers, KATI)
