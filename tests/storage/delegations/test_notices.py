"""What happens to a delegation is told, in the same transaction: to whom, what, and once."""

from collections.abc import Callable
from datetime import date

import pytest

from domain.delegations.states import DelegationEnd
from domain.identifiers import PersonKey
from services.parties.people import ensure_person
from storage.database import Database
from storage.delegations import acceptance, answers, ends
from tests.builders.days import today
from tests.builders.delegations import (
    OFFICE,
    PHONE,
    RULES,
    Given,
    accepted,
    actor,
    given,
    known,
    narrowed,
    offered,
    renewed,
    revoked,
    state_of,
    terms,
)
from tests.builders.people import ANNA, JAAN, KATI, MARI, TIIU, TOOMAS, person
from tests.builders.register_states import KUUSK, TAMM
from tests.builders.rows import ENGINE, account, carry_out, put, put_service, rows, service

Told = list[tuple[str, str]]
"""Codes of people, and the kinds of their notices, as they were created."""


def told(database: Database) -> Told:
    found = rows(
        database,
        "SELECT p.code, n.kind FROM notice n JOIN person p ON p.id = n.person_id"
        " ORDER BY n.created_at, n.id",
    )
    return [(row.code, row.kind.removeprefix("delegation_")) for row in found]


def told_by(database: Database, change: Callable[[], object]) -> Told:
    """What this change tells, and repeating it does not tell again."""
    before = told(database)
    change()
    return [each for each in told(database) if each not in before]


def decline(database: Database, new: Given) -> bool:
    anna, by = ensure_person(database, ANNA), actor(database, ANNA)
    with database.transaction() as session:
        return answers.decline(session, new.version_id, anna, actor=by)


def withdraw(database: Database, new: Given) -> bool:
    with database.transaction() as session:
        return answers.withdraw(session, new.version_id, actor=actor(database, MARI))


def lapse(database: Database, new: Given) -> bool:
    carry_out(database, "UPDATE delegation_version SET lapses_at = clock_timestamp()")
    with database.transaction() as session:
        return bool(answers.lapse(session, [new.version_id], actor=ENGINE))


@pytest.mark.parametrize("receiver", [ANNA, person(7)], ids=["known", "unknown"])
def test_deleg_14_an_offer_is_told_to_its_receiver(
    customers: Database, receiver: PersonKey
) -> None:
    new = offered(customers, MARI, receiver, OFFICE, terms(last=30))

    assert told(customers) == [(receiver.code, "offered")]
    (notice,) = rows(customers, "SELECT * FROM notice")
    assert (notice.subject_id, notice.account_id) == (new.id, OFFICE.id)
    assert {name: date.fromisoformat(day) for name, day in notice.facts.items()} == {
        "from": today(),
        "through": terms(last=30).through_day,
    }


ANSWERS = [
    pytest.param(lambda d, new: accepted(d, new, ANNA), [(MARI.code, "accepted")], id="accepted"),
    pytest.param(decline, [(MARI.code, "declined")], id="declined"),
    pytest.param(withdraw, [], id="withdrawn"),
    pytest.param(lapse, [], id="lapsed"),
]


@pytest.mark.parametrize(("answer", "expected"), ANSWERS)
def test_deleg_14_an_answer_is_told_to_the_giver(
    customers: Database, answer: Callable[[Database, Given], object], expected: Told
) -> None:
    new = offered(customers, MARI, ANNA, OFFICE)

    assert told_by(customers, lambda: answer(customers, new)) == expected


@pytest.mark.parametrize("answer", [decline, withdraw, lapse])
def test_deleg_14_who_is_forgotten_has_no_notice_of_the_offer(
    customers: Database, answer: Callable[[Database, Given], bool]
) -> None:
    ensure_person(customers, ANNA)
    others = offered(customers, MARI, KATI, OFFICE)
    new = offered(customers, MARI, ANNA, OFFICE)

    assert answer(customers, new)

    inboxes = [each for each in told(customers) if each[1] == "offered"]
    assert inboxes == [(KATI.code, "offered")]
    assert not known(customers, ANNA)
    assert state_of(customers, others) == ("awaiting_acceptance", None)


@pytest.mark.parametrize(("answer", "expected"), ANSWERS)
def test_deleg_14_answers_to_new_terms_are_told_too(
    customers: Database, answer: Callable[[Database, Given], object], expected: Told
) -> None:
    first = given(customers, MARI, ANNA, OFFICE)
    carry_out(customers, "DELETE FROM notice")

    new = renewed(customers, first, MARI, terms(last=90))

    assert told(customers) == [(ANNA.code, "offered")]
    assert told_by(customers, lambda: answer(customers, new)) == expected


