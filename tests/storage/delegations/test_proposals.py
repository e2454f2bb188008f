"""Delegations that wait for confirmations: proposed, offered by a group, or dropped."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from domain.delegations.states import DelegationEnd, VersionState
from domain.identifiers import PersonKey
from services.parties.people import ensure_person
from storage.accounts.accounts import AccountFacts
from storage.database import Database
from storage.delegations import acceptance, answers
from tests.builders.delegations import (
    FOREIGN,
    OTHER,
    OWN,
    PHONE,
    RULES,
    Given,
    about_delegations,
    accepted,
    actor,
    delegated_to,
    known,
    narrowed,
    refused,
    revoked,
    state_of,
    terms,
)
from tests.builders.people import ANNA, JAAN, KATI, MARI, PEETER, TIIU
from tests.builders.proposals import (
    APPROVAL,
    STATE,
    confirmed,
    dropped,
    proposed,
    renewal_proposed,
    still_proposed,
)
from tests.builders.register_states import TAMM, sole, state
from tests.builders.rows import rows, store_states


def test_joint_6_what_is_proposed_gives_nothing_and_its_receiver_learns_nothing(
    customers: Database,
) -> None:
    new = proposed(customers, TIIU, ANNA, OTHER)

    assert state_of(customers, new) == ("awaiting_confirmations", None)
    assert still_proposed(customers, new)
    assert about_delegations(customers) == ["proposed"]
    assert rows(customers, "SELECT FROM notice") == []
    receiver = ensure_person(customers, ANNA)
    assert rows(customers, "SELECT FROM event WHERE person_id = :id", id=receiver) == []
    assert rows(customers, "SELECT FROM process WHERE id = :id", id=new.version_id) == []
    with customers.transaction() as session:
        assert not acceptance.accept(
            session, new.version_id, receiver, RULES, actor=actor(customers, ANNA)
        )
        assert not answers.decline(session, new.version_id, receiver, actor=actor(customers, ANNA))


def test_joint_4_what_the_group_confirmed_is_offered_on_its_authority(customers: Database) -> None:
    new = confirmed(customers, proposed(customers, TIIU, ANNA, OTHER))

    (version,) = rows(customers, "SELECT basis, offered_at, created_at FROM delegation_version")
    group = [str(ensure_person(customers, who)) for who in (TIIU, JAAN)]
    assert version.basis["kind"] == "joint"
    assert version.basis["approval"] == str(APPROVAL)
    assert version.basis["register_state"] == str(STATE)
    assert version.basis["confirmed_by"] == group
    assert version.basis["given_by"] == group[0]
    assert version.offered_at > version.created_at
    assert state_of(customers, new) == ("awaiting_acceptance", None)
    assert not still_proposed(customers, new)
    accepted(customers, new, ANNA)
    assert delegated_to(customers, ANNA) == [ANNA.code]
    assert about_delegations(customers) == ["proposed", "offered", "accepted"]


def test_joint_4_the_receiver_has_the_time_of_any_offer_and_is_told(customers: Database) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    new = proposed(customers, TIIU, ANNA, OTHER, until=soon)
    (before,) = rows(customers, "SELECT lapses_at FROM delegation_version")
    confirmed(customers, new)

    (after,) = rows(customers, "SELECT lapses_at FROM delegation_version")
    assert before.lapses_at == soon
    assert after.lapses_at > soon + timedelta(days=13)
    assert [row.kind for row in rows(customers, "SELECT kind FROM notice")] == [
        "delegation_offered"
    ]
    assert len(rows(customers, "SELECT FROM process WHERE id = :id", id=new.version_id)) == 1


@pytest.mark.parametrize(
    ("giver", "group", "given_by"),
    [
        pytest.param(TIIU, [JAAN, TIIU], TIIU, id="who-proposed-it-counts"),
        pytest.param(TIIU, [JAAN], JAAN, id="who-proposed-it-does-not"),
    ],
)
def test_joint_4_it_is_given_by_who_proposed_it_or_by_the_first_of_the_group(
    customers: Database, giver: PersonKey, group: list[PersonKey], given_by: PersonKey
) -> None:
    confirmed(customers, proposed(customers, giver, ANNA, OTHER), group)

    (row,) = rows(
        customers,
        "SELECT d.giver_id, v.basis->>'given_by' AS by FROM delegation d, delegation_version v",
    )
    assert row.giver_id == UUID(row.by) == ensure_person(customers, given_by)


def test_joint_4_the_receiver_is_never_its_giver(customers: Database) -> None:
    new = proposed(customers, TIIU, JAAN, OTHER)

    with refused("to_yourself"):
        confirmed(customers, new, [JAAN])
    confirmed(customers, new, [JAAN, TIIU])

    (row,) = rows(customers, "SELECT giver_id FROM delegation")
    assert row.giver_id == ensure_person(customers, TIIU)


@pytest.mark.parametrize(
    ("giver", "on", "refusal"),
    [
        pytest.param(KATI, OTHER, "not_allowed_to_give", id="a-stranger"),
        pytest.param(PEETER, OWN, "not_allowed_to_give", id="owner-who-gives-alone"),
    ],
)
def test_joint_1_only_who_represents_the_company_proposes(
    customers: Database, giver: PersonKey, on: AccountFacts, refusal: str
) -> None:
    with refused(refusal):
        proposed(customers, giver, ANNA, on)

    assert not known(customers, ANNA)


def test_joint_6_a_proposal_is_checked_as_an_offer_is(customers: Database) -> None:
    with refused("from_in_past", "service_of_another_account"):
        proposed(customers, TIIU, ANNA, OTHER, terms(first=-1, on=[PHONE.id]))
    with refused("to_yourself"):
        proposed(customers, TIIU, TIIU, OTHER)


def test_joint_6_passing_on_is_never_joint(customers: Database) -> None:
    new = accepted(
        customers,
        confirmed(customers, proposed(customers, TIIU, ANNA, OTHER, terms(may_pass_on=True))),
        ANNA,
    )

    with refused("not_allowed_to_give"):
        proposed(customers, ANNA, KATI, OTHER, parent=new.id)


def test_joint_6_a_first_day_that_passed_while_it_was_confirmed_harms_nobody(
    customers: Database,
) -> None:
    new = proposed(customers, TIIU, ANNA, OTHER)
    with customers.transaction() as session:
        session.execute(text("UPDATE delegation_version SET from_day = from_day - 3"))

    accepted(customers, confirmed(customers, new), ANNA)

    assert delegated_to(customers, ANNA) == [ANNA.code]


@pytest.mark.parametrize("final", ["withdrawn", "lapsed"])
def test_joint_5_what_was_not_confirmed_is_closed_and_its_receiver_forgotten(
    customers: Database, final: str
) -> None:
    new = proposed(customers, TIIU, ANNA, OTHER)

    assert dropped(customers, new, VersionState(final))
    assert not dropped(customers, new)

    assert state_of(customers, new) == (final, "approval_withdrawn")
    assert not still_proposed(customers, new)
    assert not known(customers, ANNA)
    assert about_delegations(customers) == ["proposed", "dropped"]
    with refused("not_open"):
        confirmed(customers, new)


def test_joint_2_who_has_left_gives_nothing(customers: Database) -> None:
    new = proposed(customers, TIIU, ANNA, OTHER)
    store_states(customers, state(sole(MARI), of=TAMM, minute=1))

    with refused("not_allowed_to_give"):
        confirmed(customers, new)
    assert still_proposed(customers, new)


@pytest.mark.parametrize(
    "how",
    [
        DelegationEnd.ACCOUNT_CLOSED,
        DelegationEnd.OWNER_CHANGED,
        DelegationEnd.SERVICES_GONE,
        DelegationEnd.REVOKED,
    ],
)
def test_joint_6_what_ends_an_offer_ends_a_proposal(
    customers: Database, how: DelegationEnd
) -> None:
    new = proposed(customers, TIIU, ANNA, OTHER, terms(on=[FOREIGN.id]))

    revoked(customers, new, TIIU, how)

    assert state_of(customers, new) == ("ended", f"delegation_{how}")
    assert not still_proposed(customers, new)
    assert not known(customers, ANNA)
    with refused("not_open"):
        confirmed(customers, new)


def kept(customers: Database) -> Given:
    """Anna's delegation in Tamm's name, which Tiiu proposed and Jaan confirmed."""
    return accepted(customers, confirmed(customers, proposed(customers, TIIU, ANNA, OTHER)), ANNA)


def test_joint_6_other_terms_are_proposed_while_those_in_force_stay(customers: Database) -> None:
    old = kept(customers)

    new = renewal_proposed(customers, old, JAAN, terms(last=90))

    assert state_of(customers, old) == ("active", None)
    assert still_proposed(customers, new)
    receiver = ensure_person(customers, ANNA)
    with customers.transaction() as session:
        assert not acceptance.accept(
            session, new.version_id, receiver, RULES, actor=actor(customers, ANNA)
        )
    accepted(customers, confirmed(customers, new), ANNA)
    found = rows(customers, "SELECT number, state FROM delegation_version ORDER BY number")
    assert [tuple(row) for row in found] == [(1, "superseded"), (2, "accepted")]
    assert about_delegations(customers)[3:] == ["proposed", "offered", "changed"]


def test_joint_5_other_terms_that_are_not_confirmed_leave_those_in_force(
    customers: Database,
) -> None:
    old = kept(customers)
    new = renewal_proposed(customers, old, JAAN, terms(last=90))

    assert dropped(customers, new, VersionState.LAPSED)

    assert state_of(customers, old) == ("active", None)
    assert delegated_to(customers, ANNA) == [ANNA.code]
    assert about_delegations(customers)[3:] == ["proposed", "dropped"]
    receiver = ensure_person(customers, ANNA)
    told = "SELECT kind FROM event WHERE person_id = :id AND kind = ANY(:kinds)"
    kinds = ["delegation:proposed", "delegation:dropped"]
    assert rows(customers, told, id=receiver, kinds=kinds) == []
    with customers.transaction() as session:
        assert not acceptance.accept(
            session, new.version_id, receiver, RULES, actor=actor(customers, ANNA)
        )


def test_joint_6_narrower_terms_and_other_ones_take_the_place_of_a_proposal(
    customers: Database,
) -> None:
    old = kept(customers)
    first = renewal_proposed(customers, old, JAAN, terms(last=90))
    second = renewal_proposed(customers, old, TIIU, terms(last=60))

    assert not still_proposed(customers, first)
    with refused("not_open"):
        confirmed(customers, first)
    narrowed(customers, old, TIIU, terms(last=3))

    assert not still_proposed(customers, second)
    with refused("not_open"):
        confirmed(customers, second)


def test_joint_6_other_terms_end_with_what_they_would_renew(customers: Database) -> None:
    old = kept(customers)
    new = renewal_proposed(customers, old, JAAN, terms(last=90))

    revoked(customers, old, TIIU)

    assert not still_proposed(customers, new)
    with refused("not_open"):
        confirmed(customers, new)


def test_joint_6_erasing_a_person_drops_what_is_proposed_to_them(customers: Database) -> None:
    new = proposed(customers, TIIU, ANNA, OTHER)
    receiver = ensure_person(customers, ANNA)

    with customers.transaction() as session:
        answers.close_of_person(session, receiver, actor=actor(customers, TIIU))

    assert state_of(customers, new) == ("withdrawn", "delegation_withdrawn")
    assert not known(customers, ANNA)
