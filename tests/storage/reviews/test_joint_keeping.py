"""joint.6: a group keeps what somebody who left had given: named first, kept once confirmed."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from domain.delegations.refusals import DelegationRefusal
from domain.identifiers import PersonKey
from domain.reviews.decisions import ReviewRefused
from services.parties.people import ensure_person
from storage.database import Database
from storage.delegations import departure_queries
from storage.reviews import joint_keeping
from tests.builders.delegations import (
    OFFICE,
    Given,
    about_delegations,
    actor,
    given,
    narrowed,
    refused,
    revoked,
    set_up_customers,
    terms,
)
from tests.builders.people import ANNA, JAAN, KATI, MARI, PEETER, TIIU
from tests.builders.register_states import together
from tests.builders.rows import rows, store_states

APPROVAL = uuid4()


@pytest.fixture
def customers(database: Database) -> Database:
    set_up_customers(database)
    return database


def left_behind(database: Database, *receivers: PersonKey) -> list[Given]:
    """Mari, who let these people in, has left; Tiiu and Jaan act together."""
    left = [given(database, MARI, who, OFFICE) for who in receivers]
    store_states(database, together(TIIU, JAAN, minute=1))
    return left


def checked(database: Database, *delegations: UUID) -> dict[UUID, int]:
    with database.transaction() as session:
        return dict(joint_keeping.check_keep(session, OFFICE.id, delegations))


def kept(database: Database, versions: dict[UUID, int]) -> Sequence[UUID]:
    by, last = ensure_person(database, TIIU), actor(database, JAAN)
    with database.transaction() as session:
        about = (OFFICE.id, versions, by, APPROVAL)
        return joint_keeping.keep_jointly(session, *about, actor=last)


def undecided(database: Database) -> Sequence[UUID]:
    with database.reading() as connection:
        open_ = departure_queries.open_on(connection, OFFICE.id)
    return [id_ for review in open_ for id_ in review.delegation_ids]


def test_joint_6_what_a_group_keeps_is_out_of_the_review(customers: Database) -> None:
    first, second = left_behind(customers, ANNA, KATI)
    assert set(undecided(customers)) == {first.id, second.id}

    versions = checked(customers, first.id, second.id)
    assert set(undecided(customers)) == {first.id, second.id}, "nothing is kept yet"
    done = kept(customers, versions)

    assert set(done) == {first.id, second.id}
    assert undecided(customers) == []
    (review,) = rows(customers, "SELECT state FROM departure_review")
    assert review.state == "completed"
    stands = rows(customers, "SELECT DISTINCT confirmed_by, confirmed_jointly FROM delegation")
    assert [(row.confirmed_by, row.confirmed_jointly) for row in stands] == [
        (ensure_person(customers, TIIU), True)
    ]
    events = rows(customers, "SELECT actor, reason FROM event WHERE kind = 'delegation:confirmed'")
    assert {event.reason["facts"]["approval"] for event in events} == {str(APPROVAL)}
    assert kept(customers, versions), "repeatable"


def test_joint_6_what_is_over_or_elsewhere_cannot_be_kept(customers: Database) -> None:
    (ended,) = left_behind(customers, ANNA)
    revoked(customers, ended, TIIU)

    with pytest.raises(ReviewRefused) as found:
        checked(customers, ended.id, uuid4())

    assert [issue.code for issue in found.value.issues] == ["unknown", "unknown"]


def test_joint_6_what_ends_or_changes_meanwhile_is_not_kept(customers: Database) -> None:
    same, ended, shorter = left_behind(customers, ANNA, KATI, PEETER)
    versions = checked(customers, same.id, ended.id, shorter.id)
    revoked(customers, ended, TIIU)
    narrowed(customers, shorter, JAAN, terms(last=5))

    assert list(kept(customers, versions)) == [same.id]
    assert undecided(customers) == [shorter.id]


def test_joint_6_where_nothing_is_left_to_keep_it_is_refused(customers: Database) -> None:
    (ended,) = left_behind(customers, ANNA)
    versions = checked(customers, ended.id)
    revoked(customers, ended, TIIU)
    before = about_delegations(customers)

    with refused(DelegationRefusal.NOT_OPEN):
        kept(customers, versions)

    assert about_delegations(customers) == before
