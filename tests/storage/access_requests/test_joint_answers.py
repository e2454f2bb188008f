"""joint.6: an access request is approved by a group: checked first, given when it has confirmed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from domain.access_requests.asking import Approval
from domain.approvals.act_data import Given
from domain.delegations.terms import composed
from domain.identifiers import PersonKey
from services.parties.people import ensure_person
from storage.access_requests import joint_answers
from storage.access_requests.answering import Approving, RequestClosed
from storage.access_requests.joint_answers import Agreed, Checked
from storage.access_requests.reach import ReachedAccount
from storage.database import Database
from storage.delegations.proposals import JointBasis
from tests.builders.access_requests import (
    PAYING,
    Answers,
    about_requests,
    asked,
    let_time_pass,
    swept,
    told,
    wish,
)
from tests.builders.days import today
from tests.builders.delegations import (
    OTHER,
    RULES,
    about_delegations,
    actor,
    grants_of,
    refused,
)
from tests.builders.freezes import freeze
from tests.builders.people import ANNA, JAAN, MARI, TIIU
from tests.builders.proposals import APPROVAL, BOTH, STATE, in_two_weeks
from tests.builders.register_states import NOON, TAMM, sole, state
from tests.builders.rows import rows, store_states

ALL = Approval()


def account(database: Database) -> ReachedAccount:
    (row,) = rows(database, "SELECT company_id FROM account WHERE id = :id", id=OTHER.id)
    return ReachedAccount(OTHER.id, row.company_id)


def checked(
    database: Database,
    request: UUID,
    proposer: PersonKey = TIIU,
    approval: Approval = ALL,
    *,
    until: datetime | None = None,
) -> Checked:
    """Check what a group is to confirm."""
    who = ensure_person(database, proposer)
    with database.transaction() as session:
        wanted = Approving(request, uuid4(), uuid4(), who, account(database), approval)
        until = until or in_two_weeks()
        return joint_answers.check(session, wanted, RULES, lapses_at=until)


def approved(
    database: Database, request: UUID, given: Given, group: Sequence[PersonKey] = BOTH
) -> None:
    """Carry out what the group has confirmed, as Tiiu had proposed it."""
    members = [ensure_person(database, member) for member in group]
    by, proposer = JointBasis(STATE, NOON, APPROVAL, members), ensure_person(database, TIIU)
    agreed, last = Agreed(request, account(database), proposer, given), actor(database, group[-1])
    with database.transaction() as session:
        joint_answers.approve_jointly(session, agreed, by, RULES, actor=last)


def still_open(database: Database, request: UUID) -> bool:
    with database.transaction() as session:
        return joint_answers.is_open(session, request)


def test_joint_6_everyone_who_acts_together_is_told_of_a_request(customers: Database) -> None:
    asked(customers, ANNA, TAMM)

    swept(customers)

    assert told(customers) == {TIIU.code: OTHER.id, JAAN.code: OTHER.id}


def test_joint_6_what_a_group_confirmed_of_a_request_counts_at_once(customers: Database) -> None:
    request = asked(customers, ANNA, TAMM)

    given = checked(customers, request).given
    assert (about_requests(customers), about_delegations(customers)) == (["created"], [])
    approved(customers, request, given)

    (grant,) = grants_of(customers)
    assert (grant.person, grant.permissions) == (ANNA.code, PAYING)
    assert grant.delegation == given.delegation_id
    assert about_requests(customers) == ["created", "approved"]
    assert about_delegations(customers) == ["offered", "accepted"]
    assert told(customers, "access_request_answered") == {ANNA.code: OTHER.id}
    assert told(customers, "delegation_offered") == told(customers, "delegation_accepted") == {}
    (version,) = rows(customers, "SELECT basis FROM delegation_version")
    assert version.basis["kind"] == "joint"
    assert version.basis["approval"] == str(APPROVAL)
    assert version.basis["given_by"] == str(ensure_person(customers, TIIU))
    assert version.basis["confirmed_by"] == [str(ensure_person(customers, who)) for who in BOTH]
    assert not still_open(customers, request)


def test_joint_6_carrying_it_out_again_changes_nothing(customers: Database) -> None:
    request = asked(customers, ANNA, TAMM)
    given = checked(customers, request).given

    for _ in range(2):
        approved(customers, request, given)

    assert len(grants_of(customers)) == 1
    assert about_requests(customers) == ["created", "approved"]


def test_joint_6_a_part_of_it_is_confirmed_and_no_more_than_was_asked_for(
    customers: Database,
) -> None:
    request = asked(customers, ANNA, TAMM)
    part = Approval(composed(["invoice:view"]), through_day=today())

    with refused("beyond_request"):
        checked(customers, request, approval=Approval(composed(["sim:view"])))
    given = checked(customers, request, approval=part).given
    approved(customers, request, given)

    assert given.terms.through_day == today()
    assert [grant.permissions for grant in grants_of(customers)] == [{"invoice:view"}]


def test_joint_6_it_can_be_confirmed_no_longer_than_the_request_is_open(
    customers: Database,
) -> None:
    request = asked(customers, ANNA, TAMM)
    (row,) = rows(customers, "SELECT lapses_at FROM access_request")
    day = timedelta(days=1)

    late, soon = row.lapses_at + day, row.lapses_at - day
    assert checked(customers, request, until=late).lapses_at == row.lapses_at
    assert checked(customers, request, until=soon).lapses_at == soon


def test_joint_6_its_first_day_may_pass_while_the_others_confirm(customers: Database) -> None:
    request = asked(customers, ANNA, TAMM)
    given = checked(customers, request).given
    yesterday = Given(
        given.delegation_id,
        given.version,
        given.receiver_id,
        wish().terms(today() - timedelta(days=1)),
    )

    approved(customers, request, yesterday)

    assert len(grants_of(customers)) == 1


@pytest.mark.parametrize("how", ["withdrawn", "declined", "lapsed"])
def test_joint_6_a_request_that_is_closed_meanwhile_is_not_approved(
    customers: Database, how: str
) -> None:
    request = asked(customers, ANNA, TAMM)
    given, answers = checked(customers, request).given, Answers(customers, request, OTHER)
    with customers.transaction() as session:
        if how == "withdrawn":
            answers.withdraw(session, ANNA)
        if how == "declined":
            answers.decline(session, JAAN)
    if how == "lapsed":
        let_time_pass(customers, request, 14)

    assert not still_open(customers, request)
    with pytest.raises(RequestClosed):
        approved(customers, request, given)
    with pytest.raises(RequestClosed):
        checked(customers, request)
    assert grants_of(customers) == []


def test_joint_6_what_somebody_alone_approved_meanwhile_is_not_approved_again(
    customers: Database,
) -> None:
    request = asked(customers, ANNA, TAMM)
    given = checked(customers, request).given
    store_states(customers, state(sole(MARI), of=TAMM, minute=1))
    with customers.transaction() as session:
        Answers(customers, request, OTHER).approve(session, MARI)

    with pytest.raises(RequestClosed):
        approved(customers, request, given, group=[MARI])

    assert len(grants_of(customers)) == 1


def test_joint_6_nothing_is_given_on_the_word_of_those_who_have_left(customers: Database) -> None:
    request = asked(customers, ANNA, TAMM)
    given = checked(customers, request).given
    freeze(customers, TIIU)

    with refused("not_allowed_to_give"):
        approved(customers, request, given)

    assert (grants_of(customers), about_requests(customers)) == ([], ["created"])


def test_joint_6_a_frozen_applicant_is_given_nothing(customers: Database) -> None:
    request = asked(customers, ANNA, TAMM)
    given = checked(customers, request).given
    freeze(customers, ANNA)

    with refused("receiver_frozen"):
        approved(customers, request, given)

    assert grants_of(customers) == []


def test_joint_6_an_applicant_who_is_of_the_group_is_not_the_giver(customers: Database) -> None:
    request = asked(customers, JAAN, TAMM)

    with refused("to_yourself"):
        checked(customers, request, JAAN)
    given = checked(customers, request).given
    approved(customers, request, given, group=[JAAN, TIIU])

    (delegation,) = rows(customers, "SELECT giver_id FROM delegation")
    assert delegation.giver_id == ensure_person(customers, TIIU)


def test_joint_6_what_is_to_be_confirmed_is_limited_as_offers_are(customers: Database) -> None:
    request = asked(customers, ANNA, TAMM)
    checked(customers, request)

    limits = rows(customers, "SELECT kind FROM rate_limit")
    assert "delegation_offers" in {limit.kind for limit in limits}
