"""A giver leaves: what they gave in the owner's name is reviewed by those who remain or come."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from domain.delegations.departures import STANDARD, DepartureRules, OnDeparture
from domain.registry.register import CompanyStatus, RegisterState
from services.parties.people import ensure_person
from storage.accounts.accounts import AccountFacts
from storage.database import Database
from tests.builders.days import today
from tests.builders.delegations import (
    OFFICE,
    OWN,
    accepted,
    delegated_to,
    given,
    offered,
    renewed,
    revoked,
    state_of,
    terms,
)
from tests.builders.departures import (
    board,
    closes_in,
    confirmed,
    looked,
    open_on,
    review_id,
    reviews,
    said,
    stuck,
    told,
)
from tests.builders.freezes import freeze, lift
from tests.builders.people import ANNA, JAAN, KATI, MARI, PEETER, TIIU, TOOMAS
from tests.builders.register_states import (
    KUUSK,
    TAMM,
    entry,
    joint,
    procurist,
    sole,
    state,
    strange,
    together,
)
from tests.builders.rows import account, put, rows

DAY = timedelta(days=1)
NOTHING = timedelta()
KEEP, END = DepartureRules(OnDeparture.KEEP), DepartureRules(OnDeparture.END)


@pytest.mark.parametrize(
    ("new", "left"),
    [
        (state(sole(JAAN), minute=1), True),
        (state(minute=1), True),
        (together(MARI, JAAN, minute=1), True),
        (state(joint(MARI), opaque=True, minute=1), True),
        (state(sole(MARI), form_confers=False, minute=1), True),
        (state(sole(MARI), status=CompanyStatus.LIQUIDATION, minute=1), True),
        (state(sole(MARI), sole(JAAN), minute=1), False),
        (state(procurist(MARI), minute=1), False),
        (state(entry(MARI, alone=None), minute=1), False),
        (state(strange(MARI), minute=1), False),
        (state(sole(MARI), status=CompanyStatus.BANKRUPT, minute=1), False),
        (state(sole(MARI), status=CompanyStatus.DELETED, minute=1), False),
    ],
    ids=[
        *("replaced", "nobody left", "together only", "not alone", "legal form", "liquidation"),
        *("another joins", "another role", "unreadable", "strange", "bankrupt", "deleted"),
    ],
)
def test_deleg_5_who_no_longer_represents_a_living_company_alone_has_left(
    customers: Database, new: RegisterState, *, left: bool
) -> None:
    given(customers, MARI, ANNA, OFFICE)

    said(customers, new)

    assert reviews(customers) == (["open"] if left else [])
    assert delegated_to(customers, ANNA) == [ANNA.code], "nothing ends at once"


def test_deleg_5_one_review_for_an_account_and_a_departure(customers: Database) -> None:
    second = account(KUUSK, 8)
    put(customers, second)
    board(customers, MARI, JAAN, PEETER)
    for giver, receiver, on in (
        *((MARI, ANNA, OFFICE), (MARI, KATI, OFFICE), (MARI, ANNA, second)),
        *((JAAN, KATI, OFFICE), (PEETER, KATI, OFFICE), (PEETER, JAAN, OWN)),
    ):
        given(customers, giver, receiver, on)

    board(customers, PEETER, minute=2)
    for _ in range(2):  # again: nothing more
        board(customers, PEETER, TOOMAS, minute=3)

    found = [
        (each, review) for each in (OFFICE, second, OWN) for review in open_on(customers, each)
    ]
    mari, jaan = ensure_person(customers, MARI), ensure_person(customers, JAAN)
    assert sorted((on.reference, review.giver_id, review.undecided) for on, review in found) == (
        sorted([
            (OFFICE.reference, mari, 2), (OFFICE.reference, jaan, 1), (second.reference, mari, 1)
        ])
    )  # fmt: skip
    review = open_on(customers, second)[0]
    assert review.closes_at - review.opened_at == STANDARD.review_time
    (event,) = rows(
        customers,
        "SELECT * FROM event WHERE kind = 'departure_review:opened' AND subject_id = :id",
        id=review.id,
    )
    assert event.reason["facts"] == {"giver": str(mari)}
    (process,) = rows(customers, "SELECT * FROM process WHERE id = :id", id=review.id)
    assert (process.type, process.account_id) == ("departure_review", second.id)


def test_deleg_5_only_what_stands_in_the_owners_name_is_reviewed(customers: Database) -> None:
    board(customers, MARI, JAAN)
    parent = given(customers, MARI, ANNA, OFFICE, terms(may_pass_on=True))
    given(customers, ANNA, KATI, OFFICE, parent=parent.id)
    offered(customers, MARI, TIIU, OFFICE)
    revoked(customers, given(customers, MARI, TOOMAS, OFFICE), MARI)
    renewal = renewed(customers, given(customers, MARI, KATI, OFFICE), JAAN, terms(last=60))
    accepted(customers, renewal, KATI)

    board(customers, JAAN, minute=2)

    (review,) = open_on(customers)
    assert review.delegation_ids == [parent.id]


def test_deleg_5_what_nobody_confirms_in_time_ends_with_what_hangs_on_it(
    customers: Database,
) -> None:
    parent = given(customers, MARI, ANNA, OFFICE, terms(may_pass_on=True))
    child = given(customers, ANNA, KATI, OFFICE, parent=parent.id)
    kept = given(customers, MARI, TOOMAS, OFFICE)
    board(customers, JAAN)

    assert looked(customers) is not None
    confirmed(customers, JAAN, kept)
    closes_in(customers, NOTHING)
    assert looked(customers) is None

    assert state_of(customers, parent) == ("ended", "delegation_review_lapsed")
    assert state_of(customers, child) == ("ended", "delegation_parent_ended")
    assert delegated_to(customers, ANNA, KATI, TOOMAS) == [TOOMAS.code]
    assert reviews(customers) == ["lapsed"]
    board(customers, JAAN, PEETER, minute=2)
    assert reviews(customers) == ["lapsed"], "whoever confirmed it is there"
    (process,) = rows(customers, "SELECT * FROM process WHERE type = 'departure_review'")
    assert process.ended_at is not None


def test_deleg_5_a_confirmation_from_before_the_departure_does_not_count(
    customers: Database,
) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)
    confirmed(customers, MARI, delegation)

    board(customers, JAAN)

    assert [review.delegation_ids for review in open_on(customers)] == [[delegation.id]]


def test_deleg_5_whoever_confirmed_stands_for_it_and_may_leave_in_turn(customers: Database) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)
    board(customers, JAAN)
    confirmed(customers, JAAN, delegation)
    assert reviews(customers) == ["completed"]

    board(customers, PEETER, minute=2)

    (review,) = open_on(customers)
    assert review.giver_id == ensure_person(customers, JAAN)
    assert review.delegation_ids == [delegation.id]


def test_deleg_5_a_renewal_is_for_its_giver_to_stand_for(customers: Database) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)
    board(customers, JAAN, PEETER)
    confirmed(customers, JAAN, delegation)
    accepted(customers, renewed(customers, delegation, PEETER, terms(last=60)), ANNA)

    board(customers, PEETER, minute=2)
    assert open_on(customers) == []

    board(customers, TOOMAS, minute=3)
    (review,) = open_on(customers)
    assert review.giver_id == ensure_person(customers, PEETER)


@pytest.mark.parametrize("order", ["confirm last", "end last"])
def test_deleg_5_a_review_is_over_once_everything_is_confirmed_or_ended(
    customers: Database, order: str
) -> None:
    kept, ended = given(customers, MARI, ANNA, OFFICE), given(customers, MARI, KATI, OFFICE)
    board(customers, JAAN)

    if order == "end last":
        confirmed(customers, JAAN, kept)
    else:
        revoked(customers, ended, JAAN)
    assert reviews(customers) == ["open"]
    if order == "end last":
        revoked(customers, ended, JAAN)
    else:
        confirmed(customers, JAAN, kept)

    assert reviews(customers) == ["completed"]
    assert open_on(customers) == []
    assert looked(customers) is None
    assert delegated_to(customers, ANNA, KATI) == [ANNA.code]
    (event,) = rows(customers, "SELECT * FROM event WHERE kind = 'departure_review:ended'")
    assert event.reason["code"] == "departure_review_completed"


def test_deleg_5_a_giver_who_returns_cancels_the_review(customers: Database) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)
    board(customers, JAAN)

    board(customers, MARI, JAAN, minute=2)

    assert reviews(customers) == ["cancelled"]
    assert looked(customers) is None
    board(customers, JAAN, minute=3)
    assert reviews(customers) == ["cancelled", "open"], "another departure"
    assert state_of(customers, delegation) == ("active", None)


def test_deleg_5_a_company_that_lives_again_without_the_giver_has_been_left(
    customers: Database,
) -> None:
    given(customers, MARI, ANNA, OFFICE)
    said(customers, state(sole(MARI), status=CompanyStatus.BANKRUPT, minute=1))
    assert reviews(customers) == []

    board(customers, JAAN, minute=2)

    assert reviews(customers) == ["open"]


def test_deleg_5_operations_learn_that_a_company_lives_again_with_nobody_to_review(
    customers: Database,
) -> None:
    given(customers, MARI, ANNA, OFFICE)
    said(customers, state(status=CompanyStatus.DELETED, minute=1))

    board(customers, minute=2)

    assert reviews(customers) == ["open"]
    assert looked(customers) == timedelta(hours=1)
    assert [(item.kind, item.state) for item in stuck(customers)] == [("unattended", "stuck")]


def test_deleg_5_what_was_confirmed_after_the_departure_is_not_reviewed_again(
    customers: Database,
) -> None:
    kept, other = (given(customers, MARI, who, OFFICE) for who in (ANNA, KATI))
    said(customers, state(sole(JAAN), status=CompanyStatus.BANKRUPT, minute=1))
    confirmed(customers, JAAN, kept)

    board(customers, JAAN, minute=2)
    assert [review.delegation_ids for review in open_on(customers)] == [[other.id]]
    closes_in(customers, NOTHING)
    looked(customers)

    assert (state_of(customers, kept)[0], state_of(customers, other)[0]) == ("active", "ended")


def test_deleg_5_a_review_stands_still_while_the_company_is_bankrupt(customers: Database) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)
    board(customers, JAAN)
    said(customers, state(sole(JAAN), status=CompanyStatus.BANKRUPT, minute=2))
    closes_in(customers, NOTHING)

    assert looked(customers) == DAY
    assert (reviews(customers), stuck(customers), told(customers)) == (["open"], [], [])

    board(customers, JAAN, minute=3)
    looked(customers)
    assert told(customers) == [(JAAN.code, "opened")]
    assert state_of(customers, delegation) == ("active", None)


@pytest.mark.parametrize("now", [account(KUUSK, 1, status="closed"), account(TAMM, 1)])
def test_deleg_5_what_ends_with_its_account_is_not_reviewed(
    customers: Database, now: AccountFacts
) -> None:
    given(customers, MARI, ANNA, OFFICE)
    put(customers, now)
    board(customers, JAAN)
    assert reviews(customers) == []


def test_deleg_5_a_review_ends_with_its_account(customers: Database) -> None:
    given(customers, MARI, ANNA, OFFICE)
    board(customers, JAAN)
    put(customers, account(KUUSK, 1, status="closed"))
    assert reviews(customers) == ["completed"]


@pytest.mark.parametrize(
    ("rules", "after"), [(KEEP, [ANNA.code, KATI.code]), (END, [])], ids=["keep", "end"]
)
def test_deleg_5_a_setting_keeps_or_ends_it_at_once(
    customers: Database, rules: DepartureRules, after: Sequence[str]
) -> None:
    parent = given(customers, MARI, ANNA, OFFICE, terms(may_pass_on=True))
    given(customers, ANNA, KATI, OFFICE, parent=parent.id)

    aligned = board(customers, JAAN, rules=rules)

    assert reviews(customers) == []
    assert delegated_to(customers, ANNA, KATI) == after
    codes = sorted(change.reason["code"] for change in aligned.cascaded)
    assert codes == ([] if after else ["delegation_giver_left", "delegation_parent_ended"])
    assert len(aligned.lost) == 1 + len(codes)


def test_deleg_5_reviewers_are_told_once_and_reminded(customers: Database) -> None:
    board(customers, MARI, JAAN, TIIU)
    given(customers, MARI, ANNA, OFFICE)
    board(customers, JAAN, TIIU, joint(TOOMAS), minute=2)
    both = sorted([JAAN.code, TIIU.code])

    for left, kinds in (
        (30 * DAY, ["opened"]),
        (29 * DAY, ["opened"]),
        (7 * DAY, ["opened", "reminder 7"]),
        (6 * DAY, ["opened", "reminder 7"]),
        (DAY, ["opened", "reminder 7", "reminder 1"]),
    ):
        closes_in(customers, left)
        for _ in range(2):
            looked(customers)
        assert told(customers) == [(who, kind) for kind in kinds for who in both]
    (until,) = {row.until for row in rows(
        customers, "SELECT facts->>'until' AS until FROM notice WHERE occasion = '1 1'"
    )}  # fmt: skip
    assert until == str(today()), "it ends within the day after"


@pytest.mark.parametrize(("left", "kind"), [(20 * DAY, "opened"), (3 * DAY, "reminder 7")])
def test_deleg_5_who_comes_later_is_told_as_well(
    customers: Database, left: timedelta, kind: str
) -> None:
    board(customers, MARI, JAAN)
    given(customers, MARI, ANNA, OFFICE)
    board(customers, JAAN, minute=2)
    looked(customers)

    board(customers, JAAN, PEETER, minute=3)
    closes_in(customers, left)
    for _ in range(2):
        looked(customers)

    assert [how for who, how in told(customers) if who == PEETER.code] == [kind]


def test_deleg_5_with_nobody_to_review_operations_are_told_and_nothing_ends(
    customers: Database,
) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)
    board(customers)
    closes_in(customers, NOTHING)

    for _ in range(2):
        assert looked(customers) == timedelta(hours=1)

    assert state_of(customers, delegation) == ("active", None)
    assert told(customers) == []
    (item,) = stuck(customers)
    assert item == ("unattended", "nobody_to_review", "stuck", None, OFFICE.id, "operations")
    opened = rows(customers, "SELECT reason FROM event WHERE kind = 'stuck:opened'")
    assert [event.reason["code"] for event in opened] == ["nobody_to_review"]

    board(customers, JAAN, minute=2)
    assert looked(customers) is not None

    (item,) = stuck(customers)
    assert (item.state, item.resolution, item.waits_for) == ("closed", "healed", None)
    (review,) = open_on(customers)
    assert review.closes_at - review.opened_at > STANDARD.review_time, "the whole time again"
    assert told(customers) == [(JAAN.code, "opened")]
    (event,) = rows(customers, "SELECT * FROM event WHERE kind = 'departure_review:continued'")
    assert event.reason["code"] == "departure_review_continued"


def test_deleg_5_nobody_can_review_while_they_are_frozen(customers: Database) -> None:
    given(customers, MARI, ANNA, OFFICE)
    board(customers, JAAN)
    looked(customers)
    frozen = freeze(customers, JAAN)
    closes_in(customers, NOTHING)

    looked(customers)
    assert [item.state for item in stuck(customers)] == ["stuck"]
    lift(customers, frozen)
    looked(customers)

    assert [item.state for item in stuck(customers)] == ["closed"]
    assert told(customers) == [(JAAN.code, "opened"), (JAAN.code, "opened")], "with the new day"
    assert delegated_to(customers, ANNA) == [ANNA.code]


def test_joint_6_those_who_act_together_review_what_was_left_behind(customers: Database) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)
    said(customers, together(TIIU, JAAN, minute=1))

    looked(customers)
    assert told(customers) == sorted([(JAAN.code, "opened"), (TIIU.code, "opened")])
    assert stuck(customers) == []

    closes_in(customers, NOTHING)
    assert looked(customers) is None
    assert state_of(customers, delegation) == ("ended", "delegation_review_lapsed")


def test_joint_6_while_one_of_them_is_frozen_nobody_can_keep_and_nothing_ends(
    customers: Database,
) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)
    said(customers, together(TIIU, JAAN, minute=1))
    frozen = freeze(customers, JAAN)
    closes_in(customers, NOTHING)

    looked(customers)
    assert state_of(customers, delegation) == ("active", None)
    assert [item.code for item in stuck(customers)] == ["nobody_to_review"]

    lift(customers, frozen)
    looked(customers)
    assert [item.state for item in stuck(customers)] == ["closed"]


def test_joint_6_a_group_with_somebody_who_cannot_confirm_keeps_nothing(
    customers: Database,
) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)
    legal_person = entry(None, alone=False)
    group = (joint(TIIU), joint(JAAN), legal_person)
    said(customers, state(*group, groups=(group,), minute=1))
    closes_in(customers, NOTHING)

    looked(customers)

    assert state_of(customers, delegation) == ("active", None)
    assert [item.code for item in stuck(customers)] == ["nobody_to_review"]


def test_deleg_5_a_review_that_is_over_is_not_listed(customers: Database) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)
    board(customers)
    looked(customers)

    revoked(customers, delegation, MARI)

    assert reviews(customers) == ["completed"]
    assert [(item.state, item.resolution) for item in stuck(customers)] == [("closed", "ended")]


def test_deleg_5_time_that_is_up_while_nobody_looks_ends_nothing_until_somebody_does(
    customers: Database,
) -> None:
    """A worker that was stopped ends it late, and what is confirmed before that is kept."""
    late = given(customers, MARI, ANNA, OFFICE)
    board(customers, JAAN)
    closes_in(customers, -DAY)

    confirmed(customers, JAAN, late)

    assert reviews(customers) == ["completed"]
    assert looked(customers, of=review_id(customers)) is None
    assert state_of(customers, late) == ("active", None)
