"""deleg.6: a freeze holds access back in every query, and two members of staff lift it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from threading import Event
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from domain.access.decisions import Decision
from domain.access.grants import Origin
from domain.access.permissions import Permission
from domain.access.remedies import Remedy, RemedyCode
from domain.access.suspensions import Freeze, FreezeReason, Subject
from domain.audit import Actor
from domain.delegations.chains import Reader
from domain.identifiers import PersonKey
from services.access import freezes
from services.access.check import check, check_with_chains
from services.access.explain import Explanation, Question, explain
from services.errors import NotFound, Refused
from services.parties.people import ensure_person
from storage.access import (
    grant_list_queries,
    grant_queries,
    grants,
    people_list_queries,
    suspensions,
)
from storage.accounts.accounts import AccountFacts
from storage.database import Database
from storage.parties import upsert
from tests.builders.freezes import ANN, BEN, NOTE, freeze, lift
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.register_states import KUUSK, TAMM, joint, sole, state
from tests.builders.rows import (
    BILLING,
    NOTED,
    account,
    carry_out,
    give,
    history,
    put,
    rows,
    starting,
    store_states,
    wait_until_blocked,
)
from tests.fixtures.patience import PATIENCE

OFFICE, SHOP = account(KUUSK, 1), account(TAMM, 2)
INSTANT = timedelta(microseconds=1)
PAY = Permission.INVOICE_PAY
SUBJECTS = [pytest.param(MARI, id="person"), pytest.param(OFFICE, id="account")]


@pytest.fixture
def customers(database: Database) -> Database:
    """Two companies: Mari is sole representative of both, Jaan is an accountant of both."""
    put(database, OFFICE, SHOP)
    for owner, of in ((KUUSK, OFFICE), (TAMM, SHOP)):
        store_states(database, state(sole(MARI), of=owner))
        give(database, JAAN, of, "accountant")
    return database


def allowed(database: Database, at: datetime | None = None) -> set[tuple[PersonKey, UUID]]:
    """Who may pay, on which account: as checks say, and as both lists say the same."""
    with database.reading() as connection:
        by_check = {
            (who, on.id)
            for who in (MARI, JAAN)
            for on in (OFFICE, SHOP)
            if check(connection, who, PAY, on.id, at=at).allowed
        }
        ids = {ensure_person(database, who): who for who in (MARI, JAAN)}
        accounts = {
            (who, found.account_id)
            for id_, who in ids.items()
            for found in grant_list_queries.accounts_of(connection, id_, at=at, after=None, limit=9)
        }
        people = {
            (ids[found.person_id], on.id)
            for on in (OFFICE, SHOP)
            for found in people_list_queries.people_of(
                connection, on.id, at=at, after=None, limit=9, suspended_too=False
            )
        }
    assert by_check == accounts == people
    return by_check


ALL = {(who, on.id) for who in (MARI, JAAN) for on in (OFFICE, SHOP)}


@pytest.mark.parametrize(
    ("frozen", "left"),
    [
        pytest.param(MARI, {(JAAN, OFFICE.id), (JAAN, SHOP.id)}, id="person"),
        pytest.param(OFFICE, {(MARI, SHOP.id), (JAAN, SHOP.id)}, id="account"),
    ],
)
def test_deleg_6_access_is_held_back_from_the_freeze_to_its_lifting(
    customers: Database, frozen: PersonKey | AccountFacts, left: set[tuple[PersonKey, UUID]]
) -> None:
    before = allowed(customers)
    begun = freeze(customers, frozen)
    during = allowed(customers)
    lifted = lift(customers, begun)
    after = allowed(customers)

    assert (before, during, after) == (ALL, left, ALL)
    start, end = begun.begun_at, lifted.lifted_at
    assert end is not None
    assert allowed(customers, start - INSTANT) == ALL
    assert allowed(customers, start) == left
    assert allowed(customers, end - INSTANT) == left
    assert allowed(customers, end) == ALL
    assert set(history(customers)).isdisjoint({"grant:ended"})


def explained(database: Database, who: PersonKey, at: datetime | None = None) -> Explanation:
    return explain(database, Question(ensure_person(database, who), OFFICE.id, PAY, at=at))


@pytest.mark.parametrize("frozen", SUBJECTS)
def test_deleg_6_a_refusal_says_what_is_frozen_and_since_when_and_no_more(
    customers: Database, frozen: PersonKey | AccountFacts
) -> None:
    begun = freeze(customers, frozen)

    with customers.reading() as connection:
        decision = check(connection, MARI, PAY, OFFICE.id)
        by_id = check(connection, ensure_person(customers, MARI), PAY, OFFICE.id)

    (reason,) = decision.reasons
    assert not decision.allowed
    assert by_id == decision
    assert reason.code == "access_frozen"
    assert reason.facts == {
        "frozen": begun.subject.frozen,
        "since": begun.begun_at.isoformat(),
    }
    assert (NOTE in reason.text, "stolen" in reason.text) == (False, False)


def test_deleg_6_a_refusal_says_why_though_the_freeze_is_lifted_while_it_is_read(
    customers: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen, held = freeze(customers, MARI), grant_queries.held_and_following
    lifts: list[Callable[[], object]] = [lambda: lift(customers, frozen), lambda: None]

    def held_and_lifted(*asked: Any) -> Any:
        found = held(*asked)
        lifts.pop()()
        return found

    monkeypatch.setattr(grant_queries, "held_and_following", held_and_lifted)
    asked = (MARI, PAY, OFFICE.id, lambda _: Reader(None))
    refused, _ = check_with_chains(customers, *asked)
    monkeypatch.undo()

    assert [each.code for each in refused.reasons] == ["access_frozen"]
    assert check_with_chains(customers, *asked)[0].allowed


@pytest.mark.parametrize("frozen", SUBJECTS)
def test_deleg_6_an_explanation_names_the_freeze_first_with_its_remedy(
    customers: Database, frozen: PersonKey | AccountFacts
) -> None:
    begun = freeze(customers, frozen)
    during = explained(customers, MARI)
    lifted = lift(customers, begun)

    assert not during.decision.allowed
    assert [each.reason.code for each in during.missing] == ["access_frozen"]
    assert during.missing[0].remedy == Remedy(RemedyCode.FREEZE_LIFTED)
    assert explained(customers, MARI).missing == []
    then = explained(customers, MARI, lifted.begun_at)
    assert [each.reason.code for each in then.missing] == ["access_frozen"]


def test_deleg_6_whoever_would_have_no_access_is_not_told_of_a_freeze(
    customers: Database,
) -> None:
    put(customers, account(MARI, 3))
    freeze(customers, account(MARI, 3))
    freeze(customers, OFFICE)
    store_states(customers, state(joint(MARI), minute=1))

    with customers.reading() as connection:
        stranger = check(connection, JAAN, PAY, UUID(int=3))
        nobody = check(connection, uuid4(), PAY, OFFICE.id)
    staff = explain(customers, Question(ensure_person(customers, JAAN), UUID(int=3), PAY))

    assert [each.code for each in (*stranger.reasons, *nobody.reasons)] == ["no_access"] * 2
    assert [each.reason.code for each in staff.missing] == [
        "access_frozen",
        "private_account_of_another",
    ]


def test_deleg_6_what_a_frozen_person_passed_on_is_held_back_and_nothing_else(
    customers: Database,
) -> None:
    mari = ensure_person(customers, MARI)
    with customers.transaction() as session:
        tiiu = upsert.person_ids(session, [TIIU])[TIIU]
        child = starting(tiiu, OFFICE, "accountant", origin=Origin.DELEGATION, passed_on_by=mari)
        grants.start(session, [child], actor=BILLING)
    give(customers, TIIU, OFFICE, "user")

    def may_pay() -> Decision:
        with customers.reading() as connection:
            return check(connection, TIIU, PAY, OFFICE.id)

    frozen = freeze(customers, MARI)
    during = may_pay()
    listed = explain(customers, Question(tiiu, OFFICE.id, PAY))
    lift(customers, frozen)

    assert [each.code for each in during.reasons] == ["access_frozen", "permission_not_in_role"]
    assert during.reasons[0].facts["frozen"] == "giver"
    assert [each.grant.role for each in listed.grants] == ["user"]
    assert listed.missing[0].reason == during.reasons[0]
    assert may_pay().allowed


def test_deleg_6_both_frozen_needs_both_lifted(customers: Database) -> None:
    person, office = freeze(customers, MARI), freeze(customers, OFFICE)

    lift(customers, office)
    assert (MARI, OFFICE.id) not in allowed(customers)
    lift(customers, person)
    assert allowed(customers) == ALL


def test_deleg_6_alignment_goes_on_and_what_starts_is_in_force_once_lifted(
    database: Database,
) -> None:
    put(database, OFFICE)
    frozen = freeze(database, MARI)
    store_states(database, state(sole(MARI)))

    during = allowed(database)
    lift(database, frozen)

    assert (during, allowed(database)) == (set(), {(MARI, OFFICE.id)})


def test_deleg_6_what_ends_during_a_freeze_stays_ended(customers: Database) -> None:
    frozen = freeze(customers, MARI)
    store_states(customers, state(minute=1))

    lift(customers, frozen)

    assert allowed(customers) == ALL - {(MARI, OFFICE.id)}


@pytest.mark.parametrize("frozen", SUBJECTS)
def test_deleg_6_staff_see_the_people_of_an_account_as_suspended(
    customers: Database, frozen: PersonKey | AccountFacts
) -> None:
    freeze(customers, frozen)

    with customers.reading() as connection:
        found = people_list_queries.people_of(
            connection, OFFICE.id, at=None, after=None, limit=9, suspended_too=True
        )

    suspended = {each.person_id: each.suspended for each in found}
    assert suspended == {
        ensure_person(customers, MARI): True,
        ensure_person(customers, JAAN): frozen is OFFICE,
    }
    assert all(each.has_access is not each.suspended and each.grants for each in found)


@pytest.mark.parametrize("frozen", SUBJECTS)
def test_deleg_6_freezing_what_is_frozen_answers_the_freeze_in_force(
    customers: Database, frozen: PersonKey | AccountFacts
) -> None:
    first = freeze(customers, frozen)
    second = freezes.freeze(
        customers, first.subject, FreezeReason.DISPUTE, actor=BEN, note="me too"
    )
    lift(customers, first)
    third = freeze(customers, frozen)

    assert second == first
    assert third.id != first.id
    assert history(customers).count("access:frozen") == 2


def test_deleg_6_the_history_has_each_act_with_its_subject_and_the_note_beside_it(
    customers: Database,
) -> None:
    for what in (MARI, OFFICE):
        lift(customers, freeze(customers, what))

    found = rows(customers, f"{NOTED} WHERE kind LIKE 'access:%' ORDER BY id")
    mari = ensure_person(customers, MARI)
    acts = ["access:frozen", "access:lift_requested", "access:restored"]
    assert [(row.kind, row.person_id, row.account_id) for row in found] == [
        *((kind, mari, None) for kind in acts),
        *((kind, None, OFFICE.id) for kind in acts),
    ]
    assert [row.actor["id"] for row in found] == ["ann", "ann", "ben"] * 2
    assert {row.note for row in found} == {NOTE}
    assert all(NOTE not in str(row.reason) for row in found)


def _ask(by: Actor) -> Callable[[Database, Freeze], object]:
    return lambda database, frozen: freezes.request_lift(database, frozen.id, actor=by, note=NOTE)


def _confirm(by: Actor) -> Callable[[Database, Freeze], object]:
    return lambda database, frozen: freezes.lift(database, frozen.id, actor=by, note=NOTE)


def _withdraw(by: Actor) -> Callable[[Database, Freeze], object]:
    return lambda database, frozen: freezes.withdraw_lift(database, frozen.id, actor=by, note=NOTE)


@pytest.mark.parametrize(
    ("acts", "last", "refusal"),
    [
        pytest.param([], _confirm(BEN), "lift_not_requested", id="nobody-asked"),
        pytest.param([_ask(BEN)], _confirm(BEN), "second_person_needed", id="same-person"),
        pytest.param(
            [_ask(BEN), _ask(ANN)], _confirm(BEN), "second_person_needed", id="asked-first"
        ),
        pytest.param([_ask(BEN), _ask(ANN)], _confirm(ANN), None, id="asked-second"),
        pytest.param([_ask(ANN)], _confirm(BEN), None, id="another"),
        pytest.param([_ask(ANN), _confirm(BEN)], _confirm(BEN), None, id="repeated"),
        pytest.param([_ask(ANN), _confirm(BEN)], _confirm(ANN), "freeze_lifted", id="too-late"),
        pytest.param([_ask(ANN), _confirm(BEN)], _ask(ANN), "freeze_lifted", id="asked-late"),
        pytest.param(
            [_ask(ANN), _withdraw(ANN)], _confirm(BEN), "lift_not_requested", id="withdrawn"
        ),
        pytest.param(
            [_ask(ANN), _withdraw(BEN)], _confirm(BEN), "lift_not_requested", id="by-another"
        ),
        pytest.param(
            [_ask(ANN), _confirm(BEN)], _withdraw(ANN), "freeze_lifted", id="withdrawn-late"
        ),
    ],
)
def test_deleg_6_lifting_takes_two_people(
    customers: Database,
    acts: list[Callable[[Database, Freeze], object]],
    last: Callable[[Database, Freeze], object],
    refusal: str | None,
) -> None:
    frozen = freeze(customers, MARI)
    for act in acts:
        act(customers, frozen)

    if refusal is None:
        last(customers, frozen)
    else:
        with pytest.raises(Refused) as refused:
            last(customers, frozen)
        assert refused.value.code == refusal

    is_lifted = refusal in {None, "freeze_lifted"}
    assert (allowed(customers) == ALL) is is_lifted
    assert history(customers).count("access:restored") == is_lifted
    assert history(customers).count("access:lift_requested") == min(len(acts), 1)


def test_deleg_6_whoever_asks_after_a_withdrawal_is_the_one_who_asked(
    customers: Database,
) -> None:
    frozen = freeze(customers, MARI)
    for act in (_withdraw(BEN), _ask(ANN), _withdraw(BEN), _withdraw(BEN), _ask(BEN)):
        act(customers, frozen)

    with pytest.raises(Refused, match="second_person_needed"):
        freezes.lift(customers, frozen.id, actor=BEN, note=NOTE)
    lifted = freezes.lift(customers, frozen.id, actor=ANN, note=NOTE)

    assert (lifted.lift_requested_by, lifted.lifted_by) == (BEN, ANN)
    assert [kind for kind in history(customers) if kind.startswith("access:")] == [
        "access:frozen",
        "access:lift_requested",
        "access:lift_withdrawn",
        "access:lift_requested",
        "access:restored",
    ]


def test_deleg_6_of_two_who_lift_at_once_one_does(customers: Database) -> None:
    frozen = freeze(customers, MARI)
    freezes.request_lift(customers, frozen.id, actor=ANN, note=NOTE)
    others = [Actor(ANN.kind, f"operator {n}") for n in range(4)]

    def attempt(by: Actor) -> str:
        try:
            return str(freezes.lift(customers, frozen.id, actor=by, note=NOTE).lifted_by)
        except Refused as refused:
            return refused.code

    with ThreadPoolExecutor() as pool:
        results = list(pool.map(attempt, others))

    assert results.count("freeze_lifted") == 3
    assert history(customers).count("access:restored") == 1


def test_deleg_6_a_lift_waits_for_the_request_it_depends_on(customers: Database) -> None:
    frozen = freeze(customers, MARI)

    with ThreadPoolExecutor() as beside:
        with customers.transaction() as session:
            found = suspensions.locked(session, frozen.id)
            assert found is not None
            suspensions.request_lift(session, found, actor=ANN, note=NOTE)
            by_the_same = beside.submit(_confirm(ANN), customers, frozen)
            wait_until_blocked(customers)
        with pytest.raises(Refused) as refused:
            by_the_same.result(PATIENCE)

    assert refused.value.code == "second_person_needed"


def test_deleg_6_of_many_who_freeze_at_once_one_does(customers: Database) -> None:
    with ThreadPoolExecutor() as pool:
        found = set(pool.map(lambda _: freeze(customers, MARI).id, range(8)))

    assert len(found) == 1
    assert history(customers).count("access:frozen") == 1


def test_deleg_6_no_check_that_begins_after_a_freeze_or_a_lift_is_stale(
    customers: Database,
) -> None:
    def answers_after(done: Event) -> list[bool]:
        """Check all the while, and return what was answered to checks that began after it."""
        answers: list[bool] = []
        while len(answers) < 25:
            is_after = done.is_set()
            with customers.reading() as connection:
                allowed = check(connection, MARI, PAY, OFFICE.id).allowed
            answers += [allowed] if is_after else []
        return answers

    def answered_during(act: Callable[[], Freeze]) -> tuple[Freeze, set[bool]]:
        done = Event()
        with ThreadPoolExecutor(4) as pool:
            checking = [pool.submit(answers_after, done) for _ in range(4)]
            frozen = act()
            done.set()
            return frozen, {answer for each in checking for answer in each.result(PATIENCE)}

    for _ in range(3):
        frozen, answers = answered_during(lambda: freeze(customers, MARI))
        _, answers_then = answered_during(partial(lift, customers, frozen))
        assert (answers, answers_then) == ({False}, {True})


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param(Subject(person_id=uuid4()), id="person"),
        pytest.param(Subject(account_id=uuid4()), id="account"),
    ],
)
def test_deleg_6_what_does_not_exist_is_not_frozen(database: Database, subject: Subject) -> None:
    with pytest.raises(NotFound):
        freezes.freeze(database, subject, FreezeReason.DISPUTE, actor=ANN, note=NOTE)
    for act in (freezes.request_lift, freezes.withdraw_lift, freezes.lift):
        with pytest.raises(NotFound):
            act(database, uuid4(), actor=ANN, note=NOTE)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        pytest.param("account_id = '{office}'", "ck_suspension_subject", id="two-subjects"),
        pytest.param("person_id = NULL", "ck_suspension_subject", id="no-subject"),
        pytest.param("kind = 'whim'", "ck_suspension_kind", id="kind"),
    ],
)
def test_deleg_6_the_database_refuses_what_is_no_suspension(
    customers: Database, change: str, constraint: str
) -> None:
    freeze(customers, MARI)

    with pytest.raises(IntegrityError, match=constraint):
        carry_out(customers, f"UPDATE suspension SET {change.format(office=OFFICE.id)}")


def test_deleg_6_the_database_refuses_a_second_open_freeze(customers: Database) -> None:
    freeze(customers, MARI)

    with pytest.raises(IntegrityError, match="uq_suspension_open_person_id"):
        carry_out(
            customers,
            "INSERT INTO suspension (id, kind, person_id, period, begun_at, reason, begun_by)"
            " SELECT gen_random_uuid(), kind, person_id, period, begun_at, reason, begun_by"
            " FROM suspension",
        )
