"""joint.8: two officers read a free-text signing rule; the register's next word makes it void."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain.access.permissions import Permission
from domain.access.remedies import RemedyCode
from domain.signing_rules.refusals import ReadingRefusal as Refusal
from domain.signing_rules.refusals import ReadingRefused
from domain.signing_rules.states import ReadingState
from services.access.check import check
from services.access.explain import Question, explain
from services.errors import NotFound
from services.parties.people import ensure_person
from services.signing_rules import readings
from storage.database import Database
from storage.registry import effective_states
from tests.builders.days import ZONE, today
from tests.builders.people import ANNA, JAAN, KATI, MARI
from tests.builders.register_states import KUUSK, TAMM, joint, sole, state
from tests.builders.rows import company_id, ended, history, put, rows, store_states
from tests.builders.signing_rules import (
    ANN,
    BEN,
    CAT,
    NOTE,
    OFFICE,
    PAPER,
    RULE,
    SHOP,
    access,
    confirm,
    confirmed,
    end,
    opaque,
    recorded,
    reject,
    withdraw,
    wording,
)

JOINT = "joint_representative"


@pytest.fixture
def customer(database: Database) -> Database:
    """Kuusk, whose signing rule stands in words: Mari with Jaan, or with Anna."""
    put(database, OFFICE)
    store_states(database, opaque())
    return database


def refusals(act: Callable[[], object]) -> set[Refusal]:
    with pytest.raises(ReadingRefused) as refused:
        act()
    return set(refused.value.refusals)


def last_event(database: Database, kind: str) -> dict[str, object]:
    found = rows(
        database, "SELECT * FROM event WHERE kind = :kind ORDER BY id DESC LIMIT 1", kind=kind
    )
    return dict(found[0]._mapping)


def test_joint_8_what_one_officer_recorded_gives_nothing(customer: Database) -> None:
    found = recorded(customer)

    assert found.state is ReadingState.PROPOSED
    assert [{each.person_id for each in group} for group in found.groups] == [
        {ensure_person(customer, MARI), ensure_person(customer, JAAN)},
        {ensure_person(customer, MARI), ensure_person(customer, ANNA)},
    ]
    assert (found.document.description, found.document.issued_on) == (
        PAPER.description,
        PAPER.issued_on,
    )
    assert access(customer) == set()


def test_joint_8_a_second_officer_confirms_it_and_its_members_have_access(
    customer: Database,
) -> None:
    found = confirmed(customer)

    assert found.state is ReadingState.CONFIRMED
    assert access(customer) == {(who, OFFICE.id, JOINT) for who in (MARI, JAAN, ANNA)}
    (grant,) = rows(
        customer,
        "SELECT * FROM access_grant WHERE person_id = :who",
        who=ensure_person(customer, MARI),
    )
    assert (grant.origin, grant.proof, grant.reason["code"]) == (
        "operator",
        found.id,
        "signing_rule_read",
    )
    assert grant.validity.upper.astimezone(ZONE).date() == found.through_day + timedelta(1)


def test_joint_8_who_acts_alone_by_the_rule_is_administrator(customer: Database) -> None:
    confirmed(customer, ((MARI,), (JAAN, ANNA)))

    assert access(customer) == {
        (MARI, OFFICE.id, "administrator"),
        (JAAN, OFFICE.id, JOINT),
        (ANNA, OFFICE.id, JOINT),
    }


def test_joint_8_the_officer_who_recorded_it_does_not_confirm_or_reject_it(
    customer: Database,
) -> None:
    found = recorded(customer)

    assert refusals(lambda: confirm(customer, found.id, ANN)) == {Refusal.SECOND_PERSON_NEEDED}
    assert refusals(lambda: reject(customer, found.id, ANN)) == {Refusal.SECOND_PERSON_NEEDED}
    assert access(customer) == set()


def test_joint_8_confirming_again_changes_nothing(customer: Database) -> None:
    found = confirmed(customer)
    before = history(customer)

    assert confirm(customer, found.id) == found
    assert history(customer) == before
    assert refusals(lambda: confirm(customer, found.id, CAT)) == {Refusal.NOT_OPEN}


def test_joint_8_a_rejected_or_withdrawn_reading_is_over(customer: Database) -> None:
    rejected = reject(customer, recorded(customer).id, BEN)
    withdrawn = withdraw(customer, recorded(customer).id, ANN)

    assert rejected.state is ReadingState.REJECTED
    assert withdrawn.state is ReadingState.WITHDRAWN
    assert refusals(lambda: confirm(customer, rejected.id, CAT)) == {Refusal.NOT_OPEN}
    assert refusals(lambda: confirm(customer, withdrawn.id, CAT)) == {Refusal.NOT_OPEN}
    assert access(customer) == set()


def test_joint_8_only_the_officer_who_recorded_it_withdraws_it(customer: Database) -> None:
    found = recorded(customer)

    assert refusals(lambda: withdraw(customer, found.id, BEN)) == {Refusal.NOT_THE_PROPOSER}


def test_joint_8_one_reading_at_a_time_waits(customer: Database) -> None:
    recorded(customer)

    assert refusals(lambda: recorded(customer)) == {Refusal.READING_PROPOSED}


def test_joint_8_the_next_reading_takes_the_place_of_the_one_before(customer: Database) -> None:
    first = confirmed(customer)
    second = confirmed(customer, ((MARI, JAAN),), days=60)

    assert readings.read(customer, first.id).state is ReadingState.ENDED
    assert access(customer) == {(MARI, OFFICE.id, JOINT), (JAAN, OFFICE.id, JOINT)}
    proofs = rows(customer, "SELECT DISTINCT proof FROM access_grant WHERE upper(validity) > now()")
    assert [row.proof for row in proofs] == [second.id]


def test_joint_8_one_officer_ends_a_reading_and_its_access_with_it(customer: Database) -> None:
    found = confirmed(customer)

    assert end(customer, found.id).state is ReadingState.ENDED

    assert access(customer) == set()
    assert {each.why for each in ended(customer)} == {"reading_ended"}
    assert refusals(lambda: end(customer, found.id)) == {Refusal.NOT_OPEN}


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(opaque(MARI, JAAN, KATI, minute=1), id="another-board"),
        pytest.param(
            replace(opaque(minute=1), signing_rule_text=RULE + " Prokurist üksi."), id="other-words"
        ),
        pytest.param(state(sole(MARI), joint(JAAN), joint(ANNA), minute=1), id="a-readable-rule"),
    ],
)
def test_joint_8_a_reading_is_void_when_the_register_says_something_else(
    customer: Database, said: object
) -> None:
    found = confirmed(customer)

    store_states(customer, said)  # type: ignore[arg-type]

    assert readings.read(customer, found.id).state is ReadingState.VOID
    assert access(customer) == set()
    assert {each.why for each in ended(customer)} == {"signing_rule_changed"}
    states, ends = (
        rows(customer, "SELECT xmin FROM register_state WHERE upper_inf(in_force)"),
        rows(customer, "SELECT DISTINCT xmin FROM access_grant WHERE ended_reason IS NOT NULL"),
    )
    assert states == ends, "in the transaction that records what the register says"
    event = last_event(customer, "signing_rule:reading_void")
    assert event["subject_id"] == found.id


def test_joint_8_the_same_words_again_do_not_bring_it_back(customer: Database) -> None:
    found = confirmed(customer)

    store_states(customer, opaque(MARI, JAAN, KATI, minute=1))
    store_states(customer, opaque(minute=2))

    assert readings.read(customer, found.id).state is ReadingState.VOID
    assert access(customer) == set()
    again = recorded(customer)
    assert refusals(lambda: confirm(customer, found.id, CAT)) == {Refusal.SIGNING_RULE_CHANGED}
    assert confirm(customer, again.id).state is ReadingState.CONFIRMED


def test_joint_8_the_same_words_confirmed_by_the_register_keep_it(customer: Database) -> None:
    found = confirmed(customer)

    store_states(customer, opaque(minute=1))

    assert readings.read(customer, found.id).state is ReadingState.CONFIRMED
    assert len(access(customer)) == 3


def test_joint_8_a_proposal_is_void_too(customer: Database) -> None:
    found = recorded(customer)

    store_states(customer, opaque(MARI, JAAN, minute=1))

    assert readings.read(customer, found.id).state is ReadingState.VOID
    assert refusals(lambda: confirm(customer, found.id)) == {Refusal.SIGNING_RULE_CHANGED}


def test_joint_8_what_an_officer_did_not_see_is_not_read(customer: Database) -> None:
    seen = wording(customer)
    store_states(customer, opaque(MARI, JAAN, ANNA, KATI, minute=1))

    kuusk = company_id(customer, KUUSK)
    assert refusals(lambda: readings.record(customer, kuusk, seen, ZONE, actor=ANN)) == {
        Refusal.SIGNING_RULE_CHANGED
    }


def test_joint_8_a_readable_rule_needs_no_reading(customer: Database) -> None:
    store_states(customer, state(sole(MARI), minute=1))

    assert refusals(lambda: recorded(customer, ((MARI,),))) == {Refusal.SIGNING_RULE_READABLE}


def test_joint_8_companies_and_readings_that_nobody_knows_are_not_found(
    customer: Database,
) -> None:
    with pytest.raises(NotFound):
        readings.record(customer, uuid4(), wording(customer), ZONE, actor=ANN)
    with pytest.raises(NotFound):
        confirm(customer, uuid4())


def test_joint_8_an_account_that_is_opened_later_gets_its_access(customer: Database) -> None:
    confirmed(customer, ((MARI,),))

    put(customer, SHOP)
    put(customer, SHOP)

    assert access(customer) == {
        (MARI, OFFICE.id, "administrator"),
        (MARI, SHOP.id, "administrator"),
    }


def test_joint_8_an_account_that_moves_away_loses_it(customer: Database) -> None:
    confirmed(customer)

    put(customer, replace(OFFICE, owner=TAMM))

    assert access(customer) == set()


def test_joint_8_it_is_over_after_its_last_day_without_any_job(customer: Database) -> None:
    found = confirmed(customer, days=0)
    ends_at = rows(customer, "SELECT ends_at FROM signing_rule_reading")[0].ends_at
    mari = ensure_person(customer, MARI)

    def allowed(moment: object) -> bool:
        with customer.reading() as connection:
            asked = (connection, mari, Permission.INVOICE_VIEW, OFFICE.id)
            return check(*asked, at=moment).allowed  # type: ignore[arg-type]

    assert found.through_day == today()
    assert allowed(ends_at - timedelta(seconds=1))
    assert not allowed(ends_at)


def test_joint_8_the_state_counts_with_its_reading(customer: Database) -> None:
    kuusk = company_id(customer, KUUSK)

    def groups() -> list[set[object]]:
        with customer.transaction() as session:
            found = effective_states.effective(session.connection(), [kuusk])[kuusk]
        return [{each.person for each in group} for group in found.state.groups]

    assert groups() == []
    recorded_only = recorded(customer)
    assert groups() == []
    confirm(customer, recorded_only.id)
    assert groups() == [{MARI, JAAN}, {MARI, ANNA}]
    store_states(customer, opaque(MARI, JAAN, minute=1))
    assert groups() == []


def test_joint_8_explain_says_what_an_officer_can_do_and_then_what_was_read(
    customer: Database,
) -> None:
    mari: UUID = ensure_person(customer, MARI)
    question = Question(mari, OFFICE.id, Permission.INVOICE_VIEW)
    before = explain(customer, question)

    found = confirmed(customer)
    after = explain(customer, question)

    (missing,) = before.missing
    assert (missing.reason.code, missing.remedy.code) == (
        "signing_rule_opaque",
        RemedyCode.CONDITIONS_READ,
    )
    assert after.decision.allowed
    (grant,) = after.grants
    assert (grant.grant.reason.code, grant.proof) == ("signing_rule_read", found.id)
    assert after.register is not None
    assert after.register.authority.reason.code == "signing_rule_read"
    assert len(after.register.together_with) == 2


def test_joint_8_explain_says_of_a_past_moment_what_was_read_then(customer: Database) -> None:
    found = confirmed(customer)
    (moment,) = rows(customer, "SELECT clock_timestamp() AS now")
    store_states(customer, opaque(MARI, JAAN, minute=1))
    asked = (ensure_person(customer, MARI), OFFICE.id, Permission.ACCESS_MANAGE, None)

    then, now = (explain(customer, Question(*asked, at=at)).register for at in (moment.now, None))

    assert then is not None
    assert then.authority.reason.facts["reading"] == str(found.id)
    assert now is not None
    assert now.authority.reason.code == "signing_rule_opaque"


def test_joint_8_history_names_the_paper_and_never_a_name_or_text(customer: Database) -> None:
    found = confirmed(customer)

    event = last_event(customer, "signing_rule:reading_recorded")
    assert event["after"]["document"] == str(found.document.id)  # type: ignore[index]
    whole = str(rows(customer, "SELECT e::text FROM event e"))
    for secret in (MARI.code, "Nimi", PAPER.description, PAPER.reference, RULE, NOTE):
        assert secret not in whole