def test_deleg_14_accepting_again_tells_nothing_more(customers: Database) -> None:
    new = given(customers, MARI, ANNA, OFFICE)
    before = told(customers)

    anna, by = ensure_person(customers, ANNA), actor(customers, ANNA)
    with customers.transaction() as session:
        assert acceptance.accept(session, new.version_id, anna, RULES, actor=by)

    assert told(customers) == before


def test_deleg_14_narrowing_is_told_to_the_receiver_and_to_those_clipped(
    customers: Database,
) -> None:
    parent = given(customers, MARI, ANNA, OFFICE, terms(may_pass_on=True))
    given(customers, ANNA, KATI, OFFICE, parent=parent.id)
    given(customers, ANNA, JAAN, OFFICE, terms(last=5), parent=parent.id)
    given(customers, ANNA, TIIU, OFFICE, terms(first=20), parent=parent.id)

    def narrow() -> None:
        narrowed(customers, parent, MARI, terms(last=10, may_pass_on=True))

    assert told_by(customers, narrow) == [
        (ANNA.code, "changed"),
        (KATI.code, "changed"),
        (TIIU.code, "ended"),
    ]
    assert told_by(customers, narrow) == []


def expire(database: Database, delegation: Given) -> None:
    revoked(database, delegation, ANNA, DelegationEnd.EXPIRED)


def close_account(database: Database, _: Given) -> None:
    put(database, account(KUUSK, 1, status="closed"))


def sell_account(database: Database, _: Given) -> None:
    put(database, account(TAMM, 1))


def end_phone(database: Database, _: Given) -> None:
    put_service(database, service(1, OFFICE, status="ended"))


ENDS = [
    pytest.param(lambda d, g: revoked(d, g, MARI), (ANNA, "revoked"), True, id="revoked"),
    pytest.param(
        lambda d, g: revoked(d, g, ANNA, DelegationEnd.WAIVED), (MARI, "ended"), True, id="waived"
    ),
    pytest.param(expire, (ANNA, "ended"), True, id="expired"),
    pytest.param(close_account, (ANNA, "ended"), True, id="account-closed"),
    pytest.param(sell_account, (ANNA, "ended"), False, id="owner-changed"),
    pytest.param(end_phone, (ANNA, "ended"), True, id="services-gone"),
]


@pytest.mark.parametrize(("end", "first", "named"), ENDS)
def test_deleg_14_an_end_is_told_once_to_each(
    customers: Database,
    end: Callable[[Database, Given], object],
    first: tuple[PersonKey, str],
    named: bool,
) -> None:
    parent = given(customers, MARI, ANNA, OFFICE, terms(on=[PHONE.id], may_pass_on=True))
    given(customers, ANNA, KATI, OFFICE, terms(on=[PHONE.id]), parent=parent.id)
    offered(customers, ANNA, TOOMAS, OFFICE, terms(on=[PHONE.id]), parent=parent.id)

    found = told_by(customers, lambda: [end(customers, parent), end(customers, parent)])

    who, kind = first
    assert sorted(found) == sorted([(who.code, kind), (KATI.code, "ended")])
    assert (TOOMAS.code, "offered") not in told(customers)
    about = rows(customers, "SELECT account_id FROM notice WHERE kind ~ 'ended|revoked'")
    assert [each.account_id for each in about] == [OFFICE.id if named else None] * 2


def test_deleg_14_a_cascade_tells_each_receiver_once(customers: Database) -> None:
    parent = given(customers, MARI, ANNA, OFFICE, terms(may_pass_on=True))
    people = [person(number) for number in range(10, 40)]
    for who in people:
        given(customers, ANNA, who, OFFICE, parent=parent.id)

    found = told_by(customers, lambda: revoked(customers, parent, MARI))

    assert sorted(found) == sorted(
        [(ANNA.code, "revoked"), *((who.code, "ended") for who in people)]
    )


def test_deleg_14_a_preview_tells_nobody(customers: Database) -> None:
    delegation = given(customers, MARI, ANNA, OFFICE)

    def preview() -> None:
        by = actor(customers, MARI)
        with customers.trial() as session:
            ends.end(session, [delegation.id], DelegationEnd.REVOKED, actor=by)

    assert told_by(customers, preview) == []


def test_deleg_14_notices_hold_ids_and_days_only(customers: Database) -> None:
    revoked(customers, given(customers, MARI, ANNA, OFFICE), MARI)

    facts = [row.facts for row in rows(customers, "SELECT facts FROM notice ORDER BY created_at")]
    assert facts == [
        {"from": today().isoformat(), "through": terms().through_day.isoformat()}, {}, {}
    ]  # fmt: skip
    events = rows(customers, "SELECT after FROM event WHERE kind = 'notice:created' ORDER BY id")
    kinds = ["offered", "accepted", "revoked"]
    assert [row.after for row in events] == [
        {"kind": f"delegation_{kind}", "language": "et"} for kind in kinds
    ]
