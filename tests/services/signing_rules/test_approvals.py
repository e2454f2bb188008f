"""joint.7, joint.8: what people confirm together waits for officers, and then goes on."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from domain.approvals.refusals import ApprovalRefused
from domain.approvals.states import ApprovalState, WaitsBecause
from domain.identifiers import PersonKey
from services.signing_rules import looks
from storage.database import Database
from storage.signing_rules import rule_queries
from storage.signing_rules.rule_queries import RuleWaitsFor
from tests.builders.approvals import (
    FOUR_EYES,
    board,
    conclude,
    confirm,
    proceed,
    proposed,
    read,
    state_of,
)
from tests.builders.delegations import OFFICE, set_up_customers
from tests.builders.people import ANNA, JAAN, MARI
from tests.builders.register_states import KUUSK
from tests.builders.rows import company_id, rows, store_states
from tests.builders.signing_rules import BEN, NOTE, confirmed, digest, end, opaque

S = ApprovalState


@pytest.fixture
def together(database: Database) -> Database:
    """Mari and Jaan represent Kuusk together, by groups that a machine reads."""
    set_up_customers(database)
    board(database, (MARI, JAAN), minute=1)
    return database


@pytest.fixture
def in_words(database: Database) -> Database:
    """The register says in words how Mari, Jaan and Anna represent Kuusk."""
    set_up_customers(database)
    store_states(database, opaque(minute=1))
    return database


def waiting(database: Database) -> list[UUID]:
    with database.reading() as connection:
        lines = rule_queries.rules(connection, waits_for=RuleWaitsFor.LOOK, after=None, limit=9)
    return [line.company_id for line in lines]


def look(database: Database, *, ok: bool) -> None:
    firm = company_id(database, KUUSK)
    looks.look(database, firm, digest(database), ok=ok, actor=BEN, note=NOTE)


def both_confirmed(database: Database) -> UUID:
    id_ = proposed(database, OFFICE, rules=FOUR_EYES)
    confirm(database, id_, JAAN, rules=FOUR_EYES)
    return id_


def unseen(database: Database) -> Sequence[UUID]:
    found = rows(database, "SELECT id FROM approval WHERE seen_at IS NULL AND ended_at IS NULL")
    return [row.id for row in found]


def test_joint_7_the_first_of_a_group_waits_for_a_look_and_is_in_the_list(
    together: Database,
) -> None:
    id_ = both_confirmed(together)

    assert state_of(together, id_) is S.AWAITING_OFFICER
    assert waiting(together) == [company_id(together, KUUSK)]


def test_joint_7_after_the_look_it_goes_on(together: Database) -> None:
    id_ = both_confirmed(together)
    proceed(together, id_, FOUR_EYES)
    assert unseen(together) == []

    look(together, ok=True)

    assert unseen(together) == [id_], "its workflow is told"
    assert waiting(together) == []
    proceed(together, id_, FOUR_EYES)
    assert state_of(together, id_) is S.CHECKING_REGISTER
    conclude(together, id_, FOUR_EYES)
    assert state_of(together, id_) is S.CARRIED_OUT


def test_joint_7_a_doubt_holds_it_up_until_an_officer_says_otherwise(together: Database) -> None:
    id_ = both_confirmed(together)

    look(together, ok=False)
    proceed(together, id_, FOUR_EYES)
    doubted = read(together, id_)
    look(together, ok=True)
    proceed(together, id_, FOUR_EYES)

    assert (doubted.state, doubted.waits_because) == (
        S.AWAITING_OFFICER,
        WaitsBecause.SIGNING_RULE_DOUBTED,
    )
    assert state_of(together, id_) is S.CHECKING_REGISTER


def test_joint_7_one_look_is_enough_for_the_same_words_of_the_register(together: Database) -> None:
    look(together, ok=True)
    board(together, (MARI, JAAN), minute=2)

    id_ = both_confirmed(together)

    assert state_of(together, id_) is S.CHECKING_REGISTER


def test_joint_7_another_board_needs_another_look(together: Database) -> None:
    look(together, ok=True)
    board(together, (MARI, JAAN), (MARI, ANNA), minute=2)

    id_ = both_confirmed(together)

    assert state_of(together, id_) is S.AWAITING_OFFICER
    assert waiting(together) == [company_id(together, KUUSK)]


def test_joint_8_by_a_rule_in_words_nobody_proposes(in_words: Database) -> None:
    with pytest.raises(ApprovalRefused):
        proposed(in_words, OFFICE)


@pytest.mark.parametrize("second", [JAAN, ANNA])
def test_joint_8_a_group_of_a_reading_confirms_and_needs_no_look(
    in_words: Database, second: PersonKey
) -> None:
    confirmed(in_words)

    id_ = proposed(in_words, OFFICE, rules=FOUR_EYES)
    confirm(in_words, id_, second, rules=FOUR_EYES)
    conclude(in_words, id_, FOUR_EYES)

    assert state_of(in_words, id_) is S.CARRIED_OUT


def test_joint_8_a_void_reading_fills_no_group(in_words: Database) -> None:
    confirmed(in_words)
    id_ = proposed(in_words, OFFICE)
    confirm(in_words, id_, JAAN)

    store_states(in_words, opaque(MARI, JAAN, minute=2))
    conclude(in_words, id_)

    found = read(in_words, id_)
    assert (found.state, found.waits_because) == (
        S.AWAITING_CONFIRMATIONS,
        WaitsBecause.CANNOT_BE_FILLED,
    )


def test_joint_8_the_next_reading_counts_the_confirmations_that_there_are(
    in_words: Database,
) -> None:
    reading = confirmed(in_words, ((MARI, ANNA),))
    id_ = proposed(in_words, OFFICE)
    end(in_words, reading.id)
    proceed(in_words, id_)
    held_up = read(in_words, id_).waits_because

    confirmed(in_words, ((MARI, JAAN),))
    confirm(in_words, id_, JAAN)
    conclude(in_words, id_)

    assert held_up is WaitsBecause.CANNOT_BE_FILLED
    assert state_of(in_words, id_) is S.CARRIED_OUT
