"""joint.8: one officer records what a paper gives, another confirms it, and access follows."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.access.grants import Grant
from domain.access.permissions import Permission, Role, permissions_of
from domain.audit import Actor
from domain.delegations.refusals import DelegationRefused
from domain.delegations.terms import Terms, of_role
from domain.identifiers import PersonKey
from domain.mandates.states import MandateState
from services.errors import NotFound, Refused
from services.mandates import mandates, reads
from services.mandates.mandates import Recording
from storage.access import managers
from storage.access.grant_queries import held
from storage.accounts.accounts import AccountFacts
from storage.database import Database
from tests.builders import delegations
from tests.builders.company_suspensions import alive, allowed, bankrupt, decision, deleted
from tests.builders.days import ZONE, today
from tests.builders.delegations import (
    OFFICE,
    OTHER,
    OWN,
    PHONE,
    ROUTER,
    known,
)
from tests.builders.freezes import freeze, lift
from tests.builders.mandates import (
    ANN,
    BEN,
    NOTE,
    PAPER,
    confirmed,
    ended,
    given,
    grants_of,
    happened,
    recorded,
    state_of,
    terms,
    why_ended,
)
from tests.builders.passing_days import pass_days
from tests.builders.people import ANNA, JAAN, KATI, MARI, PEETER, TIIU
from tests.builders.register_states import KUUSK
from tests.builders.rows import NOTED, account, put, rows, store_states

DAY = timedelta(days=1)
S = MandateState


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Refused) as found:
        yield
    assert found.value.code == code


def told(database: Database) -> list[tuple[str, str, UUID | None]]:
    """Who was told what of mandates, of which account."""
    found = rows(
        database,
        "SELECT p.code, n.kind, n.account_id FROM notice n JOIN person p ON p.id = n.person_id"
        " WHERE n.kind LIKE 'mandate_%' ORDER BY n.kind DESC, p.code",
    )
    return [tuple(row) for row in found]


def test_joint_8_a_paper_gives_nothing_before_a_second_officer_confirms_it(
    customers: Database,
) -> None:
    mandate = recorded(customers, ANNA, OFFICE)

    assert state_of(customers, mandate) is S.PROPOSED
    assert (allowed(customers, ANNA), grants_of(customers, mandate)) == ([], [])

    confirmed(customers, mandate)

    assert state_of(customers, mandate) is S.ACTIVE
    assert allowed(customers, ANNA) == [ANNA.code]
    assert happened(customers, mandate) == ["recorded", "confirmed"]


def test_joint_8_the_grant_says_on_which_paper_it_rests(customers: Database) -> None:
    mandate = given(customers, ANNA, OFFICE, terms(last=9))
    read = reads.read(customers, mandate)

    (grant,) = held_by(customers)
    (row,) = rows(customers, "SELECT * FROM access_grant WHERE proof = :id", id=mandate)

    assert (grant.origin, grant.role) == ("operator", "composed")
    assert grant.reason.code == "paper_mandate"
    assert grant.reason.facts == {
        "mandate": str(mandate),
        "document": str(read.document.id),
        "from": today().isoformat(),
        "through": (today() + 9 * DAY).isoformat(),
    }
    assert row.permissions == ["invoice:pay", "invoice:view"]
    assert grant.until is not None
    assert grant.until.astimezone(ZONE).date() == today() + 10 * DAY
    assert (read.document.description, read.document.reference) == (
        PAPER.description,
        PAPER.reference,
    )


def held_by(database: Database) -> Sequence[Grant]:
    with database.reading() as connection:
        return held(connection, ANNA, OFFICE.id)


def test_joint_8_a_mandate_for_services_gives_a_grant_for_each(customers: Database) -> None:
    mandate = given(customers, ANNA, OFFICE, terms(on=[PHONE.id, ROUTER.id]))

    assert {grant.service for grant in grants_of(customers, mandate)} == {PHONE.id, ROUTER.id}


def test_joint_8_a_mandate_never_manages_access(customers: Database) -> None:
    role, permissions = of_role("administrator", may_pass_on=False)
    wanted = Terms(role, permissions, frozenset(), today(), today() + DAY)
    mandate = given(customers, ANNA, OFFICE, wanted)

    (grant,) = grants_of(customers, mandate)
    expected = permissions_of(Role.ADMINISTRATOR) - {Permission.ACCESS_MANAGE}
    assert (grant.role, grant.permissions) == ("administrator", expected)
    with customers.reading() as connection:
        assert len(managers.managers_left(connection, OFFICE.id)) == 1
    with delegations.refused("not_allowed_to_give"):
        delegations.offered(customers, ANNA, KATI, OFFICE)


def test_joint_8_two_papers_may_give_the_same(customers: Database) -> None:
    first, second = given(customers, ANNA, OFFICE), given(customers, ANNA, OFFICE)
    ended(customers, first)

    assert [state_of(customers, each) for each in (first, second)] == [S.ENDED, S.ACTIVE]
    assert allowed(customers, ANNA) == [ANNA.code]


def test_joint_8_the_first_day_of_a_paper_may_have_passed(customers: Database) -> None:
    mandate = given(customers, ANNA, OFFICE, terms(first=-40, last=0))

    assert state_of(customers, mandate) is S.ACTIVE
    (row,) = rows(
        customers,
        "SELECT lower(g.validity) >= m.answered_at - interval '1 second' AS not_before"
        " FROM access_grant g JOIN mandate m ON m.id = g.proof",
    )
    assert row.not_before


def test_joint_8_a_mandate_begins_on_its_first_day_and_ends_with_its_last(
    customers: Database,
) -> None:
    mandate = given(customers, ANNA, OFFICE, terms(first=2, last=3))

    seen = []
    for _ in range(5):
        seen.append((state_of(customers, mandate), allowed(customers, ANNA) != []))
        pass_days(customers, 1, ZONE.key)

    assert seen == [
        (S.SCHEDULED, False),
        (S.SCHEDULED, False),
        (S.ACTIVE, True),
        (S.ACTIVE, True),
        (S.ENDED, False),
    ]
    assert why_ended(customers, mandate) == "mandate_expired"


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (partial(terms, Permission.ACCESS_MANAGE), ["manage_needs_pass_on"]),
        (lambda: replace(terms(), permissions=frozenset()), ["no_permissions"]),
        (partial(terms, on=[UUID(int=1003)]), ["service_of_another_account"]),
        (partial(terms, last=-1, first=-2), ["through_in_past"]),
        (partial(terms, first=3, last=2), ["through_before_from"]),
        (partial(terms, first=400, last=410), ["from_too_far"]),
        (partial(terms, last=6 * 366), ["longer_than_five_years"]),
    ],
)
def test_joint_8_the_terms_of_a_mandate_are_held_to_the_rules_of_delegations(
    customers: Database, wanted: Callable[[], Terms], expected: list[str]
) -> None:
    with delegations.refused(*expected):
        recorded(customers, ANNA, OFFICE, wanted())

    assert not known(customers, ANNA)
    assert rows(customers, "SELECT FROM mandate UNION SELECT FROM authority_document") == []


def test_joint_8_nobody_mandates_on_accounts_that_are_not_there(customers: Database) -> None:
    recording = Recording(uuid4(), uuid4(), ANNA, terms(), PAPER)
    with pytest.raises(NotFound):
        mandates.record(customers, recording, ZONE, actor=ANN)
    put(customers, account(KUUSK, 1, status="closed"))
    with delegations.refused("account_not_active"):
        recorded(customers, ANNA, OFFICE)
    with delegations.refused("to_yourself"):
        recorded(customers, PEETER, OWN)


@pytest.mark.parametrize("act", ["confirm", "reject"])
def test_joint_8_who_recorded_it_does_not_answer_it(customers: Database, act: str) -> None:
    mandate = recorded(customers, ANNA, OFFICE)

    with refused("second_person_needed"):
        carry_out(customers, act, mandate)

    assert state_of(customers, mandate) is S.PROPOSED


def carry_out(database: Database, act: str, mandate: UUID) -> None:
    if act == "confirm":
        mandates.confirm(database, mandate, ZONE, actor=ANN, note=NOTE)
    else:
        mandates.reject(database, mandate, actor=ANN, note=NOTE)


def test_joint_8_answers_count_once_whoever_repeats_them(customers: Database) -> None:
    mandate = given(customers, ANNA, OFFICE)

    confirmed(customers, mandate)
    with refused("mandate_answered"):
        mandates.reject(customers, mandate, actor=BEN, note=NOTE)
    with refused("mandate_answered"):
        mandates.withdraw(customers, mandate, actor=ANN, note=NOTE)
    ended(customers, mandate)
    ended(customers, mandate, by=BEN)
    confirmed(customers, mandate)

    assert happened(customers, mandate) == ["recorded", "confirmed", "ended"]
    assert len(rows(customers, "SELECT FROM access_grant WHERE proof = :id", id=mandate)) == 1


@pytest.mark.parametrize(
    ("act", "by", "expected"),
    [(mandates.reject, BEN, S.REJECTED), (mandates.withdraw, ANN, S.WITHDRAWN)],
)
def test_joint_8_who_was_never_given_anything_is_forgotten(
    customers: Database, act: Callable[..., object], by: Actor, expected: MandateState
) -> None:
    mandate = recorded(customers, ANNA, OFFICE)
    act(customers, mandate, actor=by, note=NOTE)
    act(customers, mandate, actor=by, note=NOTE)

    read = reads.read(customers, mandate)
    assert read.mandate.state is expected
    assert (read.mandate.person_id, read.mandate.person_name) == (None, "")
    assert (read.document.description, read.document.reference) == ("", "")
    assert not known(customers, ANNA)
    with refused("mandate_answered"):
        confirmed(customers, mandate)
    with refused("mandate_not_confirmed"):
        ended(customers, mandate)
    assert told(customers) == []


def test_joint_8_ending_a_mandate_takes_access_away_at_once(customers: Database) -> None:
    mandate = given(customers, ANNA, OFFICE)

    ended(customers, mandate, by=BEN)

    assert state_of(customers, mandate) is S.ENDED
    assert why_ended(customers, mandate) == "mandate_ended"
    assert allowed(customers, ANNA) == []
    (event,) = rows(customers, f"{NOTED} WHERE kind = 'mandate:ended'")
    assert (event.note, event.actor["id"]) == (NOTE, "ben")


def test_joint_8_a_mandate_that_is_ended_before_its_first_day_never_gave_access(
    customers: Database,
) -> None:
    mandate = given(customers, ANNA, OFFICE, terms(first=5))
    assert state_of(customers, mandate) is S.SCHEDULED

    ended(customers, mandate)

    assert state_of(customers, mandate) is S.ENDED
    assert why_ended(customers, mandate) == "mandate_ended"
    began = "SELECT FROM access_grant WHERE proof = :id AND NOT isempty(validity)"
    assert rows(customers, began, id=mandate) == []


@pytest.mark.parametrize("frozen", [ANNA, OFFICE], ids=["person", "account"])
def test_joint_8_a_freeze_suspends_a_mandate(
    customers: Database, frozen: PersonKey | AccountFacts
) -> None:
    mandate = given(customers, ANNA, OFFICE)

    begun = freeze(customers, frozen)
    assert (state_of(customers, mandate), allowed(customers, ANNA)) == (S.SUSPENDED, [])
    lift(customers, begun)

    assert (state_of(customers, mandate), allowed(customers, ANNA)) == (S.ACTIVE, [ANNA.code])


def test_joint_8_what_was_given_before_a_bankruptcy_is_suspended_and_what_officers_confirm_is_not(
    customers: Database,
) -> None:
    before, waiting = given(customers, ANNA, OFFICE), recorded(customers, KATI, OFFICE)

    store_states(customers, bankrupt())
    of_trustee = given(customers, JAAN, OFFICE)
    confirmed(customers, waiting)
    (why,) = decision(customers, ANNA).reasons

    assert (state_of(customers, before), why.code) == (S.SUSPENDED, "delegations_suspended")
    assert [state_of(customers, each) for each in (waiting, of_trustee)] == [S.ACTIVE] * 2
    assert allowed(customers, ANNA, KATI, JAAN) == [KATI.code, JAAN.code]
    store_states(customers, alive())
    assert state_of(customers, before) is S.ACTIVE
    store_states(customers, deleted(3))
    assert allowed(customers, ANNA, KATI, JAAN) == []


def test_joint_8_the_person_and_every_representative_are_told(customers: Database) -> None:
    alone, together = given(customers, ANNA, OFFICE), given(customers, KATI, OTHER)
    own = given(customers, ANNA, OWN)

    assert sorted(told(customers)) == sorted(
        [
            *((who.code, "mandate_recorded", OFFICE.id) for who in (ANNA, MARI)),
            *((who.code, "mandate_recorded", OTHER.id) for who in (KATI, TIIU, JAAN)),
            *((who.code, "mandate_recorded", OWN.id) for who in (ANNA, PEETER)),
        ]
    )
    for mandate in (alone, together, own):
        ended(customers, mandate)
    assert len([1 for _, kind, _ in told(customers) if kind == "mandate_ended"]) == 7


def test_joint_8_events_name_nobody_before_the_mandate_counts(customers: Database) -> None:
    mandate = recorded(customers, ANNA, OFFICE)
    confirmed(customers, mandate)
    anna = rows(customers, "SELECT id FROM person WHERE code = :code", code=ANNA.code)[0].id

    found = rows(customers, f"{NOTED} WHERE subject_id = :id ORDER BY e.id", id=mandate)

    assert [row.person_id for row in found] == [None, anna]
    assert [row.note for row in found] == [None, NOTE]
    history = str([tuple(row) for row in rows(customers, "SELECT * FROM event")])
    for secret in (ANNA.code, PAPER.description, PAPER.reference):
        assert secret not in history


def test_joint_9_mandates_are_listed_newest_first_by_account_and_state(
    customers: Database,
) -> None:
    first, second = given(customers, ANNA, OFFICE), recorded(customers, KATI, OTHER)
    third = recorded(customers, KATI, OFFICE)
    mandates.reject(customers, third, actor=BEN, note=NOTE)

    def listed(**which: Any) -> list[UUID]:
        asked: dict[str, Any] = {"account_id": None, "state": None, "before": None, "limit": 9}
        return [each.mandate.id for each in reads.page(customers, **asked | which)]

    last = reads.read(customers, third).mandate
    assert listed() == [third, second, first]
    assert listed(limit=1) == [third]
    assert listed(before=(last.recorded_at, last.id)) == [second, first]
    assert listed(account_id=OFFICE.id) == [third, first]
    by_state = {state: listed(state=state) for state in MandateState}
    assert {state: ids for state, ids in by_state.items() if ids} == {
        S.PROPOSED: [second],
        S.ACTIVE: [first],
        S.REJECTED: [third],
    }


def test_joint_8_no_worker_is_needed_for_a_mandate_to_lapse(customers: Database) -> None:
    mandate = recorded(customers, ANNA, OFFICE)
    pass_days(customers, 14)

    assert state_of(customers, mandate) is S.LAPSED
    with refused("mandate_answered"):
        confirmed(customers, mandate)


def test_joint_8_days_may_pass_until_the_confirmation(customers: Database) -> None:
    in_time = recorded(customers, ANNA, OFFICE, terms(last=20))
    late = recorded(customers, ANNA, OFFICE, terms(last=5))
    pass_days(customers, 10)

    confirmed(customers, in_time)
    with pytest.raises(DelegationRefused) as found:
        confirmed(customers, late)

    assert found.value.refusals == ("through_in_past",)
    assert allowed(customers, ANNA) == [ANNA.code]
