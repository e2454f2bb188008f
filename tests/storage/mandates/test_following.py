"""joint.8: a mandate ends with what it rests on, and that is told once, however it came about."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from domain.accounts import AccountStatus
from domain.delegations.offer_rules import OfferRules
from domain.mandates.states import MandateState
from domain.reviews.decisions import Decided, ReviewDecision
from services.mandates import mandates as use_cases
from services.parties.people import ensure_person
from services.sweeps import SWEEPS, SweepRules, ages, run
from storage.database import Database
from storage.delegations import support
from storage.mandates import following, mandates
from storage.reviews import deciding
from storage.reviews.deciding import Reviewer
from tests.builders.days import DAY, ZONE, today
from tests.builders.delegations import (
    OFFICE,
    OTHER,
    PHONE,
    ROUTER,
    actor,
    known,
)
from tests.builders.mandates import (
    BEN,
    NOTE,
    given,
    grants_of,
    happened,
    recorded,
    state_of,
    terms,
    why_ended,
)
from tests.builders.passing_days import pass_days
from tests.builders.people import ANNA, KATI, MARI, PEETER
from tests.builders.rows import NOTED, put, put_service, rows

S = MandateState
Change = Callable[[Database], object]


def close(database: Database) -> None:
    put(database, replace(OFFICE, status=AccountStatus.CLOSED))


def move(database: Database) -> None:
    put(database, replace(OFFICE, owner=PEETER))


def end_services(database: Database) -> None:
    for each in (PHONE, ROUTER):
        put_service(database, replace(each, status=type(each.status).ENDED))


def move_services(database: Database) -> None:
    put_service(database, *(replace(each, account_id=OTHER.id) for each in (PHONE, ROUTER)))


def review(database: Database, decision: ReviewDecision, **more: Any) -> None:
    """Mari decides about every grant of a mandate on the account."""
    found = rows(database, "SELECT g.id FROM access_grant g JOIN mandate m ON m.id = g.proof")
    decided = [Decided(decision, grant_id=row.id, **more) for row in found]
    mari = ensure_person(database, MARI)
    by = Reviewer(OFFICE.id, mari, actor(database, MARI), OfferRules(ZONE))
    with database.transaction() as session:
        support.lock_account(session, OFFICE.id)
        deciding.decide(session, by, decided)


ENDS: Mapping[str, tuple[Change, str]] = {
    "the account closes": (close, "account_closed"),
    "the account moves": (move, "owner_changed"),
    "its services end": (end_services, "service_gone"),
    "its services move": (move_services, "service_gone"),
    "a review ends it": (lambda each: review(each, ReviewDecision.END), "ended_in_review"),
}


def told(database: Database) -> set[tuple[str, str, UUID | None]]:
    """Who was told of an end, and of which account."""
    found = rows(
        database,
        "SELECT p.code, n.kind, n.account_id FROM notice n JOIN person p ON p.id = n.person_id"
        " WHERE n.kind LIKE '%_ended'",
    )
    return {(row.code, row.kind, row.account_id) for row in found}


@pytest.mark.parametrize("how", ENDS)
def test_joint_8_a_mandate_ends_with_what_it_rests_on(customers: Database, how: str) -> None:
    change, why = ENDS[how]
    mandate = given(customers, ANNA, OFFICE, terms(on=[PHONE.id, ROUTER.id]))

    change(customers)
    run(customers, SweepRules(ZONE))

    assert (state_of(customers, mandate), why_ended(customers, mandate)) == (S.ENDED, why)
    assert grants_of(customers, mandate) == []
    assert happened(customers, mandate) == ["recorded", "confirmed", "ended"]
    (row,) = rows(customers, "SELECT ended_at, ended_reason FROM mandate")
    assert (row.ended_at is not None, row.ended_reason["code"]) == (True, why)


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("the account closes", {(ANNA.code, "mandate_ended", OFFICE.id)}),
        # Nobody is told the name of the new owner.
        ("the account moves", {(ANNA.code, "mandate_ended", None)}),
        (
            "its services end",
            {(each.code, "mandate_ended", OFFICE.id) for each in (ANNA, MARI)},
        ),
        # Once is enough, and who decides knows.
        ("a review ends it", {(ANNA.code, "access_ended", OFFICE.id)}),
    ],
)
def test_joint_8_whom_an_end_concerns_is_told(
    customers: Database, how: str, expected: set[tuple[str, str, UUID | None]]
) -> None:
    given(customers, ANNA, OFFICE, terms(on=[PHONE.id, ROUTER.id]))

    ENDS[how][0](customers)

    assert told(customers) == expected


def test_joint_8_a_mandate_goes_on_while_one_service_is_left(customers: Database) -> None:
    mandate = given(customers, ANNA, OFFICE, terms(on=[PHONE.id, ROUTER.id]))

    put_service(customers, replace(PHONE, status=type(PHONE.status).ENDED))
    run(customers, SweepRules(ZONE))

    assert state_of(customers, mandate) is S.ACTIVE
    assert [grant.service for grant in grants_of(customers, mandate)] == [ROUTER.id]


def test_joint_8_a_new_owner_reads_nothing_of_the_mandates_of_the_old_one(
    customers: Database,
) -> None:
    ended, lapsed = given(customers, ANNA, OFFICE), recorded(customers, KATI, OFFICE)

    move(customers)
    run(customers, SweepRules(ZONE))

    (moved,) = rows(customers, f"{NOTED} WHERE kind = 'account:changed'")
    found = rows(customers, f"{NOTED} WHERE kind LIKE 'mandate:%' AND e.id > :id", id=moved.id)
    assert found == []
    assert [state_of(customers, each) for each in (ended, lapsed)] == [S.ENDED, S.LAPSED]


@pytest.mark.parametrize(("change", "why"), [(close, "account_closed"), (move, "owner_changed")])
def test_joint_8_a_mandate_that_waits_lapses_with_its_account(
    customers: Database, change: Change, why: str
) -> None:
    mandate = recorded(customers, KATI, OFFICE)

    change(customers)

    assert state_of(customers, mandate) is S.LAPSED
    assert not known(customers, KATI)
    (event,) = rows(customers, f"{NOTED} WHERE kind = 'mandate:lapsed'")
    assert event.reason["code"] == why
    put(customers, OFFICE)
    assert state_of(customers, mandate) is S.LAPSED


def test_joint_8_a_mandate_that_nobody_answers_lapses_once(customers: Database) -> None:
    mandate = recorded(customers, KATI, OFFICE)
    pass_days(customers, 13)
    run(customers, SweepRules(ZONE))
    assert state_of(customers, mandate) is S.PROPOSED

    pass_days(customers, 1)
    with customers.reading() as connection:
        assert ages(connection)["mandates_to_lapse"] > 0
    for _ in range(2):
        run(customers, SweepRules(ZONE))

    assert happened(customers, mandate) == ["recorded", "lapsed"]
    assert not known(customers, KATI)
    with customers.reading() as connection:
        assert ages(connection)["mandates_to_lapse"] == 0


def test_joint_8_the_last_day_is_told_once_with_its_moment_however_late(
    customers: Database,
) -> None:
    mandate = given(customers, ANNA, OFFICE, terms(last=2))
    run(customers, SweepRules(ZONE))
    assert told(customers) == set()

    pass_days(customers, 40, ZONE.key)
    with customers.reading() as connection:
        assert 36 * 86400 < ages(connection)["mandates"] < 38 * 86400
    for _ in range(2):
        run(customers, SweepRules(ZONE))

    assert happened(customers, mandate) == ["recorded", "confirmed", "ended"]
    assert told(customers) == {(each.code, "mandate_ended", OFFICE.id) for each in (ANNA, MARI)}
    (event,) = rows(customers, f"{NOTED} WHERE kind = 'mandate:ended'")
    when = datetime.fromisoformat(event.after["happened_at"]).astimezone(ZONE)
    assert (event.reason["code"], when.date()) == ("mandate_expired", today() - 37 * DAY)
    with customers.reading() as connection:
        assert ages(connection)["mandates"] == 0


def test_joint_8_a_review_shortens_a_mandate(customers: Database) -> None:
    mandate = given(customers, ANNA, OFFICE, terms(last=20))

    review(customers, ReviewDecision.SHORTEN, through_day=today() + DAY)
    pass_days(customers, 2, ZONE.key)

    assert state_of(customers, mandate) is S.ENDED
    run(customers, SweepRules(ZONE))
    assert why_ended(customers, mandate) == "mandate_expired"


def test_joint_8_sweeps_do_a_batch_at_a_time(customers: Database) -> None:
    for who in (ANNA, KATI, PEETER):
        given(customers, who, OFFICE, terms(last=1))
        recorded(customers, who, OFFICE)
    pass_days(customers, 20, ZONE.key)

    for sweep in (following.run_out, mandates.lapse):
        done = []
        for _ in range(3):
            with customers.transaction() as session:
                done.append(sweep(session, limit=2))
        assert done == [2, 1, 0]


def test_joint_8_each_sweep_has_a_name_of_its_own() -> None:
    assert {"mandates", "mandates_to_lapse"} <= {sweep.name for sweep in SWEEPS}


def test_joint_8_what_ended_in_a_review_is_not_ended_again(customers: Database) -> None:
    mandate = given(customers, ANNA, OFFICE)
    review(customers, ReviewDecision.END)

    use_cases.end(customers, mandate, actor=BEN, note=NOTE)

    assert why_ended(customers, mandate) == "ended_in_review"
