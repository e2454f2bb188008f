"""Delegations that a representative confirms are to be kept."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from storage.accounts.accounts import AccountFacts
from storage.database import Database
from storage.delegations import confirmations
from tests.builders.delegations import (
    OFFICE,
    OTHER,
    Given,
    about_delegations,
    actor,
    given,
    offered,
    revoked,
)
from tests.builders.people import ANNA, KATI, MARI, PEETER
from tests.builders.rows import carry_out, rows


def confirmed(database: Database, on: AccountFacts, *ids: UUID) -> Sequence[UUID]:
    with database.transaction() as session:
        return confirmations.confirm(session, on.id, ids, actor=actor(database, MARI))


def confirmed_at(database: Database, delegation: Given) -> object:
    found = rows(database, "SELECT confirmed_at FROM delegation WHERE id = :id", id=delegation.id)
    return found[0].confirmed_at


def test_deleg_5_what_is_confirmed_says_since_when_and_by_whom(customers: Database) -> None:
    delegation, beside = given(customers, MARI, ANNA, OFFICE), given(customers, MARI, KATI, OFFICE)

    assert confirmed(customers, OFFICE, delegation.id) == [delegation.id]

    first = confirmed_at(customers, delegation)
    assert first is not None
    assert confirmed_at(customers, beside) is None
    (event,) = rows(customers, "SELECT * FROM event WHERE kind = 'delegation:confirmed'")
    assert event.subject_id == delegation.id
    assert event.actor == actor(customers, MARI).as_json()
    assert event.reason["code"] == "delegation_confirmed"
    assert event.after == {"state": "active", "version": 1}
    assert confirmed(customers, OFFICE, delegation.id) == [delegation.id], "repeatable"
    assert confirmed_at(customers, delegation) > first  # type: ignore[operator]


def test_deleg_5_only_what_is_in_force_on_the_account_is_confirmed(customers: Database) -> None:
    open_offer, ended = offered(customers, MARI, ANNA, OFFICE), given(customers, MARI, KATI, OFFICE)
    expired = given(customers, MARI, PEETER, OFFICE)
    revoked(customers, ended, MARI)
    over = "UPDATE delegation SET ends_at = clock_timestamp() WHERE id = :id"
    carry_out(customers, over, id=expired.id)
    before = about_delegations(customers)

    elsewhere = given(customers, MARI, ANNA, OFFICE)
    assert confirmed(customers, OTHER, elsewhere.id) == []
    assert confirmed(customers, OFFICE, open_offer.id, ended.id, expired.id, uuid4()) == []

    assert "confirmed" not in before + about_delegations(customers)
