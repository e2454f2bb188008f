"""deleg.15, deleg.7: approved, wholly or in part; declined; withdrawn; and of two at once, one."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from uuid import UUID

import pytest

from domain.access.permissions import Permission
from domain.access_requests.asking import Approval
from domain.delegations.refusals import DelegationRefused
from domain.delegations.terms import composed
from domain.identifiers import PersonKey
from domain.people.erasure import ErasureGround
from services.parties.people import ensure_person
from storage.access_requests.answering import RequestClosed
from storage.database import Database, Session
from storage.parties import upsert
from storage.people import erasure
from storage.registry import align_grants, register_states
from tests.builders.access_requests import (
    PAYING,
    Answers,
    about_requests,
    asked,
    let_time_pass,
    state_of,
    swept,
    told,
    wish,
)
from tests.builders.days import today
from tests.builders.delegations import (
    OFFICE,
    OTHER,
    PHONE,
    delegated_to,
    given,
    grants_of,
    refused,
    terms,
)
from tests.builders.people import ANNA, JAAN, KATI, MARI, TIIU
from tests.builders.register_states import KUUSK, TAMM, sole, state
from tests.builders.rows import BILLING, REGISTER, rows, store_states, wait_until_blocked

P = Permission
Change = Callable[[Session], object]


def test_deleg_15_an_approval_gives_access_at_once(customers: Database) -> None:
    request = asked(customers, ANNA, KUUSK)
    swept(customers)

    with customers.transaction() as session:
        Answers(customers, request, OFFICE).approve(session, MARI)

    (grant,) = grants_of(customers)
    assert (grant.person, grant.service, grant.permissions) == (ANNA.code, None, PAYING)
    (row,) = rows(customers, "SELECT state, delegation_id FROM access_request")
    assert (row.state, row.delegation_id) == ("approved", grant.delegation)
    assert told(customers, "access_request_answered") == {ANNA.code: OFFICE.id}
    assert about_requests(customers) == ["created", "approved"]
    (process,) = rows(customers, "SELECT ended_at IS NOT NULL AS over FROM process")
    assert process.over, "no ceremony is left to be carried out"


def test_deleg_15_nobody_is_told_the_same_twice(customers: Database) -> None:
    request = asked(customers, ANNA, KUUSK)
    with customers.transaction() as session:
        Answers(customers, request, OFFICE).approve(session, MARI)

    assert told(customers, "delegation_offered") == told(customers, "delegation_accepted") == {}


def test_deleg_15_an_approval_may_be_narrower(customers: Database) -> None:
    request = asked(customers, ANNA, KUUSK)
    less = Approval(composed(["invoice:view"]), {PHONE.id}, through_day=today())

    with customers.transaction() as session:
        Answers(customers, request, OFFICE).approve(session, MARI, less)

    (grant,) = grants_of(customers)
    assert (grant.service, grant.permissions) == (PHONE.id, frozenset({P.INVOICE_VIEW}))


def test_deleg_15_who_passes_on_approves_within_what_they_have(customers: Database) -> None:
    parent = given(customers, MARI, JAAN, OFFICE, terms(P.INVOICE_VIEW, may_pass_on=True))
    request = asked(customers, ANNA, KUUSK)
    answers = Answers(customers, request, OFFICE)

    with (
        refused("beyond_parent_permissions", "beyond_parent_dates"),
        customers.transaction() as session,
    ):
        answers.approve(session, JAAN)
    part = Approval(composed(["invoice:view"]), through_day=today())
    with customers.transaction() as session:
        answers.approve(session, JAAN, part)

    (row,) = rows(customers, "SELECT parent_id FROM delegation WHERE parent_id IS NOT NULL")
    assert row.parent_id == parent.id


@pytest.mark.parametrize(
    ("part", "on", "why"),
    [
        ([P.INVOICE_VIEW], [], "beyond_parent_permissions"),
        (PAYING, [PHONE.id], "beyond_parent_scope"),
        (PAYING, [], None),
    ],
    ids=["some-permissions", "one-service", "all-of-it"],
)
def test_deleg_15_who_was_given_a_part_does_not_decline_for_the_rest(
    customers: Database, part: Iterable[Permission], on: Iterable[UUID], why: str | None
) -> None:
    given(customers, MARI, JAAN, OFFICE, terms(*part, on=on, may_pass_on=True))
    answers = Answers(customers, asked(customers, ANNA, KUUSK), OFFICE)

    with refused(why) if why else nullcontext(), customers.transaction() as session:
        answers.decline(session, JAAN)

    assert about_requests(customers) == ["created"] + ([] if why else ["declined"])


def test_joint_6_one_of_several_who_act_together_declines_alone_and_approves_nothing(
    customers: Database,
) -> None:
    answers = Answers(customers, asked(customers, ANNA, TAMM), OTHER)

    with refused("needs_joint_approval"), customers.transaction() as session:
        answers.approve(session, TIIU)
    with customers.transaction() as session:
        answers.decline(session, TIIU)

    assert about_requests(customers) == ["created", "declined"]


def test_deleg_15_a_declined_request_tells_nothing_about_who_declined(customers: Database) -> None:
    answers = Answers(customers, asked(customers, ANNA, KUUSK), OFFICE)

    for _ in range(2):
        with customers.transaction() as session:
            answers.decline(session, MARI)

    assert told(customers, "access_request_answered") == {ANNA.code: None}
    (event,) = rows(customers, "SELECT * FROM event WHERE kind = 'access_request:declined'")
    assert (event.person_id, event.account_id) == (None, OFFICE.id)
    assert grants_of(customers) == []


@pytest.mark.parametrize("how", ["withdrawn", "declined", "lapsed", "approved"])
def test_deleg_15_what_is_closed_cannot_be_answered(customers: Database, how: str) -> None:
    request = asked(customers, ANNA, KUUSK)
    answers = Answers(customers, request, OFFICE)
    if how == "lapsed":
        let_time_pass(customers, request, 14)
    else:
        by = {
            "withdrawn": lambda s: answers.withdraw(s, ANNA),
            "declined": lambda s: answers.decline(s, MARI),
            "approved": lambda s: answers.approve(s, MARI),
        }
        with customers.transaction() as session:
            by[how](session)
    before = len(grants_of(customers))

    with pytest.raises(RequestClosed), customers.transaction() as session:
        answers.approve(session, MARI)

    assert len(grants_of(customers)) == before


def meet(database: Database, first: Change, second: Change) -> object:
    """Commit ``first`` while ``second`` waits for it; returns what the second raised, or None."""

    def beside() -> object:
        with database.transaction() as session:
            return second(session)

    with ThreadPoolExecutor() as threads:
        with database.transaction() as session:
            first(session)
            other = threads.submit(beside)
            wait_until_blocked(database)
        return other.exception(60)


def test_deleg_15_of_two_approvers_at_once_one_gives(customers: Database) -> None:
    store_states(customers, state(sole(MARI), sole(KATI), minute=1))
    answers = Answers(customers, asked(customers, ANNA, KUUSK), OFFICE)

    raised = meet(customers, lambda s: answers.approve(s, MARI), lambda s: answers.approve(s, KATI))

    assert isinstance(raised, RequestClosed)
    assert len(grants_of(customers)) == 1
    assert len(rows(customers, "SELECT FROM delegation")) == 1


@pytest.mark.parametrize("first", ["approve", "withdraw"])
def test_deleg_15_of_approving_and_withdrawing_at_once_one_wins(
    customers: Database, first: str
) -> None:
    request = asked(customers, ANNA, KUUSK)
    answers = Answers(customers, request, OFFICE)
    acts: dict[str, Change] = {
        "approve": lambda s: answers.approve(s, MARI),
        "withdraw": lambda s: answers.withdraw(s, ANNA),
    }
    (other,) = acts.keys() - {first}

    raised = meet(customers, acts[first], acts[other])

    assert isinstance(raised, RequestClosed)
    assert len(grants_of(customers)) == (first == "approve")
    assert state_of(customers, request) == ("approved" if first == "approve" else "withdrawn")


def test_deleg_15_who_leaves_the_board_meanwhile_gives_nothing(customers: Database) -> None:
    answers = Answers(customers, asked(customers, ANNA, KUUSK), OFFICE)

    raised = meet(customers, _new_board(KATI), lambda s: answers.approve(s, MARI))

    assert isinstance(raised, DelegationRefused)
    assert delegated_to(customers, ANNA) == []
    assert about_requests(customers) == ["created"]


def _new_board(*board: PersonKey) -> Change:
    def change(session: Session) -> object:
        (firm,) = upsert.company_ids(session, [KUUSK]).values()
        register_states.lock(session, [firm])
        said = {firm: state(*map(sole, board), minute=1)}
        register_states.record_states(session, said, actor=REGISTER)
        return align_grants.align(session, [firm], actor=REGISTER)

    return change


@pytest.mark.parametrize("first", ["approve", "erase"])
def test_deleg_15_of_approving_and_erasing_the_applicant_at_once_one_wins(
    customers: Database, first: str
) -> None:
    anna = ensure_person(customers, ANNA)
    answers = Answers(customers, asked(customers, ANNA, KUUSK), OFFICE)
    ground = ErasureGround.OBJECTION
    acts: dict[str, Change] = {
        "approve": lambda s: answers.approve(s, MARI),
        "erase": lambda s: erasure.erase(s, anna, ground, actor=BILLING),
    }
    (other,) = acts.keys() - {first}

    raised = meet(customers, acts[first], acts[other])

    left = rows(customers, "SELECT state FROM access_request")
    if first == "approve":
        assert (raised, [row.state for row in left]) == (None, ["approved"])
        assert delegated_to(customers, ANNA) == [ANNA.code]
    else:
        assert isinstance(raised, RequestClosed)
        assert (left, grants_of(customers)) == ([], [])


def test_deleg_15_a_request_is_erased_with_its_applicant(customers: Database) -> None:
    asked(customers, ANNA, KUUSK, message="Palun")
    asked(customers, JAAN, KUUSK, wish(P.INVOICE_VIEW))

    with customers.transaction() as session:
        done = erasure.erase(
            session, ensure_person(customers, ANNA), ErasureGround.OBJECTION, actor=BILLING
        )

    assert done is not None
    assert not done.obstacles
    assert len(rows(customers, "SELECT FROM access_request")) == 1
